// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong on the command line is refused in one line, before anything is touched. */
class BadInputIT {
    private static final String PLAIN = """
            <domain type='qemu'><name>%s</name><memory unit='MiB'>64</memory>
            <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
            <vcpu>1</vcpu><os><type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type></os>
            <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
            <devices><emulator>%s</emulator></devices></domain>
            """;

    private final LabHost lab = LabHost.running();
    private final Orthus orthus = new Orthus(lab);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upgrade",
                "upgrade --batch many",
                "upgrade --batch 0",
                "upgrade --batch -1",
                "upgrade --batch 99999999999999999999",
                "upgrade --canaries 1.5",
                "upgrade --parallel 100000",
                "upgrade --failure-budget x",
                "upgrade --max-pause 1h",
                "upgrade --max-pause 5",
                "upgrade --copy-timeout 0",
                "upgrade --unknown",
                "upgrade --target relative/qemu",
                "upgrade --target /etc/passwd",
                "upgrade --target /",
                "upgrade --target",
                "rollback",
                "preflight",
                "inventory",
                "recover",
                "nonsense"
            })
    void oneLineAndTwo(String line) {
        List<String> words = List.of((line + (line.contains(" --") ? "" : " no-such-vm")).split(" "));
        isRefused(orthus.run(words.toArray(String[]::new)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "$(reboot)",
                "`id`",
                "a\nb",
                "../../etc/passwd",
                "'; rm -rf /; '",
                "\u001b[31mred",
                "ünïcödé \u202e name",
                "-leading"
            })
    void hostileNamesOfNoDomain(String name) {
        isRefused(orthus.run("upgrade", "--", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "it's \"quoted\"", "$(touch owned)", "-rf", "ünïcödé", "a;b|c&d", "%s%n", "a,b=c"})
    void hostileNamesOfDomains(String name) {
        String escaped = name.replace("&", "&amp;").replace("<", "&lt;");
        lab.write("/var/tmp/hostile.xml", PLAIN.formatted("@", lab.qemu("OLD")).replace("@", escaped), "rw-------");
        lab.run("virsh", "create", "/var/tmp/hostile.xml").ok();
        try {
            LabHost.Result result = orthus.run("upgrade", "--max-pause=20000", "--target", lab.qemu("NEW"), "--", name);
            assertThat(result.exit()).as(result.out() + result.err()).isZero();
            assertThat(lab.run("virsh", "domstate", "--domain", name).ok().out().strip())
                    .isEqualTo("running");
            assertThat(lab.exists("/var/tmp/owned")).isFalse();
            assertThat(lab.list(Orthus.JOURNAL)).isEmpty();
            assertThat(lab.list(Orthus.RUN)).isEmpty();
        } finally {
            lab.run("virsh", "destroy", "--domain", name).ok();
        }
    }

    /** Names that do not exist on the host; nothing was begun. */
    private void isRefused(LabHost.Result result) {
        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.err().strip().lines()).as(result.err()).hasSize(1);
        assertThat(result.err()).startsWith("orthus: ");
        assertThat(lab.list(Orthus.JOURNAL)).isEmpty();
    }

    @Test
    void noCommand() {
        isRefused(orthus.run());
    }
}
