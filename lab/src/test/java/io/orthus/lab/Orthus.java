// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/** The installed {@code orthus} command, and what it leaves on the host. */
final class Orthus {
    static final String JOURNAL = "/var/lib/orthus/journal";
    static final String RUN = "/run/orthus/vm";

    private final LabHost lab;

    Orthus(LabHost lab) {
        this.lab = lab;
    }

    Process start(String... arguments) {
        return lab.start(command(arguments));
    }

    LabHost.Result run(String... arguments) {
        return lab.run(command(arguments));
    }

    private static String[] command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("orthus"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /** What {@code upgrade --json} said about its only VM. */
    static JsonObject vm(LabHost.Result result) {
        return JsonParser.parseString(result.out())
                .getAsJsonObject()
                .getAsJsonArray("vms")
                .get(0)
                .getAsJsonObject();
    }

    boolean isAt(Guest guest, String step) {
        return entry(guest).get("step").getAsString().equals(step);
    }

    /** The journal's entry of a VM. */
    JsonObject entry(Guest guest) {
        return JsonParser.parseString(lab.read(JOURNAL + "/" + guest.uuid() + ".json"))
                .getAsJsonObject();
    }

    int newProcess(Guest guest) {
        return entry(guest).getAsJsonObject("newProcess").get("pid").getAsInt();
    }

    int switcher(Guest guest) {
        return entry(guest).getAsJsonObject("switcher").get("pid").getAsInt();
    }

    /** The orthus-vmm-exec of the upgrade under way, which may be called by a {@link HoldPoint}. */
    int launcher() {
        String program = "/usr/libexec/orthus/orthus-vmm-exec";
        // The script of a HoldPoint has the program's name, too, as long as it waits.
        List<Integer> found = new ArrayList<>(lab.processes(program + ".real"));
        found.addAll(lab.processes(program));
        return found.get(0);
    }

    /** The JVM of the {@code upgrade} or {@code recover} under way. */
    int engine(String command) {
        return lab.processes("-jar", "/usr/share/orthus/orthus.jar", command).get(0);
    }
}
