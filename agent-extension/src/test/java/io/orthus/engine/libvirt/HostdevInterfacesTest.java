// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HostdevInterfacesTest {
    private static final String BRIDGED = "<interface type=\"bridge\"><mac address=\"1e:00:00:00:00:01\"/></interface>";

    private static String plain(String devices) throws IOException {
        DomainXml definition = DomainXml.parse("<domain><devices>" + devices + "</devices></domain>");
        HostdevInterfaces.makePlain(definition);
        String text = definition.toString();
        return text.substring("<domain><devices>".length(), text.length() - "</devices></domain>".length());
    }

    @Test
    void anInterfaceBecomesAPlainDeviceInItsPlace() throws IOException {
        String source =
                "<source><address bus=\"0x04\" domain=\"0x0000\" function=\"0x2\" slot=\"0x10\" type=\"pci\"/></source>";
        String forQemu = "<alias name=\"hostdev0\"/><boot order=\"2\"/><rom bar=\"off\"/>"
                + "<address bus=\"0x00\" domain=\"0x0000\" function=\"0x0\" slot=\"0x06\" type=\"pci\"/>";

        assertThat(plain(BRIDGED
                        + "<interface managed=\"yes\" type=\"hostdev\"><mac address=\"1e:00:00:00:00:02\"/>"
                        + "<driver name=\"vfio\"/>" + source + "<vlan><tag id=\"42\"/></vlan>"
                        + "<bandwidth><outbound average=\"100\"/></bandwidth><link state=\"up\"/>" + forQemu
                        + "</interface><rng model=\"virtio\"/>"))
                .isEqualTo(BRIDGED + "<hostdev managed=\"yes\" mode=\"subsystem\" type=\"pci\"><driver name=\"vfio\"/>"
                        + source + forQemu + "</hostdev><rng model=\"virtio\"/>");
    }

    @Test
    void whoeverManagesItGoesOnToDoSo() throws IOException {
        assertThat(plain("<interface type=\"hostdev\"><source/></interface>"))
                .isEqualTo("<hostdev mode=\"subsystem\" type=\"pci\"><source/></hostdev>");
    }

    @Test
    void otherDevicesStayWhatTheyAre() throws IOException {
        String devices =
                BRIDGED + "<hostdev managed=\"yes\" mode=\"subsystem\" type=\"pci\"><source/></hostdev><emulator/>";

        assertThat(plain(devices)).isEqualTo(devices);
    }
}
