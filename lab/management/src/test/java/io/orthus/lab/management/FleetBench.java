// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.simulation.Chances;
import io.orthus.lab.management.simulation.Fleet;
import io.orthus.lab.management.simulation.SimulatedHost;
import io.orthus.lab.mariadb.MariaDb;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * What a campaign over many simulated hosts costs the management servers and their database. "make bench-fleet" runs it;
 * it is no test and not run with them. Of the hosts 1 % do not answer, 1 % lack the extension and 1 % never come to an
 * end; of the VMs 1 % cannot be moved, 1 % are rolled back and 0.1 % are lost. With several servers one is killed in the
 * middle. Properties: {@code orthus.bench.hosts}, {@code orthus.bench.servers}, {@code orthus.bench.vms} of each host,
 * {@code orthus.bench.at.once}: how many hosts at once.
 */
class FleetBench {
    private static final int HOSTS = Integer.getInteger("orthus.bench.hosts", 1000);
    private static final int SERVERS = Integer.getInteger("orthus.bench.servers", 1);
    private static final int VMS = Integer.getInteger("orthus.bench.vms", 30);
    private static final int HOSTS_AT_ONCE = Integer.getInteger("orthus.bench.at.once", 200);
    private static final int VMS_AT_ONCE = 10;
    private static final Chances CHANCES = new Chances(0.01, 0.01, 0.01, 0.01, 0.001, 0.01);
    private static final long PACE_MS = 200;
    /** As an operator of many hosts would give it, instead of 128 MiB. */
    private static final String DATABASE = "--innodb-buffer-pool-size=2G";

    private static final int SAMPLES = 4;
    /** A heap that is collected before it takes the machine's memory. */
    private static final List<String> SERVER = List.of("-XX:+UseParallelGC", "-Xmx4g");

    private final Map<String, SimulatedHost> hosts = new ConcurrentHashMap<>();
    private final List<ServerProcess> servers = new ArrayList<>();
    private Duration cpuOfTheKilled = Duration.ZERO;

