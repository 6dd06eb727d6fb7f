// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.lab.management.ApiClient.Reply;
import io.orthus.lab.management.api.Signatures;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import io.orthus.lab.management.simulation.Chances;
import io.orthus.lab.management.simulation.SimulatedHost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin's API as its clients meet it: by HTTP, on its own tables, with hosts that keep to the protocol. */
class ApiTest {
    private static final int HOSTS = 10;
    private static final int VMS = 3;
    private static final String OLD_KVM = "6.12.43-1";
    private static final String NEW_KVM = "6.12.57-1";
    private static final String UPGRADE = "liveUpgradeHypervisor";
    private static final String LIST = "listHypervisorUpgrades";

    private static ManagementServer server;
    private static ApiClient admin;
    /** Each test that moves VMs has hosts of its own, or they would be in each other's way. */
    private static List<String> free;

    @BeforeAll
    static void start() throws Exception {
        ConfigKey.set("orthus.poll.interval", "1");
        Cloud cloud = new Cloud();
        free = new ArrayList<>();
        for (int i = 1; i <= HOSTS; i++) {
            free.add(host(cloud, "good" + i, Chances.NONE));
        }
        host(cloud, "bare", new Chances(0, 1, 0, 0, 0, 0));
        host(cloud, "failing", new Chances(0, 0, 0, 1, 0, 0));
        host(cloud, "blocked", new Chances(0, 0, 1, 0, 0, 0));
        host(cloud, "leaving", new Chances(0, 0, 1, 0, 0, 0));
        host(cloud, "mixed", new Chances(0, 0, 0.5, 0, 0, 0));
        server = new ManagementServer(0, cloud, null, null);
        admin = new ApiClient(server.port()).login("admin");
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
    }

    private static String host(Cloud cloud, String name, Chances chances) {
        SimulatedHost simulated = new SimulatedHost(name, VMS, chances, 50, 1, () -> System.nanoTime() / 1_000_000);
        HostRow host = cloud.addHost(name, simulated);
        SimulatedHost.vms(name, VMS).forEach((uuid, vm) -> cloud.addVm(uuid, vm, host));
        return host.getUuid();
    }

    private static String named(String name) {
        return Cloud.uuid("host", name);
    }

    @Test
    void anUpgradeIsFollowedToItsEndAndRolledBack() throws Exception {
        String host = free.remove(0);
        String id = begin("hostids", host, "vmsatonce", "2");
        JsonObject ended = ended(id);
        assertThat(ended.get("state").getAsString()).isEqualTo("finished");
        assertThat(ended.getAsJsonObject("virtualmachines").get("upgraded").getAsInt())
                .isEqualTo(VMS);
        assertThat(ended.get("failures").getAsInt()).isZero();
        JsonObject row = only(admin.rows("listHypervisorUpgradeHosts", "host", "id", id));
        assertThat(row.get("hostid").getAsString()).isEqualTo(host);
        assertThat(row.get("state").getAsString()).isEqualTo("done");
        assertThat(admin.rows("listHypervisorUpgradeVirtualMachines", "virtualmachine", "id", id))
                .hasSize(VMS)
                .allSatisfy(vm -> {
                    assertThat(text(vm, "state")).isEqualTo("upgraded");
                    assertThat(text(vm, "toqemu")).isNotEqualTo(text(vm, "fromqemu"));
                    assertThat(vm.getAsJsonObject().get("pause").getAsDouble()).isPositive();
                });

        Reply rollback = admin.job("rollbackHypervisorUpgrade", "id", id);
        JsonObject back = ended(campaign(rollback).get("id").getAsString());
        assertThat(back.get("kind").getAsString()).isEqualTo("rollback");
        assertThat(back.get("rollbackof").getAsString()).isEqualTo(id);
        assertThat(back.getAsJsonObject("virtualmachines").get("upgraded").getAsInt())
                .isEqualTo(VMS);
    }

