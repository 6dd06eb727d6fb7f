// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.libvirt.Xml;
import java.util.Optional;
import org.w3c.dom.Element;

/** Finds what may or may not be there in libvirt's XML, without naming each step. */
public final class XmlPath {
    private XmlPath() {}

    /** The first element on a path of names below the parent. */
    public static Optional<Element> child(Element parent, String... path) {
        Optional<Element> element = Optional.of(parent);
        for (String name : path) {
            element = element.flatMap(each -> Xml.findChild(each, name));
        }
        return element;
    }

    /** An attribute that is there and not empty. */
    public static Optional<String> attribute(Element element, String name) {
        return Xml.findAttribute(element, name).filter(value -> !value.isEmpty());
    }

    /** An attribute of the first element on a path. */
    public static Optional<String> attributeAt(Element parent, String name, String... path) {
        return child(parent, path).flatMap(element -> attribute(element, name));
    }
}
