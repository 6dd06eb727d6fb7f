// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management;

import com.cloud.agent.api.Command;
import com.google.gson.Gson;
import io.orthus.lab.management.agent.LabHost;
import io.orthus.lab.management.agent.StandInAgent;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import io.orthus.lab.management.http.Pages;
import io.orthus.lab.management.simulation.Chances;
import io.orthus.lab.management.simulation.RemoteHost;
import io.orthus.lab.management.simulation.SimulatedHost;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Runs the stand-in until it is told to end. */
@CommandLine.Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Runs a stand-in for a CloudStack management server with the plugin in it, on the loopback interface.")
public final class Main implements Callable<Integer> {
    private static final Logger LOGGER = LogManager.getLogger(Main.class);

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "where to listen, 0 for a free one; default ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "8",
            description = "simulated hosts; default ${DEFAULT-VALUE}")
    private int hosts;

    @Option(
            names = "--vms",
            paramLabel = "N",
            defaultValue = "10",
            description = "VMs of each; default ${DEFAULT-VALUE}")
    private int vms;

    @Option(
            names = "--pace",
            paramLabel = "MS",
            defaultValue = "2000",
            description = "how long the move of a VM takes; default ${DEFAULT-VALUE}")
    private long paceMs;

    @Option(
            names = "--faults",
            paramLabel = "PERCENT",
            defaultValue = "3",
            description = "how many hosts and VMs make trouble; default ${DEFAULT-VALUE}")
    private int faults;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "which ones; default ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--lab",
            paramLabel = "NAME",
            description = "a host of the fast lab that is up and has Orthus installed, with the VMs that run on it now;"
                    + " may be given several times")
    private List<String> labs = List.of();

    @Option(names = "--nested", paramLabel = "NAME", description = "the same of the nested lab")
    private List<String> nested = List.of();

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "the JDBC URL of a schema that several of these servers share; default one of its own")
    private String database;

    @Option(
            names = "--agents",
            paramLabel = "URL",
            description = "where the simulated hosts are that several of these servers share; default in this process")
    private URI agents;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "a global setting of the plugin; may be given several times")
    private Map<String, String> settings = Map.of();

    @Option(names = "--page", paramLabel = "DIR", description = "a folder that is served as the plugin's page")
    private Path page;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        settings.forEach(ConfigKey::set);
        Cloud cloud = new Cloud();
        for (String name : labs) {
            addLab(cloud, "lab", name);
        }
        for (String name : nested) {
            addLab(cloud, "nested/lab", name);
        }
        for (int i = 1; i <= hosts; i++) {
            String name = "kvm%03d".formatted(i);
            HostRow host = cloud.addHost(name, agents == null ? simulated(name) : new RemoteHost(agents, name));
            SimulatedHost.vms(name, vms).forEach((uuid, vm) -> cloud.addVm(uuid, vm, host));
        }
        ManagementServer server = new ManagementServer(port, cloud, page, database);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        String address = "http://127.0.0.1:" + server.port();
        LOGGER.info("This is a stand-in for CloudStack's management server, made to try the plugin of Orthus.");
        LOGGER.info("Users admin and user, password \"password\", keys admin-api-key and admin-secret-key.");
        if (page != null) {
            LOGGER.info("The plugin's page: {}{}", address, Pages.PLUGIN);
        }
        System.out.println("listening at " + address + "/client/");
        new CountDownLatch(1).await();
        return 0;
    }

    private static void addLab(Cloud cloud, String program, String name) throws IOException, URISyntaxException {
        LabHost lab = new LabHost(Path.of(System.getProperty("orthus.lab.home"), program), name, agentClassPath());
        HostRow host = cloud.addHost(name, lab);
        lab.vms().forEach((uuid, vm) -> cloud.addVm(uuid, vm, host));
    }

    private SimulatedHost simulated(String name) {
        return new SimulatedHost(name, vms, Chances.percent(faults), paceMs, seed, () -> System.nanoTime() / 1_000_000);
    }

    /** Where this process has what an agent needs: its stand-in, CloudStack's classes, Gson. */
    private static List<Path> agentClassPath() throws URISyntaxException {
        List<Path> path = new ArrayList<>();
        for (Class<?> type : List.of(StandInAgent.class, Command.class, Gson.class)) {
            path.add(Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        return path;
    }
}
