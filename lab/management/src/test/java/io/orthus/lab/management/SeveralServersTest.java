// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.simulation.Chances;
import io.orthus.lab.management.simulation.Fleet;
import io.orthus.lab.management.simulation.SimulatedHost;
import io.orthus.lab.mariadb.MariaDb;
import io.orthus.protocol.OrderCommand;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.StartOrderCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Management servers that share a database, hosts and a campaign, and are killed one after the other. */
class SeveralServersTest {
    private static final List<String> QUICK_START = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final int HOSTS = 4;
    private static final int VMS = 6;
    private static final long PATIENCE_S = 900;

    /** Servers that have a host begin a round, while those hosts wait for their orders; {@code null} when it is over. */
    private BlockingQueue<Caught> caught = new LinkedBlockingQueue<>();

    /** A server that waits for the answer of a host, until {@code release} is counted down. */
    private record Caught(String server, CountDownLatch release) {}

    @Test
    void theLastOfThreeBringsTheCampaignToItsEnd() throws Exception {
        Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
        for (int i = 1; i <= HOSTS; i++) {
            String name = "kvm%03d".formatted(i);
            hosts.put(name, new SimulatedHost(name, VMS, Chances.NONE, 50, i, () -> System.nanoTime() / 1_000_000));
        }
        Map<String, ServerProcess> servers = new LinkedHashMap<>();
        try (MariaDb database = MariaDb.start();
                Fleet fleet = new Fleet(hosts::get, this::watch)) {
            database.createSchema("cloud");
            // On a slow machine nobody is to lose patience.
            List<String> options = List.of(
                    "--hosts=" + HOSTS,
                    "--vms=" + VMS,
                    "--set=orthus.poll.interval=1",
                    "--set=orthus.vm.patience=3600",
                    "--set=orthus.host.patience=3600");
            // All at once, on an empty schema: one of them makes the tables.
            for (String name : List.of("one", "two", "three")) {
                servers.put(name, new ServerProcess(database.url("cloud"), fleet.address(name), QUICK_START, options));
            }
            for (ServerProcess server : servers.values()) {
                server.started();
            }
            String id = begin(any(servers));

            kill(servers);
            kill(servers);
            letThrough();

            assertThat(servers).hasSize(1);
            JsonObject ended = ended(any(servers), id);
            assertThat(ended.get("state").getAsString()).isEqualTo("finished");
            assertThat(ended.get("failures").getAsInt()).isZero();
            assertThat(ended.getAsJsonObject("virtualmachines").asMap().keySet())
                    .containsExactly("upgraded");
            assertThat(ended.getAsJsonObject("virtualmachines").get("upgraded").getAsInt())
                    .isEqualTo(HOSTS * VMS);
            assertThat(hosts.values()).allSatisfy(host -> {
                assertThat(host.collisions()).as("worked on twice at a time").isZero();
                assertThat(host.moves().values()).hasSize(VMS).containsOnly(1);
            });
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
    }

    /** Kills the next server that has a host begin a round, before it hears the answer; the host takes the order. */
    private void kill(Map<String, ServerProcess> servers) throws InterruptedException {
        ServerProcess server;
        do {
            Caught next = caught.poll(PATIENCE_S, TimeUnit.SECONDS);
            assertThat(next).as("no server has a host begin a round").isNotNull();
            // One that had several hosts begin may have been killed meanwhile.
            server = servers.remove(next.server());
            if (server != null) {
                server.kill();
            }
            next.release().countDown();
        } while (server == null);
    }

    private void watch(String server, String host, OrderCommand command) {
        Caught here = new Caught(server, new CountDownLatch(1));
        synchronized (this) {
            boolean begins =
                    command instanceof StartOrderCommand start && start.order().kind() == OrderKind.UPGRADE;
            if (caught == null || !begins) {
                return;
            }
            caught.add(here);
        }
        try {
            assertThat(here.release().await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on all orders come through, also those that wait. */
    private synchronized void letThrough() {
        caught.forEach(waiting -> waiting.release().countDown());
        caught = null;
    }

    private static ServerProcess any(Map<String, ServerProcess> servers) {
        return servers.values().iterator().next();
    }

    private static String begin(ServerProcess server) throws Exception {
        ApiClient admin = new ApiClient(server.port()).login("admin");
        List<String> hosts = new ArrayList<>();
        for (int i = 1; i <= HOSTS; i++) {
            hosts.add(Cloud.uuid("host", "kvm%03d".formatted(i)));
        }
        JsonObject job = admin.job(
                        "liveUpgradeHypervisor",
                        "hostids",
                        String.join(",", hosts),
                        "hostsatonce",
                        "4",
                        "vmsatonce",
                        "2")
                .content();
        assertThat(job.get("jobstatus").getAsInt()).as("%s", job).isEqualTo(1);
        return job.getAsJsonObject("jobresult")
                .getAsJsonObject("hypervisorupgrade")
                .get("id")
                .getAsString();
    }

    private static JsonObject ended(ServerProcess server, String id) throws Exception {
        ApiClient admin = new ApiClient(server.port()).login("admin");
        JsonElement list = admin.until(
                        "the campaign to end",
                        content -> !state(content).equals("running"),
                        "listHypervisorUpgrades",
                        "id",
                        id)
                .content();
        return row(list);
    }

    private static String state(JsonElement list) {
        return row(list).get("state").getAsString();
    }

    private static JsonObject row(JsonElement list) {
        return list.getAsJsonObject().getAsJsonArray("hypervisorupgrade").get(0).getAsJsonObject();
    }
}
