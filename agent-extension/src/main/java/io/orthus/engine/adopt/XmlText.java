// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Comment;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.Text;

/** Changes and writes XML such that it looks as libvirt writes it. */
final class XmlText {
    private static final String INDENT = "  ";

    private XmlText() {}

    /** Appends a child on a line of its own. */
    static void append(Element parent, Element child) {
        Node last = parent.getLastChild();
        if (last instanceof Text text && text.getData().isBlank()) {
            parent.removeChild(last);
        }
        parent.appendChild(newLine(parent, depth(parent) + 1));
        parent.appendChild(child);
        parent.appendChild(newLine(parent, depth(parent)));
    }

    /** Inserts a child on a line of its own, after another one, or first if there is none. */
    static void insertAfter(Element parent, Element other, Element child) {
        Node next = other == null ? parent.getFirstChild() : other.getNextSibling();
        parent.insertBefore(newLine(parent, depth(parent) + 1), next);
        parent.insertBefore(child, next);
    }

    /** The text of a document, comments before the root element included. */
    static byte[] write(Document document) throws IOException {
        StringWriter writer = new StringWriter();
        for (Node node = document.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Comment comment) {
                writer.write("<!--" + comment.getData() + "-->\n\n");
            }
        }
        try {
            TransformerFactory factory = TransformerFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            transformer.transform(new DOMSource(document.getDocumentElement()), new StreamResult(writer));
        } catch (TransformerException e) {
            throw new IOException("cannot write XML: " + e.getMessage(), e);
        }
        writer.write("\n");
        return writer.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Text newLine(Element parent, int depth) {
        return parent.getOwnerDocument().createTextNode("\n" + INDENT.repeat(depth));
    }

    private static int depth(Element element) {
        int depth = 0;
        for (Node node = element.getParentNode(); node instanceof Element; node = node.getParentNode()) {
            depth++;
        }
        return depth;
    }
}
