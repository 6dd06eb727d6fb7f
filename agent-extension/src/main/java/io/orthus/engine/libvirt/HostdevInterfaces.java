// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.util.Set;
import org.w3c.dom.Element;

/**
 * Interfaces that are PCI devices of the host, above all virtual functions of a NIC. For QEMU such a device is one like
 * any other: what makes it an interface (MAC address, VLAN, bandwidth) libvirt tells the physical function, not QEMU.
 */
public final class HostdevInterfaces {
    /** What QEMU is told of such an interface. */
    private static final Set<String> FOR_QEMU =
            Set.of("driver", "source", "teaming", "boot", "rom", "acpi", "alias", "address");

    private HostdevInterfaces() {}

    /**
     * Puts a plain {@code <hostdev>} in the place of each, in a definition that libvirt is to make a command line of.
     * libvirt must not be given the interfaces there: up to 11.3 at least, qemuConnectDomainXMLToNative() frees them all,
     * and goes on to use the devices that were part of them.
     */
    public static void makePlain(DomainXml definition) {
        for (Element device : definition.devices()) {
            if (device.getTagName().equals("interface") && PassthroughDevice.isOne(device)) {
                device.getParentNode().replaceChild(plain(device), device);
            }
        }
    }

    private static Element plain(Element nic) {
        Element hostdev = nic.getOwnerDocument().createElement("hostdev");
        hostdev.setAttribute("mode", "subsystem");
        hostdev.setAttribute("type", "pci");
        Xml.findAttribute(nic, "managed").ifPresent(managed -> hostdev.setAttribute("managed", managed));
        for (Element part : Xml.children(nic)) {
            if (FOR_QEMU.contains(part.getTagName())) {
                hostdev.appendChild(part);
            }
        }
        return hostdev;
    }
}