    /** QEMU alone first, then KVM alone: both, each by itself. */
    @Test
    void theKvmOfAHostIsExchangedAndTheOldOneGoes() throws Exception {
        String host = free.remove(0);
        ended(begin("hostids", host, "vmsatonce", "3"));
        assertThat(admin.rows("listHypervisorHosts", "host", "hostid", host, "kvmversion", OLD_KVM))
                .hasSize(1);

        // In rounds of two and one: after the first, both KVMs are in use.
        String id = begin("hostids", host, "vmsatonce", "2", "kvmversion", "newest");

        assertThat(ended(id).get("kvmversion").getAsString()).isEqualTo("newest");
        assertThat(admin.rows("listHypervisorUpgradeVirtualMachines", "virtualmachine", "id", id))
                .hasSize(VMS)
                .allSatisfy(vm -> {
                    assertThat(text(vm, "state")).isEqualTo("upgraded");
                    assertThat(text(vm, "fromkvm")).isEqualTo(OLD_KVM);
                    assertThat(text(vm, "tokvm")).isEqualTo(NEW_KVM);
                    assertThat(text(vm, "toqemu")).isEqualTo(text(vm, "fromqemu"));
                });
        JsonObject row = only(admin.rows("listHypervisorUpgradeHosts", "host", "id", id));
        assertThat(text(row, "fromkvm")).isEqualTo(OLD_KVM);
        assertThat(text(row, "tokvm")).isEqualTo(NEW_KVM);
        assertThat(row.get("kvmexchanged").getAsBoolean()).isTrue();
        assertThat(admin.rows("listHypervisorHosts", "host", "hostid", host, "kvmversion", OLD_KVM))
                .as("still on the vulnerable one")
                .isEmpty();
        assertThat(text(only(admin.rows("listHypervisorHosts", "host", "hostid", host)), "kvmversion"))
                .isEqualTo(NEW_KVM);

        String back = campaign(admin.job("rollbackHypervisorUpgrade", "id", id))
                .get("id")
                .getAsString();
        ended(back);
        assertThat(text(only(admin.rows("listHypervisorUpgradeHosts", "host", "id", back)), "tokvm"))
                .isEqualTo(OLD_KVM);
    }

    @Test
    void oneVmThatStaysKeepsTheOldKvm() throws Exception {
        String id = begin(
                "hostids",
                named("mixed"),
                "vmsatonce",
                "8",
                "kvmversion",
                NEW_KVM,
                "qemuversion",
                "10.1.2 (Debian 1:10.1.2+ds-1)");
        ended(id);
        JsonObject row = only(admin.rows("listHypervisorUpgradeHosts", "host", "id", id));
        assertThat(row.get("kvmexchanged").getAsBoolean()).isFalse();
        assertThat(text(row, "kvmmessage")).contains(OLD_KVM, "run on it");
        assertThat(admin.rows(
                        "listHypervisorUpgradeReadiness",
                        "virtualmachine",
                        "hostid",
                        named("mixed"),
                        "kvmversion",
                        OLD_KVM))
                .isNotEmpty()
                .allSatisfy(vm -> assertThat(text(vm, "verdict")).isEqualTo("blocked"));
    }

    @Test
    void aKvmThatAHostHasNotIsNamed() throws Exception {
        String id = begin("hostids", free.remove(0), "kvmversion", "6.12.99", "failurebudget", "1");
        ended(id);
        JsonObject row = only(admin.rows("listHypervisorUpgradeHosts", "host", "id", id));
        assertThat(text(row, "state")).isEqualTo("failed");
        assertThat(text(row, "message")).contains("not installed");
    }

    @Test
    void aDryRunTellsWhoIsReadyAndTouchesNothing() throws Exception {
        String id = begin("hostids", named("blocked") + "," + free.remove(0), "dryrun", "true");
        assertThat(ended(id).get("kind").getAsString()).isEqualTo("preflight");
        assertThat(admin.rows(
                        "listHypervisorUpgradeReadiness",
                        "virtualmachine",
                        "hostid",
                        named("blocked"),
                        "verdict",
                        "blocked"))
                .hasSize(VMS)
                .allSatisfy(vm -> assertThat(text(vm, "message")).contains("detach it"));
        assertThat(admin.rows("listHypervisorVersions", "hypervisorversion"))
                .anySatisfy(row -> assertThat(text(row, "qemuversion")).startsWith("10.0.2"));
    }

    @Test
    void aFailurePausesTheCampaignUntilItIsResumedOrCancelled() throws Exception {
        // The second host is never begun, so the campaign cannot end by itself.
        String id = begin("hostids", named("failing") + "," + free.remove(0));
        JsonObject paused = until(id, "paused");
        assertThat(paused.get("failures").getAsInt()).isPositive();
        assertThat(paused.get("message").getAsString()).isNotBlank();
        Reply cancelled = admin.job("cancelHypervisorUpgrade", "id", id);
        assertThat(cancelled.content().get("jobstatus").getAsInt())
                .as("%s", cancelled)
                .isEqualTo(1);
        assertThat(ended(id).get("state").getAsString()).isEqualTo("cancelled");
        assertThat(admin.rows("listAlerts", "alert", "keyword", "")).isNotEmpty();
    }

    @Test
    void vmsThatCannotBeMovedAreMigratedAway() throws Exception {
        String host = named("leaving");
        JsonObject ended = ended(begin("hostids", host, "blockedpolicy", "migrate"));
        assertThat(ended.getAsJsonObject("virtualmachines").get("left").getAsInt())
                .isEqualTo(VMS);
        assertThat(ended.get("failures").getAsInt()).isZero();
        assertThat(admin.rows("listVirtualMachines", "virtualmachine", "hostid", host))
                .isEmpty();
    }

