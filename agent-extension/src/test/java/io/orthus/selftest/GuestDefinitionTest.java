// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuestDefinitionTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

    @ParameterizedTest
    @EnumSource(TestGuest.Chipset.class)
    void itIsXml(TestGuest.Chipset chipset) throws Exception {
        TestGuest guest = new TestGuest(7, chipset, TestGuest.Ram.GRAFTABLE);
        byte[] xml = GuestDefinition.of(guest, QEMU, true).getBytes(StandardCharsets.UTF_8);
        var domain = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml))
                .getDocumentElement();

        assertThat(domain.getElementsByTagName("name").item(0).getTextContent()).isEqualTo("orthus-selftest-7");
        assertThat(domain.getElementsByTagName("emulator").item(0).getTextContent())
                .isEqualTo(QEMU.toString());
        assertThat(domain.getElementsByTagName("disk").getLength()).isEqualTo(3);
    }

    @Test
    void theRamDecidesByWhichMethodItIsMoved() {
        assertThat(definition(TestGuest.Ram.GRAFTABLE)).contains("memfd", "aux-ram-share=on");
        assertThat(definition(TestGuest.Ram.SHARED_FILE))
                .contains("source type='file'")
                .doesNotContain("aux-ram-share");
        assertThat(definition(TestGuest.Ram.ANONYMOUS)).doesNotContain("memoryBacking", "aux-ram-share");
    }

    @Test
    void withKvmTheProcessorIsTheHosts() {
        TestGuest guest = TestGuest.ALL.get(0);

        assertThat(GuestDefinition.of(guest, QEMU, false)).contains("domain type='kvm'", "host-model");
        assertThat(GuestDefinition.of(guest, QEMU, true)).contains("domain type='qemu'", "qemu64");
    }

    private static String definition(TestGuest.Ram ram) {
        return GuestDefinition.of(new TestGuest(1, TestGuest.Chipset.I440FX, ram), QEMU, true);
    }
}
