// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static io.orthus.engine.launch.XmlPath.attribute;
import static io.orthus.engine.launch.XmlPath.attributeAt;
import static io.orthus.engine.launch.XmlPath.child;

import io.orthus.engine.libvirt.PassthroughDevice;
import io.orthus.engine.libvirt.Xml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.w3c.dom.Element;

/**
 * A running domain as libvirt's status file has it: the live definition and what libvirt knows besides, such as the
 * names of block nodes. That file is what libvirt reads after its restart, so it is what the new QEMU must match.
 */
final class LiveDomain {
    private final Element status;
    private final Element domain;
    private final Element devices;

    private LiveDomain(Element status, Element domain, Element devices) {
        this.status = status;
        this.domain = domain;
        this.devices = devices;
    }

    /** @throws IOException if the file is damaged; the message says what is missing */
    static LiveDomain parse(byte[] statusFile) throws IOException {
        Element status = Xml.parse(statusFile, "libvirt's status file").getDocumentElement();
        Element domain = child(status, "domain")
                .orElseThrow(() -> new IOException("libvirt's status file has no domain definition"));
        Element devices = child(domain, "devices")
                .orElseThrow(() -> new IOException("the domain definition in libvirt's status file has no devices"));
        LiveDomain live = new LiveDomain(status, domain, devices);
        live.libDir();
        return live;
    }

    /** Where libvirt keeps what belongs to this run of the domain, for example the master key. */
    Path libDir() throws IOException {
        return privatePath("libDir")
                .orElseThrow(() -> new IOException("libvirt's status file does not name the domain's directory"));
    }

    /** Directories that libvirt names after the id of the domain. */
    List<Path> ownDirectories() throws IOException {
        List<Path> directories = new ArrayList<>();
        directories.add(libDir());
        privatePath("channelTargetDir").ifPresent(directories::add);
        privatePath("memoryBackingDir").ifPresent(directories::add);
        return directories;
    }

    /** Ids of the devices that QEMU has, those of hot-plugged vCPUs left out. */
    Set<String> deviceIds() {
        Set<String> ids = new LinkedHashSet<>();
        child(status, "devices").ifPresent(list -> Xml.children(list, "device")
                .forEach(device -> attribute(device, "alias").ifPresent(ids::add)));
        ids.removeIf(id -> id.matches("vcpu\\d+"));
        return ids;
    }

    /** Network interfaces with a back end in QEMU; one that is a device of the host has none. */
    List<Element> interfaces() {
        return Xml.children(devices, "interface").stream()
                .filter(nic -> !PassthroughDevice.isOne(nic))
                .toList();
    }

    /**
     * Aliases of the PCI devices of the host, by their address there.
     *
     * @throws IOException if one of them has no address that libvirt would write
     */
    Map<String, String> passthroughAliases() throws IOException {
        Map<String, String> aliases = new LinkedHashMap<>();
        for (Element device : Xml.children(devices)) {
            if (PassthroughDevice.isOne(device)) {
                PassthroughDevice found = PassthroughDevice.of(device);
                aliases.put(found.address(), found.alias());
            }
        }
        return aliases;
    }

    List<Element> graphics() {
        return Xml.children(devices, "graphics");
    }

    /** Whether RAM is to be in huge pages. */
    boolean hugepages() {
        return child(domain, "memoryBacking", "hugepages").isPresent();
    }

    /** The size of huge pages in bytes, if RAM is to be in huge pages of a certain size. */
    Optional<Long> hugepageBytes() throws IOException {
        Optional<Element> page = child(domain, "memoryBacking", "hugepages", "page");
        if (page.isEmpty()) {
            return Optional.empty();
        }
        String unit = attribute(page.get(), "unit").orElse("KiB");
        if (!unit.equals("KiB")) {
            throw new IOException("size of huge pages is given in " + unit + ", libvirt writes KiB");
        }
        return attribute(page.get(), "size").map(size -> Long.parseLong(size) * 1024);
    }

    /** The alias of the PCI controller with that index, which is the name of its bus in QEMU. */
    Optional<String> pciBus(int index) {
        return Xml.children(devices, "controller").stream()
                .filter(controller -> controller.getAttribute("type").equals("pci")
                        && controller.getAttribute("index").equals(Integer.toString(index)))
                .flatMap(controller -> attributeAt(controller, "name", "alias").stream())
                .findFirst();
    }

    /** For each disk its chain of images, topmost first. */
    Map<String, List<ImageNodes>> chains() {
        Map<String, List<ImageNodes>> chains = new LinkedHashMap<>();
        for (Element disk : Xml.children(devices, "disk")) {
            attributeAt(disk, "name", "alias").ifPresent(alias -> {
                List<ImageNodes> chain = new ArrayList<>();
                for (Optional<Element> layer = Optional.of(disk);
                        layer.isPresent();
                        layer = layer.flatMap(each -> child(each, "backingStore"))) {
                    child(layer.get(), "source", "privateData", "nodenames")
                            .ifPresent(names -> chain.add(ImageNodes.read(names)));
                }
                chains.put(alias, chain);
            });
        }
        return chains;
    }

    /** Kinds of things in the definition for which the new QEMU's nodes cannot be named. */
    Set<String> unnameableDiskParts() {
        Set<String> parts = new LinkedHashSet<>();
        for (Element disk : Xml.children(devices, "disk")) {
            for (String part : List.of("mirror", "throttlefilters")) {
                child(disk, part).ifPresent(found -> parts.add(part));
            }
        }
        if (domain.getElementsByTagName("dataStore").getLength() > 0) {
            parts.add("dataStore");
        }
        return parts;
    }

    private Optional<Path> privatePath(String name) {
        return attributeAt(status, "path", name).map(Path::of);
    }

    /**
     * Names of the nodes that make one image.
     *
     * @param names by type, for example {@code format} and {@code storage}
     */
    record ImageNodes(Map<String, String> names) {
        static ImageNodes read(Element nodenames) {
            Map<String, String> names = new LinkedHashMap<>();
            for (Element node : Xml.children(nodenames, "nodename")) {
                names.put(node.getAttribute("type"), node.getAttribute("name"));
            }
            return new ImageNodes(names);
        }
    }
}
