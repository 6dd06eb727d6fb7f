// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.io.IOException;
import org.w3c.dom.Element;

/**
 * A PCI device of the host that a VM drives by itself, by VFIO.
 *
 * @param alias its name in QEMU; empty if it has none
 * @param address on the host, for example {@code 0000:01:00.0}
 */
public record PassthroughDevice(String alias, String address) {
    /**
     * Whether a device of a definition is one: a {@code hostdev}, or an interface that is one. An interface may have got
     * it from a network that is a pool of such devices; a live definition tells that by its type, a status file by its
     * {@code <actual>}.
     */
    public static boolean isOne(Element device) {
        return switch (device.getTagName()) {
            case "hostdev" -> device.getAttribute("type").equals("pci");
            case "interface" -> asItIs(device).getAttribute("type").equals("hostdev");
            default -> false;
        };
    }

    /**
     * Reads one of those.
     *
     * @throws IOException if the definition does not say where on the host it is
     */
    public static PassthroughDevice of(Element device) throws IOException {
        String alias = DomainXml.alias(device);
        Element address = Xml.findChild(asItIs(device), "source")
                .flatMap(source -> Xml.findChild(source, "address"))
                .orElseThrow(() -> new IOException(
                        "passthrough device " + alias + " of the definition has no address on the host"));
        try {
            return new PassthroughDevice(
                    alias,
                    "%04x:%02x:%02x.%d"
                            .formatted(
                                    Integer.decode(address.getAttribute("domain")),
                                    Integer.decode(address.getAttribute("bus")),
                                    Integer.decode(address.getAttribute("slot")),
                                    Integer.decode(address.getAttribute("function"))));
        } catch (NumberFormatException e) {
            throw new IOException("passthrough device " + alias + " of the definition has no PCI address", e);
        }
    }

    private static Element asItIs(Element device) {
        return Xml.findChild(device, "actual").orElse(device);
    }
}