    @Test
    void aHostWithoutTheExtensionIsNamed() throws Exception {
        String id = begin("hostids", named("bare"), "failurebudget", "5");
        ended(id);
        JsonObject row = only(admin.rows("listHypervisorUpgradeHosts", "host", "id", id));
        assertThat(row.get("hostname").getAsString()).isEqualTo("bare");
        assertThat(row.get("state").getAsString()).isIn("skipped", "failed");
        assertThat(row.get("message").getAsString()).containsIgnoringCase("extension");
    }

    @Test
    void aCampaignThatWaitsForItsTimeIsPausedAndResumed() throws Exception {
        String tomorrow = Instant.now().plusSeconds(86_400).toString().replaceAll("\\.\\d+", "");
        String id = begin("hostids", free.remove(0), "startdate", tomorrow);
        assertThat(status(admin.job("resumeHypervisorUpgrade", "id", id)))
                .as("resume of a running one")
                .isEqualTo(431);
        assertThat(campaign(admin.job("pauseHypervisorUpgrade", "id", id))
                        .get("state")
                        .getAsString())
                .isEqualTo("paused");
        assertThat(campaign(admin.job("resumeHypervisorUpgrade", "id", id))
                        .get("state")
                        .getAsString())
                .isEqualTo("running");
        assertThat(status(admin.job("rollbackHypervisorUpgrade", "id", id)))
                .as("rollback before the end")
                .isEqualTo(431);
        admin.job("cancelHypervisorUpgrade", "id", id);
        assertThat(ended(id).get("state").getAsString()).isEqualTo("cancelled");
    }

    @Test
    void aHostIsInOneCampaignAtATime() throws Exception {
        String host = free.remove(0);
        String tomorrow = Instant.now().plusSeconds(86_400).toString().replaceAll("\\.\\d+", "");
        String id = begin("hostids", host, "startdate", tomorrow);
        Reply second = admin.job(UPGRADE, "hostids", host);
        assertThat(status(second)).as("%s", second).isEqualTo(536);
        admin.job("cancelHypervisorUpgrade", "id", id);
        ended(id);
    }

