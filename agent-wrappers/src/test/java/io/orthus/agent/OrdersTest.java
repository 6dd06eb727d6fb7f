// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.protocol.Builds;
import io.orthus.protocol.KvmExchange;
import io.orthus.protocol.Order;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.OrderReport;
import io.orthus.protocol.OrderState;
import io.orthus.protocol.Target;
import io.orthus.protocol.Verdict;
import io.orthus.protocol.VmReport;
import io.orthus.protocol.VmResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrdersTest {
    private static final String TOKEN = "0d7f3c1e-8f52-4f0e-9a53-5a4c4f1f5d11/2";
    private static final String UNIT = "orthus-order-0d7f3c1e-8f52-4f0e-9a53-5a4c4f1f5d11_2";
    private static final String ONE = "11111111-1111-4111-8111-111111111111";
    private static final String TWO = "22222222-2222-4222-8222-222222222222";

    @TempDir
    private Path directory;

    private final FakeHost host = new FakeHost();

    @BeforeEach
    void vms() {
        host.vms.put(ONE, FakeHost.OLD);
        host.vms.put(TWO, FakeHost.OLD);
    }

    /** Another one for each call, as after a restart of the agent: nothing may be kept in it. */
    private Orders orders() {
        return new Orders(directory.resolve("lib/orders"), directory.resolve("modules"), host);
    }

    @Test
    void anOrderRunsInAUnitThatOutlivesTheAgent() throws Exception {
        assertThat(orders().start(upgrade(TOKEN, ONE, TWO)).state()).isEqualTo(OrderState.RUNNING);

        assertThat(host.started).hasSize(1);
        assertThat(host.started.get(0))
                .startsWith("/usr/bin/systemd-run", "--quiet", "--collect", "--unit=" + UNIT)
                .contains("--property=KillMode=process", "--property=TimeoutStopSec=infinity");
        assertThat(host.lastCommand())
                .containsExactly(
                        "/usr/bin/orthus",
                        "upgrade",
                        "--json",
                        "--canaries=0",
                        "--failure-budget=3",
                        "--parallel=2",
                        "--max-pause=500",
                        ONE,
                        TWO);
    }

    @Test
    void answersBeforeTheSenderGivesUp() {
        assertThat(Orders.patience(15)).isEqualTo(Duration.ofSeconds(25)).isEqualTo(Orders.patience(0));
        assertThat(Orders.patience(300)).isEqualTo(Duration.ofSeconds(595));
        assertThat(Orders.patience(1)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(OrderKind.class)
    void vmsWithDevicesOfTheHostAreMovedOnlyIfTheOrderSaysSo(OrderKind kind) throws Exception {
        List<String> vms = kind == OrderKind.PREFLIGHT ? List.of() : List.of(ONE);
        orders().start(new Order(TOKEN, kind, null, vms, new OrderOptions(0, 0, 0, 0, true)));
        assertThat(host.lastCommand()).contains("--passthrough");
    }

    @Test
    void ordersAreRootsAloneButNotWhatIsBesideThem() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        Path orders = directory.resolve("lib/orders");
        assertThat(Files.getPosixFilePermissions(orders.resolve(TOKEN.replace('/', '_'))))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(orders)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(orders.getParent())).contains(PosixFilePermission.OTHERS_EXECUTE);
    }

    @Test
    void theSameOrderTwiceIsOneOrder() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        orders().start(upgrade(TOKEN, ONE));
        assertThat(host.started).hasSize(1);
        host.ends(report(ONE, "upgraded"), "");

        orders().start(upgrade(TOKEN, ONE));

        assertThat(host.started).hasSize(1);
        assertThat(orders().start(upgrade(TOKEN, ONE)).state()).isEqualTo(OrderState.DONE);
    }

    @Test
    void whileItRunsTheStepOfEachVmIsTold() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.underWay = "{'uuid': '%s', 'name': 'i-1', 'step': 'compared', 'method': 'cpr-transfer'}, {'uuid': '%s'}"
                .formatted(ONE, TWO);

        assertThat(orders().poll(TOKEN).vms()).singleElement().satisfies(vm -> {
            assertThat(vm.uuid()).isEqualTo(ONE);
            assertThat(vm.step()).isEqualTo("compared");
            assertThat(vm.result()).isNull();
        });
    }

    @Test
    void whatBecameOfEachVmIsToldFromThenOn() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.ends(report(ONE, "upgraded"), "  1.00 s  host  libvirtd is back\n");

        assertThat(orders().poll(TOKEN).state()).isEqualTo(OrderState.DONE);
        host.libvirt = false;
        assertThat(orders().poll(TOKEN).vms()).singleElement().satisfies(vm -> {
            assertThat(vm.result()).isEqualTo(VmResult.UPGRADED);
            assertThat(vm.from()).isEqualTo(new Builds(FakeHost.OLD, null));
            assertThat(vm.runsOn()).isEqualTo(new Builds(FakeHost.NEW, null));
            assertThat(vm.pauseMs()).isEqualTo(29.25);
            assertThat(vm.method()).isEqualTo("cpr-transfer");
        });
    }

    @Test
    void oneThatWasPutBackRunsOnWhatItRanOn() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.ends(report(ONE, "rolled-back"), "");
        assertThat(orders().poll(TOKEN).vms()).singleElement().satisfies(vm -> {
            assertThat(vm.result()).isEqualTo(VmResult.ROLLED_BACK);
            assertThat(vm.runsOn()).isEqualTo(new Builds(FakeHost.OLD, null));
        });
    }

    @Test
    void aPreflightLooksAtAllVms() throws Exception {
        Order preflight = new Order(TOKEN, OrderKind.PREFLIGHT, null, null, null);
        orders().start(preflight);
        assertThat(host.lastCommand()).containsExactly("/usr/bin/orthus", "preflight", "--json");
        host.ends("""
                {"vms": [
                   {"uuid": "%s", "name": "one", "qemu": {"version": "10"}, "kvm": {"version": "6.12"},
                    "target": {"version": "11"}, "verdict": "up-to-date", "method": "transplant",
                    "predictedPauseMs": 31.5, "why": "so"},
                   {"uuid": "%s", "name": "two", "verdict": "blocked",
                    "blockers": [{"subject": "job", "reason": "busy", "remedy": "wait"}]}],
                 "unreadable": [{"uuid": "u", "name": "three", "reason": "it hangs"}]}
                """.formatted(ONE, TWO), "");

        OrderReport report = orders().poll(TOKEN);

        assertThat(report.state()).isEqualTo(OrderState.DONE);
        assertThat(report.vms())
                .extracting(VmReport::verdict)
                .containsExactly(Verdict.UP_TO_DATE, Verdict.BLOCKED, Verdict.BLOCKED);
        assertThat(report.vms().get(0).runsOn()).isEqualTo(new Builds("10", "6.12"));
        assertThat(report.vms().get(0).predictedPauseMs()).isEqualTo(31.5);
        assertThat(report.vms().get(1).blockers()).hasToString("[job: busy (wait)]");
        assertThat(report.vms().get(2).blockers()).hasToString("[state: it hangs]");
        assertThat(report.host().qemus()).containsExactly("11");
        assertThat(report.host().kvms()).containsExactly("6.12.43-1");
        assertThat(report.host().kvm()).isEqualTo("6.12.43-1");
    }

    @Test
    void aPreflightThatFailsSaysWhy() throws Exception {
        orders().start(new Order(TOKEN, OrderKind.PREFLIGHT, null, null, null));
        host.ends("", "orthus: libvirtd does not answer\n");
        OrderReport report = orders().poll(TOKEN);
        assertThat(report.state()).isEqualTo(OrderState.FAILED);
        assertThat(report.message()).isEqualTo("orthus: libvirtd does not answer");
    }

    @Test
    void anEngineThatDiedIsRecoveredAndItsVmsAreTakenAsTheyAreFound() throws Exception {
        String three = "33333333-3333-4333-8333-333333333333";
        String four = "44444444-4444-4444-8444-444444444444";
        host.vms.put(three, FakeHost.OLD);
        host.vms.put(four, FakeHost.OLD);
        orders().start(upgrade(TOKEN, ONE, TWO, three, four));
        host.ends("{\"vms\": [", "  1.00 s  i-1111  comparing\n");

        OrderReport recovering = orders().poll(TOKEN);
        assertThat(recovering.state()).isEqualTo(OrderState.RUNNING);
        assertThat(recovering.message()).contains("comparing");
        assertThat(host.lastCommand()).containsExactly("/usr/bin/orthus", "recover", "--json");
        assertThat(orders().poll(TOKEN).state()).isEqualTo(OrderState.RUNNING);
        assertThat(host.started).hasSize(2);

        host.vms.put(ONE, FakeHost.NEW);
        host.vms.remove(three);
        host.ends("{\"vms\": [{\"uuid\": \"%s\", \"healthy\": true, \"message\": \"back\"}]}".formatted(TWO), "");
        OrderReport report = orders().poll(TOKEN);

        assertThat(report.state()).isEqualTo(OrderState.DONE);
        assertThat(report.vms())
                .extracting(VmReport::uuid, VmReport::result)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(ONE, VmResult.UPGRADED),
                        org.assertj.core.groups.Tuple.tuple(TWO, VmResult.ROLLED_BACK),
                        org.assertj.core.groups.Tuple.tuple(three, VmResult.ENDED),
                        org.assertj.core.groups.Tuple.tuple(four, VmResult.NOT_BEGUN));
        assertThat(report.vms().get(1).message()).isEqualTo("back");
    }

    @Test
    void aVmThatCannotBeRecoveredIsLost() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.ends("", "");
        orders().poll(TOKEN);
        host.ends("{\"vms\": [{\"uuid\": \"%s\", \"healthy\": false, \"message\": \"gone\"}]}".formatted(ONE), "");
        assertThat(orders().poll(TOKEN).vms()).singleElement().satisfies(vm -> {
            assertThat(vm.result()).isEqualTo(VmResult.LOST);
            assertThat(vm.message()).isEqualTo("gone");
        });
    }

    @Test
    void anEngineThatRefusedHasFailedTheOrder() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.ends("", "orthus: another upgrade is under way on this host\n");
        orders().poll(TOKEN);
        host.ends("", "orthus: another upgrade is under way on this host\n");

        assertThat(orders().poll(TOKEN).message()).endsWith("; orthus: another upgrade is under way on this host");
        assertThat(host.started).hasSize(3);
        host.ends("{\"vms\": []}", "");
        OrderReport report = orders().poll(TOKEN);

        assertThat(report.state()).isEqualTo(OrderState.FAILED);
        assertThat(report.message()).isEqualTo("orthus: another upgrade is under way on this host");
    }

    @Test
    void whatIsNotKnownOfAUnitIsNotItsEnd() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.systemd = false;
        assertThatThrownBy(() -> orders().poll(TOKEN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Failed to connect to bus");
        assertThat(host.started).hasSize(1);
    }

    @Test
    void anOrderThatIsCalledOffIsStoppedAndStillReports() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        assertThat(orders().cancel(TOKEN).state()).isEqualTo(OrderState.RUNNING);
        assertThat(host.stopped).containsExactly(UNIT);
        host.ends(report(ONE, "not-begun"), "");
        assertThat(orders().cancel(TOKEN).vms()).extracting(VmReport::result).containsExactly(VmResult.NOT_BEGUN);
        assertThat(host.stopped).hasSize(1);
    }

    @Test
    void anOrderThatIsCalledOffBeforeItComesNeverBegins() throws Exception {
        assertThat(orders().cancel(TOKEN).state()).isEqualTo(OrderState.UNKNOWN);
        assertThatThrownBy(() -> orders().start(upgrade(TOKEN, ONE)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("called off");
        assertThat(orders().poll(TOKEN).state()).isEqualTo(OrderState.UNKNOWN);
        assertThat(host.started).isEmpty();
    }

    @Test
    void oneOrderAtATime() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        assertThatThrownBy(() -> orders().start(upgrade("other/1", TWO)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(TOKEN);
        assertThat(orders().poll("other/1").state()).isEqualTo(OrderState.UNKNOWN);

        host.ends(report(ONE, "upgraded"), "");
        assertThat(orders().start(upgrade("other/1", TWO)).state()).isEqualTo(OrderState.RUNNING);
    }

    @Test
    void vmsThatAreGoneAreLeftOut() throws Exception {
        host.vms.remove(TWO);
        orders().start(upgrade(TOKEN, ONE, TWO));
        assertThat(host.lastCommand()).contains(ONE).doesNotContain(TWO);
        host.ends(report(ONE, "upgraded"), "");
        assertThat(orders().poll(TOKEN).vms())
                .extracting(VmReport::result)
                .containsExactly(VmResult.UPGRADED, VmResult.ENDED);
    }

    /** Without a name on its command line the engine would move every VM of the host. */
    @Test
    void nothingIsStartedWhenAllAreGone() throws Exception {
        host.vms.remove(ONE);
        OrderReport report = orders().start(upgrade(TOKEN, ONE));
        assertThat(report.state()).isEqualTo(OrderState.DONE);
        assertThat(report.vms()).extracting(VmReport::result).containsExactly(VmResult.ENDED);
        assertThat(host.started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {FakeHost.NEW, "11.1.3"})
    void aTargetIsFoundByItsVersion(String version) throws Exception {
        orders().start(order(OrderKind.UPGRADE, new Target(version, null)));
        assertThat(host.lastCommand()).contains("--target=/usr/bin/qemu");
    }

    @ParameterizedTest
    @ValueSource(strings = {FakeHost.OLD, "11", "--nonsense"})
    void aTargetThatIsNotThereFailsTheOrderForGood(String version) throws Exception {
        OrderReport report = orders().start(order(OrderKind.UPGRADE, new Target(version, null)));

        assertThat(report.state()).isEqualTo(OrderState.FAILED);
        assertThat(report.message()).endsWith("there is " + FakeHost.NEW);
        assertThat(orders().poll(TOKEN)).isEqualTo(report);
        assertThat(orders().start(order(OrderKind.UPGRADE, Target.INSTALLED))).isEqualTo(report);
        assertThat(host.started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.12.48-1", "6.12.48", "newest"})
    void aKvmIsFoundByItsVersion(String version) throws Exception {
        module("kvm_a", "6.12.48-1");
        orders().start(order(OrderKind.UPGRADE, new Target(null, version)));
        assertThat(host.lastCommand()).contains("--kvm=" + directory.resolve("modules/kvm_a.ko.xz"), ONE);
    }

    @Test
    void qemuAndKvmAreChangedInOne() throws Exception {
        module("kvm_a", "6.12.48-1");
        orders().start(new Order(TOKEN, OrderKind.PREFLIGHT, new Target("11.1.3", "newest"), null, null));
        assertThat(host.lastCommand())
                .containsExactly(
                        "/usr/bin/orthus",
                        "preflight",
                        "--json",
                        "--target=/usr/bin/qemu",
                        "--kvm=" + directory.resolve("modules/kvm_a.ko.xz"));
    }

    @Test
    void aKvmThatIsNotThereFailsTheOrder() throws Exception {
        module("kvm_a", "6.12.48-1");
        OrderReport report = orders().start(order(OrderKind.UPGRADE, new Target(null, "6.12.99")));
        assertThat(report.state()).isEqualTo(OrderState.FAILED);
        assertThat(report.message())
                .contains("KVM 6.12.99 is neither loaded nor installed")
                .contains("there is 6.12.43-1, 6.12.48-1");
        assertThat(host.started).isEmpty();
    }

    @Test
    void aRollbackLeavesItToTheHistoryWhichKvmItLeadsTo() throws Exception {
        orders().start(order(OrderKind.ROLLBACK, new Target("11.1.3", "6.12.99")));
        assertThat(host.lastCommand()).noneMatch(each -> each.startsWith("--kvm") || each.startsWith("--target"));
    }

    @Test
    void whatBecameOfTheOldKvmIsTold() throws Exception {
        module("kvm_a", "6.12.48-1");
        orders().start(order(OrderKind.UPGRADE, new Target(null, "newest")));
        host.kvms = "{'instance': 'kvm_a', 'version': '6.12.48-1', 'standard': true}";
        host.ends("""
                {"vms": [{"uuid": "%s", "result": "upgraded", "from": {"version": "10"}, "to": {"version": "11"},
                  "fromKvm": {"version": "6.12.43-1"}, "toKvm": {"version": "6.12.48-1"}}],
                 "kvm": {"from": {"version": "6.12.43-1"}, "to": {"version": "6.12.48-1"}, "done": true,
                  "message": "KVM 6.12.43-1 is unloaded"}}
                """.formatted(ONE), "");

        OrderReport report = orders().poll(TOKEN);

        assertThat(report.kvm())
                .isEqualTo(new KvmExchange("6.12.43-1", "6.12.48-1", true, "KVM 6.12.43-1 is unloaded"));
        assertThat(report.host().kvm()).isEqualTo("6.12.48-1");
        assertThat(report.vms()).singleElement().satisfies(vm -> {
            assertThat(vm.from()).isEqualTo(new Builds("10", "6.12.43-1"));
            assertThat(vm.runsOn()).isEqualTo(new Builds("11", "6.12.48-1"));
        });
    }

    @Test
    void aHostThatCannotBeLookedAtBeginsNothing() throws Exception {
        host.libvirt = false;
        assertThatThrownBy(() -> orders().start(upgrade(TOKEN, ONE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("libvirtd does not answer");
        assertThat(orders().poll(TOKEN).state()).isEqualTo(OrderState.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../../etc", "a/b", "a b", "-x", "a_1", "a.service"})
    void improperTokensAreRefused(String token) {
        assertThatThrownBy(() -> orders().poll(token)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> orders().cancel(token)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> orders().start(upgrade(token, ONE))).isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vm1", "--help", "1-1-1-1-1"})
    void improperVmsAreRefused(String vm) {
        assertThatThrownBy(() -> orders().start(upgrade(TOKEN, vm)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("UUID");
    }

    @Test
    void ordersOfANewerKindAreRefused() {
        assertThatThrownBy(() -> orders().start(order(null, null)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("update it");
        assertThatThrownBy(() -> orders().start(null)).isInstanceOf(RefusedException.class);
    }

    @Test
    void optionsOutOfRangeAndOrdersWithoutVmsAreRefused() {
        for (OrderOptions options : List.of(
                new OrderOptions(-1, 0, 0, 0, false),
                new OrderOptions(0, 257, 0, 0, false),
                new OrderOptions(0, 0, -1, 0, false),
                new OrderOptions(0, 0, 0, 9, false))) {
            assertThatThrownBy(() -> orders().start(new Order(TOKEN, OrderKind.UPGRADE, null, List.of(ONE), options)))
                    .as("%s", options)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is not between");
        }
        assertThatThrownBy(() -> orders().start(upgrade(TOKEN))).isInstanceOf(RefusedException.class);
    }

    @Test
    void whatIsOlderThanTheProtocolAsksForIsRemoved() throws Exception {
        orders().start(upgrade(TOKEN, ONE));
        host.ends(report(ONE, "upgraded"), "");
        orders().poll(TOKEN);
        orders().cancel("never/1");
        age(TOKEN, "report.json", Duration.ofDays(29));
        age("never/1", "refused", Duration.ofDays(31));

        orders().start(upgrade("other/1", TWO));

        assertThat(orders().poll(TOKEN).state()).isEqualTo(OrderState.DONE);
        assertThat(directory.resolve("lib/orders/never_1")).doesNotExist();
    }

    private void module(String name, String version) throws IOException {
        Path file = Files.createDirectories(directory.resolve("modules")).resolve(name + ".ko.xz");
        host.modules.put(Files.createFile(file), version);
    }

    private void age(String token, String file, Duration age) throws IOException {
        Files.setLastModifiedTime(
                directory.resolve("lib/orders").resolve(token.replace('/', '_')).resolve(file),
                FileTime.from(Instant.now().minus(age)));
    }

    private static Order upgrade(String token, String... vms) {
        return new Order(token, OrderKind.UPGRADE, null, List.of(vms), new OrderOptions(0, 2, 3, 500, false));
    }

    private static Order order(OrderKind kind, Target target) {
        return new Order(TOKEN, kind, target, List.of(ONE), null);
    }

    private static String report(String uuid, String result) {
        return """
                {"direction": "upgrade", "vms": [{"uuid": "%s", "name": "one", "result": "%s", "method": "cpr-transfer",
                 "from": {"version": "%s"}, "to": {"version": "%s"}, "step": "done", "message": "",
                 "pauseMs": 29.25, "totalMs": 1804.0}]}
                """.formatted(uuid, result, FakeHost.OLD, FakeHost.NEW);
    }
}