    @Test
    void aCampaign() throws Exception {
        try (MariaDb database = MariaDb.start(DATABASE);
                Fleet fleet = new Fleet(this::host, (server, host, command) -> {})) {
            database.createSchema("cloud");
            for (int i = 1; i <= SERVERS; i++) {
                servers.add(new ServerProcess(database.url("cloud"), fleet.address("server" + i), SERVER, options()));
            }
            for (ServerProcess server : servers) {
                server.started();
            }
            measure(database);
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }

    private void measure(MariaDb database) throws Exception {
        List<Long> heap = new ArrayList<>();
        // The last one is never killed.
        ServerProcess last = servers.get(servers.size() - 1);
        ApiClient admin = new ApiClient(last.port()).login("admin");
        heap.add(heapMiB(last));
        long statements = statements(database);
        Duration serverCpu = serverCpu();
        Duration databaseCpu = cpu(database.process());
        long began = System.nanoTime();

        String id = begin(admin);
        JsonObject row = campaign(admin, id);
        for (int sample = 1; running(row); row = campaign(admin, id)) {
            int left = row.get("hosts").getAsInt();
            if (left <= (long) HOSTS * (SAMPLES - sample) / SAMPLES && left > 0) {
                heap.add(heapMiB(last));
                Duration server = serverCpu().minus(serverCpu);
                Duration db = cpu(database.process()).minus(databaseCpu);
                System.out.printf(
                        Locale.ROOT,
                        "%d of %d hosts are begun after %.0f s; CPU of servers %d s, of the database %d s; heap %s MiB%n",
                        HOSTS - left,
                        HOSTS,
                        (System.nanoTime() - began) / 1e9,
                        server.toSeconds(),
                        db.toSeconds(),
                        heap);
                if (sample == SAMPLES / 2 && SERVERS > 1) {
                    killOne();
                }
                sample++;
            }
            Thread.sleep(1000);
        }
        heap.add(heapMiB(last));

        double seconds = (System.nanoTime() - began) / 1e9;
        String line = String.format(
                Locale.ROOT,
                "| %d | %d | %.0f | %.1f | %.0f | %.1f | %.0f | %.0f | %s |",
                HOSTS,
                SERVERS,
                seconds,
                HOSTS / seconds,
                (statements(database) - statements) / (double) HOSTS,
                rows(database) / (double) HOSTS,
                serverCpu().minus(serverCpu).toMillis() / (double) HOSTS,
                cpu(database.process()).minus(databaseCpu).toMillis() / (double) HOSTS,
                heap);
        System.out.println("| hosts | servers | s | hosts/s | statements per host | rows per host"
                + " | server CPU ms per host | database CPU ms per host | live heap MiB: before, on the way, after |");
        System.out.println(line);
        System.out.println(row);
        requireAccountedFor(
                row, number(database, "SELECT COUNT(*) FROM cloud.orthus_host_run WHERE state = 'SKIPPED'"));
    }

    /** Every VM of a host that was not skipped has a result, and none was moved twice. */
    private void requireAccountedFor(JsonObject row, long skipped) {
        assertThat(row.get("state").getAsString()).isEqualTo("finished");
        int ended = row.getAsJsonObject("virtualmachines").entrySet().stream()
                .mapToInt(state -> state.getValue().getAsInt())
                .sum();
        assertThat(ended).isEqualTo(VMS * (HOSTS - (int) skipped));
        long silent = hosts.values().stream().filter(host -> !host.answers()).count();
        System.out.printf("%d hosts were skipped, %d of them because they never answer%n", skipped, silent);
        assertThat(hosts.values()).allSatisfy(host -> {
            assertThat(host.collisions()).isZero();
            assertThat(host.moves().values()).allMatch(moves -> moves <= 1);
        });
    }

    private SimulatedHost host(String name) {
        return hosts.computeIfAbsent(
                name, each -> new SimulatedHost(each, VMS, CHANCES, PACE_MS, 1, () -> System.nanoTime() / 1_000_000));
    }

    private static List<String> options() {
        return List.of(
                "--hosts=" + HOSTS,
                "--vms=" + VMS,
                "--set=orthus.poll.interval=1",
                "--set=orthus.workers=16",
                "--set=orthus.held.vms.max=" + HOSTS_AT_ONCE * VMS_AT_ONCE,
                "--set=orthus.host.patience=120",
                "--set=orthus.order.patience=120",
                "--set=orthus.vm.patience=600");
    }

    private static String begin(ApiClient admin) throws Exception {
        JsonObject job = admin.job(
                        "liveUpgradeHypervisor",
                        "zoneids",
                        Cloud.uuid("zone", "Zone1"),
                        "kvmversion",
                        "newest",
                        "hostsatonce",
                        Integer.toString(HOSTS_AT_ONCE),
                        "vmsatonce",
                        Integer.toString(VMS_AT_ONCE),
                        "failurebudget",
                        "100000")
                .content();
        assertThat(job.get("jobstatus").getAsInt()).as("%s", job).isEqualTo(1);
        return job.getAsJsonObject("jobresult")
                .getAsJsonObject("hypervisorupgrade")
                .get("id")
                .getAsString();
    }

    private static JsonObject campaign(ApiClient admin, String id) throws Exception {
        return admin.rows("listHypervisorUpgrades", "hypervisorupgrade", "id", id)
                .get(0)
                .getAsJsonObject();
    }

    private static boolean running(JsonObject row) {
        return row.get("state").getAsString().equals("running");
    }

    private void killOne() throws InterruptedException {
        ServerProcess victim = servers.remove(0);
        cpuOfTheKilled = cpu(victim.handle());
        victim.kill();
    }

    private Duration serverCpu() {
        return servers.stream().map(server -> cpu(server.handle())).reduce(cpuOfTheKilled, Duration::plus);
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What is reachable in a server's heap, after a full collection. */
    private static long heapMiB(ServerProcess server) throws Exception {
        Process jcmd = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/jcmd",
                        Long.toString(server.handle().pid()),
                        "GC.class_histogram")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String[] total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow()
                .split("\\s+", 3);
        return Long.parseLong(total[2].strip()) >> 20;
    }

    private static long statements(MariaDb database) throws Exception {
        return number(
                database,
                "SELECT variable_value FROM information_schema.global_status" + " WHERE variable_name = 'QUESTIONS'");
    }

    private static long rows(MariaDb database) throws Exception {
        long rows = 0;
        for (String table : List.of("campaign", "host_run", "vm_run", "host", "vm", "count")) {
            rows += number(database, "SELECT COUNT(*) FROM cloud.orthus_" + table);
        }
        return rows;
    }

    private static long number(MariaDb database, String query) throws Exception {
        try (Connection connection = database.open("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
