// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Properties;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** CloudStack loads a module by these two files, and drops all of it if one bean's class is not there. */
class SpringModuleTest {
    private static final String HOME = "/META-INF/cloudstack/orthus/";

    @Test
    void theModuleIsNamedAsItsDirectory() throws Exception {
        Properties module = new Properties();
        try (InputStream in = getClass().getResourceAsStream(HOME + "module.properties")) {
            module.load(in);
        }
        assertThat(module).containsEntry("name", "orthus").containsEntry("parent", "compute");
    }

    @Test
    void everyBeanCanBeMade() throws Exception {
        try (InputStream in = getClass().getResourceAsStream(HOME + "spring-orthus-context.xml")) {
            NodeList beans = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getElementsByTagName("bean");
            assertThat(beans.getLength()).isEqualTo(2);
            for (int i = 0; i < beans.getLength(); i++) {
                String type =
                        beans.item(i).getAttributes().getNamedItem("class").getNodeValue();
                assertThat(Class.forName(type).getConstructor().newInstance()).isNotNull();
            }
        }
    }
}
