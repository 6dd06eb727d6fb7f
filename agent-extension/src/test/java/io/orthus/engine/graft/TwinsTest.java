// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.Vms;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinsTest {
    private static final String LINK_DOWN = "<domain><devices>"
            + "<interface type='bridge'><link state='down'/><alias name='net0'/></interface>"
            + "<interface type='bridge'><link state='up'/><alias name='net1'/></interface>"
            + "</devices></domain>";

    private final ScriptedQmp old = qemu();
    private final ScriptedQmp fresh = qemu();

    private static ScriptedQmp qemu() {
        ScriptedQmp qmp = new ScriptedQmp()
                .on("qom-get type", "\"pc-i440fx-10.0-machine\"")
                .on("qom-list", "[{\"name\":\"net0\",\"type\":\"child<virtio-net-pci>\"}]")
                .on("query-memory-size-summary", "{\"base-memory\":1073741824,\"plugged-memory\":0}")
                .on("query-cpus-fast", "[{\"cpu-index\":0,\"props\":{\"core-id\":0},\"qom-path\":\"/cpu\"}]")
                .on("query-iothreads", "[{\"id\":\"iothread1\",\"thread-id\":7}]")
                .on(
                        "query-block",
                        "[{\"qdev\":\"disk0\",\"inserted\":{\"node-name\":\"n\",\"file\":\"/a\",\"ro\":false}}]")
                .on("query-hotpluggable-cpus", "[]")
                .on("qom-get feature-words", word(5))
                .on("qom-get filtered-features", "[]");
        for (String property : new String[] {"family", "model", "stepping", "level", "xlevel"}) {
            qmp.on("qom-get " + property, "6");
        }
        return qmp.on("qom-get model-id", "\"m\"").on("qom-get vendor", "\"v\"");
    }

    private static String word(int features) {
        return "[{\"cpuid-input-eax\":1,\"cpuid-register\":\"ECX\",\"features\":" + features + "}]";
    }

    private Twins twins() {
        VmFacts vm =
                Vms.vm("a", MemoryBacking.ANONYMOUS, RunState.RUNNING, Vms.qemu("10.0.2"), LINK_DOWN, Optional.empty());
        ProcessId none = Vms.NO_PROCESS;
        return new Twins(vm, old, none, fresh, none);
    }

    private void check() throws Exception {
        new TwinCheck(twins(), Method.TRANSPLANT).run();
    }

    @Test
    void equalTwinsPass() throws Exception {
        check();
    }

    @Test
    void theOrderOfFeatureWordsAndEmptyOnesDoNotMatter() throws Exception {
        fresh.on(
                "qom-get feature-words",
                "[{\"cpuid-input-eax\":7,\"cpuid-register\":\"EBX\",\"features\":0}," + word(5).substring(1));
        check();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "qom-get type; \"pc-q35-10.0-machine\"; machine type",
                "qom-list; [{\"name\":\"net0\",\"type\":\"child<e1000>\"}]; devices",
                "query-memory-size-summary; {\"base-memory\":1,\"plugged-memory\":0}; memory",
                "query-cpus-fast; [{\"cpu-index\":1,\"props\":{\"core-id\":0},\"qom-path\":\"/cpu\"}]; vCPUs",
                "query-iothreads; []; I/O threads",
                "qom-get model-id; \"other\"; CPU property model-id",
                "qom-get feature-words; []; CPU feature-words",
                "query-block; [{\"qdev\":\"disk0\"}]; drives",
                "query-block; [{\"qdev\":\"disk0\",\"inserted\":{\"node-name\":\"n\",\"file\":\"/a\",\"ro\":true}}]; drives",
            })
    void namesADifference(String command, String answer, String subject) {
        fresh.on(command, answer);
        assertThatExceptionOfType(GraftException.class)
                .isThrownBy(this::check)
                .withMessageContaining(subject)
                .extracting(GraftException::step)
                .isEqualTo("compare");
    }

    @Test
    void takesLinksDown() throws Exception {
        assertThat(new StateReplay(twins()).run()).containsExactly("link down net0");
        assertThat(fresh.told()).containsExactly("set_link {\"name\":\"net0\",\"up\":false}");
        assertThat(old.told()).isEmpty();
    }

    @Test
    void plugsTheMissingCpusInTheOrderOfTheirSlots() throws Exception {
        String slot = "{\"type\":\"t\",\"vcpus-count\":1,\"props\":{\"core-id\":%d}%s}";
        String plugged = ",\"qom-path\":\"/machine/peripheral/vcpu%d\"";
        old.on(
                "query-hotpluggable-cpus",
                "[" + slot.formatted(10, plugged.formatted(10)) + "," + slot.formatted(2, plugged.formatted(2)) + ","
                        + slot.formatted(3, "") + "," + slot.formatted(0, ",\"qom-path\":\"/machine/unattached/d\"")
                        + "]");
        fresh.on(
                "query-hotpluggable-cpus",
                "[" + slot.formatted(10, "") + "," + slot.formatted(2, "") + "," + slot.formatted(3, "") + ","
                        + slot.formatted(0, ",\"qom-path\":\"/machine/unattached/d\"") + "]");

        new StateReplay(twins()).run();

        assertThat(fresh.told())
                .startsWith(
                        "device_add {\"driver\":\"t\",\"id\":\"vcpu2\",\"core-id\":2}",
                        "device_add {\"driver\":\"t\",\"id\":\"vcpu10\",\"core-id\":10}");
    }

    @Test
    void limitsIoAsBefore() throws Exception {
        old.on(
                "query-block",
                "[{\"qdev\":\"disk0\",\"inserted\":{\"bps\":0,\"bps_rd\":0,\"bps_wr\":0,\"iops\":100,\"iops_rd\":0,"
                        + "\"iops_wr\":0,\"iops_max\":200,\"group\":\"g\"}}]");

        assertThat(new StateReplay(twins()).run()).contains("I/O limit disk0");
        assertThat(fresh.told().get(0))
                .startsWith("block_set_io_throttle")
                .contains("\"iops\":100", "\"iops_max\":200", "\"group\":\"g\"")
                .doesNotContain("bps_max");
    }

    @Test
    void pollsTheBalloonAsBefore() throws Exception {
        old.on("qom-list", "[{\"name\":\"balloon0\",\"type\":\"child<virtio-balloon-pci>\"}]")
                .on("qom-get guest-stats-polling-interval", "10");

        assertThat(new StateReplay(twins()).run()).contains("balloon statistics every 10 s");
        assertThat(fresh.told().get(0)).startsWith("qom-set").contains("\"value\":10");
    }
}
