// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/** A domain definition as libvirt writes it. Not thread-safe. */
public final class DomainXml {
    private final Element domain;

    private DomainXml(Element domain) {
        this.domain = domain;
    }

    /** Parses a definition. */
    public static DomainXml parse(String xml) throws IOException {
        return new DomainXml(Xml.parse(xml.getBytes(StandardCharsets.UTF_8), "the domain definition")
                .getDocumentElement());
    }

    /** The {@code <domain>} element. */
    public Element root() {
        return domain;
    }

    /** The devices of all kinds, in their order. */
    public List<Element> devices() {
        return Xml.findChild(domain, "devices").map(Xml::children).orElse(List.of());
    }

    /** Has another QEMU run the domain. */
    public void setEmulator(Path emulator) throws IOException {
        Xml.child(Xml.child(domain, "devices"), "emulator").setTextContent(emulator.toString());
    }

    /** The definition as text again. */
    @Override
    public String toString() {
        return Xml.toText(domain);
    }

    /**
     * The host's PCI devices that are handed through to it, in their order.
     *
     * @throws IOException if one of them has no address that libvirt would write
     */
    public List<PassthroughDevice> passthrough() throws IOException {
        List<PassthroughDevice> found = new ArrayList<>();
        for (Element device : devices()) {
            if (PassthroughDevice.isOne(device)) {
                found.add(PassthroughDevice.of(device));
            }
        }
        return found;
    }

    /** The name by which QEMU knows a device; empty if it has none. */
    public static String alias(Element device) {
        return Xml.findChild(device, "alias")
                .flatMap(alias -> Xml.findAttribute(alias, "name"))
                .orElse("");
    }

    /** The first element of that name at any depth. */
    public static Optional<Element> descendant(Element parent, String name) {
        return Optional.ofNullable((Element) parent.getElementsByTagName(name).item(0));
    }
}
