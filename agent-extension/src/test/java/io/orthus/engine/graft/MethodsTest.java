// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.Vms;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodsTest {
    private static final MigrationSockets SOCKETS = MigrationSockets.in(Path.of("/lib"));

    private final ScriptedQmp old = new ScriptedQmp();
    private final ScriptedQmp fresh = new ScriptedQmp();

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private Twins twins() {
        return new Twins(Vms.vm("a", MemoryBacking.ANONYMOUS), old, Vms.NO_PROCESS, fresh, Vms.NO_PROCESS);
    }

    private static ProcessId self() throws Exception {
        return ProcessId.of(Math.toIntExact(ProcessHandle.current().pid()));
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void eachMethodHasAnImplementation(Method method) {
        assertThat(GraftMethods.of(method).method()).isEqualTo(method);
        assertThat(Method.labelled(method.label())).isEqualTo(method);
    }

    @Test
    void cprWaitsUntilTheNewOneListens() throws Exception {
        old.on("migrate", "error Connection refused", "{}");

        new CprTransfer().introduce(old, self(), SOCKETS, soon());

        assertThat(old.told()).hasSize(4);
        assertThat(old.told().get(0)).contains("{\"capability\":\"return-path\",\"state\":true}");
        assertThat(old.told().get(1)).isEqualTo("migrate-set-parameters {\"mode\":\"cpr-transfer\"}");
        assertThat(old.told().get(3)).startsWith("migrate ").contains("/lib/orthus-cpr.sock");
    }

    @Test
    void cprDoesNotWaitForTheDead() {
        old.on("migrate", "error Connection refused");
        assertThatExceptionOfType(GraftException.class)
                .isThrownBy(() -> new CprTransfer().introduce(old, Vms.NO_PROCESS, SOCKETS, soon()))
                .withMessageContaining("ended");
    }

    @Test
    void cprPassesARefusalOn() throws Exception {
        ProcessId self = self();
        old.on("migrate", "error a device forbids it");
        assertThatExceptionOfType(GraftException.class)
                .isThrownBy(() -> new CprTransfer().introduce(old, self, SOCKETS, soon()))
                .withMessageContaining("a device forbids it");
    }

    @Test
    void whatEachMethodLeavesToTheWindow() {
        SwitchCommands cpr = new CprTransfer().switchCommands(SOCKETS);
        assertThat(cpr.startNew().toString())
                .isEqualTo(
                        "[{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"unix:/lib/orthus-main.sock\"}}]");
        assertThat(cpr.startOld()).isEmpty();
        assertThat(cpr.rollbackOld().toString()).contains("\"mode\":\"normal\"");

        SwitchCommands shared = new SharedRam().switchCommands(SOCKETS);
        assertThat(shared.startNew()).hasSize(1);
        assertThat(shared.startOld().toString()).contains("\"migrate\"");

        SwitchCommands transplant = new Transplant().switchCommands(SOCKETS);
        assertThat(transplant.stopsEarly()).isTrue();
        assertThat(transplant.startNew()).isEmpty();
        assertThat(transplant.startOld().toString()).contains("migrate-continue");
        assertThat(cpr.stopsEarly() || shared.stopsEarly()).isFalse();
    }

    @Test
    void aTransplantCopiesUntilLittleIsLeft() throws Exception {
        Transplant method = new Transplant();
        method.prepare(twins(), SOCKETS);
        assertThat(fresh.told().get(1)).startsWith("migrate-incoming");
        assertThat(old.told().get(0)).isEqualTo("migrate-set-parameters {\"mode\":\"normal\"}");

        old.on("query-migrate", "{\"status\":\"setup\"}", "{\"status\":\"active\"}", "{\"status\":\"pre-switchover\"}");
        method.approach(old, SOCKETS, soon());
        assertThat(old.told()).contains("migrate {\"uri\":\"unix:/lib/orthus-main.sock\"}");
    }

    @Test
    void aCopyThatFailsSaysWhy() {
        old.on("query-migrate", "{\"status\":\"failed\",\"error-desc\":\"no more\"}");
        assertThatExceptionOfType(GraftException.class)
                .isThrownBy(() -> new Transplant().approach(old, SOCKETS, soon()))
                .withMessageContaining("no more");
    }

    @Test
    void aCopyThatDoesNotEndIsGivenUp() {
        old.on("query-migrate", "{\"status\":\"active\"}");
        assertThatExceptionOfType(GraftException.class)
                .isThrownBy(() -> new Transplant().approach(old, SOCKETS, Deadline.after(Duration.ZERO)))
                .withMessageContaining("faster than it can be copied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"status\":\"none\"}", "{\"status\":\"failed\"}", "{\"status\":\"completed\"}"})
    void aMigrationThatHasEndedIsNotCancelled(String state) throws Exception {
        old.on("query-migrate", state);
        new SharedRam().withdraw(old);
        assertThat(old.told()).hasSize(1);
        assertThat(old.told().get(0))
                .startsWith("migrate-set-capabilities")
                .contains("{\"capability\":\"x-ignore-shared\",\"state\":false}");
    }

    @Test
    void aMigrationUnderWayIsCancelledFirst() throws Exception {
        old.on("query-migrate", "{\"status\":\"active\"}", "{\"status\":\"cancelling\"}", "{\"status\":\"cancelled\"}");
        new CprTransfer().withdraw(old);
        assertThat(old.told().get(0)).isEqualTo("migrate_cancel");
        assertThat(old.told().get(1)).isEqualTo("migrate-set-parameters {\"mode\":\"normal\"}");
    }
}
