// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusFileTest {
    private static final String STATUS = """
            <!-- a comment that libvirt puts first -->
            <domstatus state='running' reason='booted' pid='195139'>
              <taint flag='high-privileges'/>
              <monitor path='/var/lib/libvirt/qemu/domain-1-vm/monitor.sock' type='unix'/>
              <namespaces>
                <mount/>
              </namespaces>
              <vcpus>
                <vcpu id='1' pid='195157'/>
                <vcpu id='0' pid='195156'/>
              </vcpus>
              <blockjobs active='no'/>
              <domain type='kvm' id='1'>
                <name>vm &amp; co</name>
                <uuid>dcf47dbd-46d1-4d5b-b442-262a806a333a</uuid>
                <devices>
                  <emulator>/usr/bin/qemu-system-x86_64</emulator>
                </devices>
              </domain>
            </domstatus>
            """;

    private static StatusFile parse(String xml) throws IOException {
        return StatusFile.parse(xml.getBytes(StandardCharsets.UTF_8), "vm.xml");
    }

    @Test
    void readsWhatLibvirtWrote(@TempDir Path directory) throws IOException {
        Path file = StatusFile.path(directory, "vm");
        Files.writeString(file, STATUS);

        StatusFile status = StatusFile.read(file);

        assertThat(file.getFileName()).hasToString("vm.xml");
        assertThat(status.bytes()).isEqualTo(STATUS.getBytes(StandardCharsets.UTF_8));
        assertThat(status.state()).isEqualTo("running");
        assertThat(status.reason()).isEqualTo("booted");
        assertThat(status.pid()).isEqualTo(195139);
        assertThat(status.monitor()).isEqualTo(Path.of("/var/lib/libvirt/qemu/domain-1-vm/monitor.sock"));
        assertThat(status.uuid()).isEqualTo(UUID.fromString("dcf47dbd-46d1-4d5b-b442-262a806a333a"));
        assertThat(status.name()).isEqualTo("vm & co");
        assertThat(status.id()).isEqualTo(1);
        assertThat(status.vcpus()).containsExactly(entry(0, 195156), entry(1, 195157));
        assertThat(status.emulator()).isEqualTo(Path.of("/usr/bin/qemu-system-x86_64"));
        assertThat(status.asyncJob()).isEmpty();
        assertThat(status.blockJob()).isFalse();
    }

    @Test
    void theNamesOfTheTwoFilesAreWrittenDifferently() {
        Path directory = Path.of("/run/libvirt/qemu");

        assertThat(StatusFile.path(directory, "a 'b' <&>")).isEqualTo(directory.resolve("a 'b' <&>.xml"));
        assertThat(StatusFile.pidFile(directory, "a 'b' <&>"))
                .isEqualTo(directory.resolve("a &apos;b&apos; &lt;&amp;&gt;.pid"));
    }

    @Test
    void seesJobs() throws IOException {
        assertThat(parse(STATUS.replace("<blockjobs", "<job type='modify' async='none'/><blockjobs"))
                        .asyncJob())
                .isEmpty();
        assertThat(parse(STATUS.replace("<blockjobs", "<job type='none' async='migration out'/><blockjobs"))
                        .asyncJob())
                .contains("migration out");
        assertThat(parse(STATUS.replace("active='no'", "active='yes'")).blockJob())
                .isTrue();
    }

    @Test
    void theBytesAreTheCallersOwn() throws IOException {
        byte[] bytes = STATUS.getBytes(StandardCharsets.UTF_8);
        StatusFile status = StatusFile.parse(bytes, "vm.xml");

        bytes[0] = 'x';
        status.bytes()[0] = 'y';

        assertThat(status.bytes()[0]).isEqualTo((byte) '<');
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pid='195139'                     | pid='many'      | attribute pid of <domstatus> is not a number: many
            pid='195139'                     |                 | <domstatus> has no attribute pid
            <monitor path                    | <screen path    | <domstatus> has no <monitor>
            dcf47dbd-46d1-4d5b-b442-262a806a333a | nonsense    | not a UUID: nonsense
            <vcpu id='1' pid='195157'/>      | <vcpu id='1'/>  | <vcpu> has no attribute pid
            """)
    void namesWhatIsMissing(String original, String replacement, String message) {
        String broken = STATUS.replace(original, replacement == null ? "" : replacement);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> parse(broken))
                .withMessage("vm.xml is not a complete status file: " + message);
    }

    @Test
    void refusesOtherDocuments() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> parse("<domain/>"))
                .withMessage("vm.xml is not a status file of libvirt: it begins with <domain>");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> parse(STATUS.substring(0, 200)))
                .withMessageStartingWith("vm.xml is not XML: line ");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> parse(""));
    }

    @Test
    void resolvesNoEntities() {
        String hostile = "<!DOCTYPE domstatus [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<domstatus>&x;</domstatus>";

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> parse(hostile))
                .withMessageContaining("DOCTYPE");
    }
}
