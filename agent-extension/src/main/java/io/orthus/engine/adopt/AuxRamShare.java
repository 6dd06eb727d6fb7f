// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static io.orthus.engine.launch.XmlPath.child;

import io.orthus.engine.libvirt.Xml;
import java.util.List;
import javax.xml.XMLConstants;
import org.w3c.dom.Element;

/**
 * The machine option {@code aux-ram-share=on} in a definition. libvirt has no word for it, so it is passed on as it is.
 */
final class AuxRamShare {
    private static final String NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0";
    private static final String OPTION = "-machine";
    private static final String VALUE = "aux-ram-share=on";

    private AuxRamShare() {}

    /** Makes the definition have the option, once, or not have it. */
    static void set(Element domain, boolean on) {
        String prefix = domain.lookupPrefix(NAMESPACE);
        Element found =
                prefix == null ? null : child(domain, prefix + ":commandline").orElse(null);
        if (found != null && has(found, prefix)) {
            if (!on) {
                remove(domain, found, prefix);
            }
            return;
        }
        if (on) {
            add(domain, found, prefix == null ? "qemu" : prefix);
        }
    }

    private static boolean has(Element commandLine, String prefix) {
        return indexOf(Xml.children(commandLine, prefix + ":arg")) >= 0;
    }

    /** Where the option stands among the arguments, -1 if nowhere. */
    private static int indexOf(List<Element> arguments) {
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (arguments.get(i).getAttribute("value").equals(OPTION)
                    && arguments.get(i + 1).getAttribute("value").equals(VALUE)) {
                return i;
            }
        }
        return -1;
    }

    private static void add(Element domain, Element found, String prefix) {
        domain.setAttributeNS(XMLConstants.XMLNS_ATTRIBUTE_NS_URI, "xmlns:" + prefix, NAMESPACE);
        Element commandLine = found;
        if (commandLine == null) {
            commandLine = domain.getOwnerDocument().createElementNS(NAMESPACE, prefix + ":commandline");
            XmlText.append(domain, commandLine);
        }
        for (String value : List.of(OPTION, VALUE)) {
            Element argument = domain.getOwnerDocument().createElementNS(NAMESPACE, prefix + ":arg");
            argument.setAttribute("value", value);
            XmlText.append(commandLine, argument);
        }
    }

    private static void remove(Element domain, Element commandLine, String prefix) {
        List<Element> arguments = Xml.children(commandLine, prefix + ":arg");
        int first = indexOf(arguments);
        commandLine.removeChild(arguments.get(first));
        commandLine.removeChild(arguments.get(first + 1));
        if (arguments.size() == 2 && child(commandLine, prefix + ":env").isEmpty()) {
            domain.removeChild(commandLine);
        }
    }
}
