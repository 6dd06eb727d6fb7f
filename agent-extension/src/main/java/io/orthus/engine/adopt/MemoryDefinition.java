// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static io.orthus.engine.launch.XmlPath.child;

import io.orthus.engine.libvirt.Xml;
import org.w3c.dom.Element;

/** The part of a domain's definition that is about where its RAM is. */
final class MemoryDefinition {
    private MemoryDefinition() {}

    /** Says that all RAM is in shared memfds; what is said about huge pages and placement stays. */
    static void makeSharedMemfd(Element domain) {
        Element backing = child(domain, "memoryBacking").orElseGet(() -> {
            Element created = domain.getOwnerDocument().createElement("memoryBacking");
            Element before = child(domain, "currentMemory").orElse(null);
            XmlText.insertAfter(domain, before, created);
            return created;
        });
        childOf(backing, "source").setAttribute("type", "memfd");
        childOf(backing, "access").setAttribute("mode", "shared");
        // Where nodes and modules say otherwise, that counts more than the general statement.
        child(domain, "cpu", "numa").ifPresent(numa -> {
            for (Element cell : Xml.children(numa, "cell")) {
                share(cell, "memAccess");
            }
        });
        child(domain, "devices").ifPresent(devices -> {
            for (Element memory : Xml.children(devices, "memory")) {
                share(memory, "access");
            }
        });
    }

    private static void share(Element element, String attribute) {
        if (element.hasAttribute(attribute)) {
            element.setAttribute(attribute, "shared");
        }
    }

    private static Element childOf(Element parent, String name) {
        return child(parent, name).orElseGet(() -> {
            Element created = parent.getOwnerDocument().createElement(name);
            XmlText.append(parent, created);
            return created;
        });
    }
}
