// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent.hook;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/**
 * Makes the definition of a domain one that can be grafted: its RAM in a memfd that another process can map, and the
 * small memories of firmware and devices likewise ({@code aux-ram-share}, QEMU 10.0 and later). A VM that is started
 * without them can be moved all the same, but its RAM is copied.
 *
 * <p>A VM can be live-migrated to the same hosts as before: the definition travels along, and a host that does not know
 * {@code aux-ram-share} does not know the machine type either, so a domain of an older machine type is left as it is.
 * So is one that has its memory arranged already, or encrypted.
 */
public final class GraftableDomain {
    private static final String QEMU_NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0";
    /** The first QEMU release that knows {@code aux-ram-share}. */
    private static final int AUX_RAM_SHARE_SINCE = 10;

    private static final Pattern VERSIONED = Pattern.compile("(?:pc-i440fx|pc-q35)-(\\d+)\\.\\d+");

    private GraftableDomain() {}

    /**
     * The definition to start a domain by.
     *
     * @param xml the definition that CloudStack has made
     * @param qemuRelease the first number of the host's QEMU version, which an unversioned machine type stands for
     * @return empty if the domain is to be started as it is
     * @throws IllegalArgumentException if that is no definition of a domain
     */
    public static Optional<String> of(String xml, int qemuRelease) {
        try {
            // The JDK's own: which others the agent has on its class path changes with its version.
            DocumentBuilderFactory documents = DocumentBuilderFactory.newDefaultInstance();
            documents.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            documents.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            documents.setNamespaceAware(true);
            Document document = documents.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
            Element domain = document.getDocumentElement();
            if (!domain.getTagName().equals("domain")) {
                throw new IllegalArgumentException("not the definition of a domain, but of a " + domain.getTagName());
            }
            if (!fits(domain, qemuRelease)) {
                return Optional.empty();
            }
            share(domain);
            return Optional.of(text(document));
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException("the definition cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean fits(Element domain, int qemuRelease) {
        return child(domain, "memoryBacking") == null
                && child(domain, "launchSecurity") == null
                && machineRelease(domain, qemuRelease) >= AUX_RAM_SHARE_SINCE;
    }

    /** Which QEMU release the machine type is of; 0 for a machine that cannot be grafted. */
    private static int machineRelease(Element domain, int qemuRelease) {
        Element os = child(domain, "os");
        Element type = os == null ? null : child(os, "type");
        String machine = type == null ? "" : type.getAttribute("machine");
        if (machine.isEmpty() || machine.equals("pc") || machine.equals("q35")) {
            return qemuRelease;
        }
        Matcher versioned = VERSIONED.matcher(machine);
        return versioned.matches() ? Integer.parseInt(versioned.group(1)) : 0;
    }

    private static void share(Element domain) {
        Element backing = add(domain, null, "memoryBacking");
        add(backing, null, "source").setAttribute("type", "memfd");
        add(backing, null, "access").setAttribute("mode", "shared");

        Element line = commandLine(domain);
        for (String argument : new String[] {"-machine", "aux-ram-share=on"}) {
            add(line, QEMU_NAMESPACE, "qemu:arg").setAttribute("value", argument);
        }
    }

    /** The one that is there, from an operator's extra configuration, or a new one. */
    private static Element commandLine(Element domain) {
        for (Node node = domain.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (QEMU_NAMESPACE.equals(node.getNamespaceURI()) && "commandline".equals(node.getLocalName())) {
                return (Element) node;
            }
        }
        return add(domain, QEMU_NAMESPACE, "qemu:commandline");
    }

    private static Element add(Element parent, String namespace, String name) {
        Element element = parent.getOwnerDocument().createElementNS(namespace, name);
        parent.appendChild(element);
        return element;
    }

    private static Element child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                return element;
            }
        }
        return null;
    }

    private static String text(Document document) throws Exception {
        Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter text = new StringWriter();
        transformer.transform(new DOMSource(document), new StreamResult(text));
        return text.toString();
    }
}
