// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads libvirt's XML with errors that name what is missing. Knows namespaces; refuses document types and entities. */
public final class Xml {
    private Xml() {}

    /**
     * Parses a document.
     *
     * @param subject what the document is, for the error message
     */
    public static Document parse(byte[] bytes, String subject) throws IOException {
        try {
            return newBuilder().parse(new ByteArrayInputStream(bytes));
        } catch (SAXParseException e) {
            throw new IOException(subject + " is not XML: line " + e.getLineNumber() + ": " + e.getMessage(), e);
        } catch (SAXException e) {
            throw new IOException(subject + " is not XML: " + e.getMessage(), e);
        }
    }

    /** All child elements, in their order. */
    public static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    /** The child elements of that name, in their order. */
    public static List<Element> children(Element parent, String name) {
        return children(parent).stream()
                .filter(child -> child.getTagName().equals(name))
                .toList();
    }

    /** The first child element of that name. */
    public static Optional<Element> findChild(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    /** The first child element of that name, which must be there. */
    public static Element child(Element parent, String name) throws IOException {
        return findChild(parent, name)
                .orElseThrow(() -> new IOException("<" + parent.getTagName() + "> has no <" + name + ">"));
    }

    /** The text of the first child element of that name, which must be there. */
    public static String text(Element parent, String name) throws IOException {
        return child(parent, name).getTextContent().strip();
    }

    public static Optional<String> findAttribute(Element element, String name) {
        return element.hasAttribute(name) ? Optional.of(element.getAttribute(name)) : Optional.empty();
    }

    /** The attribute, which must be there. */
    public static String attribute(Element element, String name) throws IOException {
        return findAttribute(element, name)
                .orElseThrow(() -> new IOException("<" + element.getTagName() + "> has no attribute " + name));
    }

    /** The attribute, which must be there and be an integer of 32 bits. */
    public static int intAttribute(Element element, String name) throws IOException {
        String value = attribute(element, name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "attribute " + name + " of <" + element.getTagName() + "> is not a number: " + value, e);
        }
    }

    /** An element as text, without an XML declaration. */
    public static String toText(Element element) {
        try {
            Transformer transformer = TransformerFactory.newInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(element), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException("what was parsed cannot be written", e);
        }
    }

    private static DocumentBuilder newBuilder() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setExpandEntityReferences(false);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Thrower());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this JVM's XML parser cannot be told to refuse document types", e);
        }
    }

    /** The parser's default prints to standard error as well. */
    private static final class Thrower implements ErrorHandler {
        @Override
        public void warning(SAXParseException exception) {
            // Nothing that libvirt writes depends on it.
        }

        @Override
        public void error(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void fatalError(SAXParseException exception) throws SAXException {
            throw exception;
        }
    }
}