    /** What is wrong with a value is said before there is a job. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            liveUpgradeHypervisor               | hostids     | 11111111-2222-3333-4444-555555555555 | entity does not exist
            liveUpgradeHypervisor               | zoneids     | no-such-zone                         | entity does not exist
            liveUpgradeHypervisor               | hostsatonce | many                                 | invalid value many
            liveUpgradeHypervisor               | startdate   | tomorrow                             | Unable to parse date
            cancelHypervisorUpgrade             | id          | 1 OR 1=1                             | Invalid value provided for API arg: id
            listHypervisorUpgradeHosts          | state       | done                                 | missing parameter id
            listHypervisorUpgradeReadiness      | hostid      | x                                    | entity does not exist
            """)
    void badValuesAreRefusedAtOnce(String command, String parameter, String value, String words) throws Exception {
        Reply reply = admin.call(command, parameter, value);
        assertThat(reply.status()).isEqualTo(431);
        assertThat(reply.content().get("errorcode").getAsInt()).isEqualTo(431);
        assertThat(reply.errorText()).contains(words);
    }

    /** What does not go together is the result of the job. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hostsatonce   | 0           | is not between 1 and 1000
            vmsatonce     | 65          | is not between 1 and 64
            canaryhosts   | -1          | is not between
            longestpause  | 5           | is not between 10 and 60000
            failurebudget | 2000000     | is not between
            blockedpolicy | explode     | must be one of skip, migrate, fail
            qemuversion   | $(reboot)   | not a version
            kvmversion    | ../../etc   | not a version
            enddate       | 2001-01-01T00:00:00+0000 | in the future
            clusterids    | -           | exactly one of
            """)
    void badPlansAreRefused(String parameter, String value, String words) throws Exception {
        String scope = value.equals("-") ? anyCluster() : value;
        Reply job = admin.job(UPGRADE, "hostids", named("failing"), parameter, scope);
        assertThat(job.content().get("jobstatus").getAsInt()).as("%s", job).isEqualTo(2);
        JsonObject result = job.content().getAsJsonObject("jobresult");
        assertThat(result.get("errorcode").getAsInt()).isEqualTo(431);
        assertThat(result.get("errortext").getAsString()).contains(words);
    }

    @ParameterizedTest
    @CsvSource({
        "pauseHypervisorUpgrade",
        "cancelHypervisorUpgrade",
        "resumeHypervisorUpgrade",
        "rollbackHypervisorUpgrade"
    })
    void aCampaignThatIsNotThereIsNamed(String command) throws Exception {
        String id = UUID.randomUUID().toString();
        Reply job = admin.job(command, "id", id);
        assertThat(status(job)).isEqualTo(431);
        assertThat(job.content().getAsJsonObject("jobresult").get("errortext").getAsString())
                .contains(id);
    }

    @ParameterizedTest
    @CsvSource({"listHypervisorUpgrades, state", "listHypervisorUpgradeReadiness, verdict"})
    void anUnknownStateIsRefused(String command, String parameter) throws Exception {
        Reply reply = admin.call(command, parameter, "odd");
        assertThat(reply.status()).isEqualTo(431);
        assertThat(reply.errorText()).contains(parameter + " must be one of");
    }

    @Test
    void listsComeInPages() throws Exception {
        JsonObject first = only(admin.rows("listHosts", "host", "page", "1", "pagesize", "1"));
        JsonObject second = only(admin.rows("listHosts", "host", "page", "2", "pagesize", "1"));
        assertThat(first).isNotEqualTo(second);
        assertThat(admin.rows("listHosts", "host", "clusterid", text(first, "clusterid")))
                .hasSize(8);
    }

    @Test
    void rootAdminsAloneSeeTheCommands() throws Exception {
        ApiClient user = new ApiClient(server.port()).login("user");
        assertThat(admin.rows("listApis", "api", "name", UPGRADE)).hasSize(1);
        assertThat(user.rows("listApis", "api", "name", UPGRADE)).isEmpty();
        for (String command : List.of(UPGRADE, LIST, "cancelHypervisorUpgrade", "noSuchCommand")) {
            Reply reply = user.call(command);
            assertThat(reply.status()).as(command).isEqualTo(432);
            assertThat(reply.errorText()).contains(command);
        }
    }

    @Test
    void everyCommandIsDescribedAsItsClientsNeedIt() throws Exception {
        assertThat(admin.rows("listApis", "api"))
                .filteredOn(api -> text(api, "name").contains("Hypervisor"))
                .hasSize(11)
                .allSatisfy(api -> {
                    assertThat(text(api, "description")).isNotBlank();
                    assertThat(text(api, "since")).isNotBlank();
                    assertThat(api.getAsJsonObject().getAsJsonArray("response")).isNotEmpty();
                });
    }

    @Test
    void oneRequestWithAWrongKeyEndsTheSession() throws Exception {
        ApiClient client = new ApiClient(server.port()).login("admin");
        assertThat(client.call(LIST).status()).isEqualTo(200);
        assertThat(client.call(LIST, "sessionkey", "wrong").status()).isEqualTo(401);
        assertThat(client.call(LIST).status()).isEqualTo(401);
    }

    @Test
    void signedRequestsNeedNoSession() throws Exception {
        ApiClient client = new ApiClient(server.port());
        Map<String, String> request = ApiClient.map(LIST, "apikey", "admin-api-key", "keyword", "a b*c/ä");
        request.put("signature", Signatures.of(request, "admin-secret-key"));
        assertThat(client.anonymous(request).status()).isEqualTo(200);
        request.put("keyword", "another");
        assertThat(client.anonymous(request).status()).isEqualTo(401);
        Map<String, String> late = ApiClient.map(
                LIST, "apikey", "admin-api-key", "signatureversion", "3", "expires", "2020-01-01T00:00:00+0000");
        late.put("signature", Signatures.of(late, "admin-secret-key"));
        assertThat(client.anonymous(late).status()).isEqualTo(401);
    }

    private static String begin(String... parameters) throws Exception {
        return campaign(admin.job(UPGRADE, parameters)).get("id").getAsString();
    }

    private static JsonObject campaign(Reply job) {
        assertThat(job.content().get("jobstatus").getAsInt()).as("%s", job).isEqualTo(1);
        return job.content().getAsJsonObject("jobresult").getAsJsonObject("hypervisorupgrade");
    }

    private static int status(Reply job) {
        assertThat(job.content().get("jobstatus").getAsInt()).as("%s", job).isEqualTo(2);
        return job.content().getAsJsonObject("jobresult").get("errorcode").getAsInt();
    }

    private static JsonObject ended(String id) throws Exception {
        return until(id, "finished", "cancelled");
    }

    private static JsonObject until(String id, String... states) throws Exception {
        Reply reply = admin.until(
                "campaign to be " + String.join(" or ", states),
                list -> List.of(states).contains(text(only(list.getAsJsonArray("hypervisorupgrade")), "state")),
                LIST,
                "id",
                id);
        return only(reply.content().getAsJsonArray("hypervisorupgrade"));
    }

    private static String anyCluster() throws Exception {
        return text(admin.rows("listClusters", "cluster").get(0), "id");
    }

    private static JsonObject only(Iterable<JsonElement> rows) {
        assertThat(rows).hasSize(1);
        return rows.iterator().next().getAsJsonObject();
    }

    private static String text(JsonElement row, String member) {
        return row.getAsJsonObject().get(member).getAsString();
    }
}
