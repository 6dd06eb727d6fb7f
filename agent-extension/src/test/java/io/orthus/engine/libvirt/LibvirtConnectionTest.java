// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What can be tried without a libvirt; everything else is tried in the lab. */
class LibvirtConnectionTest {
    @Test
    void findsTheDisksOfADefinition() throws IOException {
        String xml = """
                <domain><devices>
                  <disk type='file'><target dev='vda'/></disk>
                  <disk type='file' device='cdrom'><target dev='hdc'/></disk>
                  <interface><target dev='vnet0'/></interface>
                </devices></domain>
                """;

        assertThat(LibvirtConnection.diskTargets(xml)).containsExactly("vda", "hdc");
    }

    @Test
    void aLibvirtThatIsNotThereIsOneClearError() {
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatExceptionOfType(LibvirtFailure.class)
                    .isThrownBy(() -> LibvirtHost.open("qemu+unix:///system?socket=/no/such/socket"))
                    .withMessageStartingWith(
                            "libvirt cannot be reached at qemu+unix:///system?socket=/no/such/socket: ");
        }
    }
}
