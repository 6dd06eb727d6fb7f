// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.sys.CommandFailedException;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** systemctl as far as it is used here: properties that the test sets, and a record of everything else. */
final class FakeSystemctl implements Commands {
    private final Map<String, Map<String, String>> units = new HashMap<>();
    private final List<String> actions = new ArrayList<>();
    private int failures;
    private Runnable onAction = () -> {};

    void set(String unit, String property, String value) {
        units.computeIfAbsent(unit, none -> new HashMap<>()).put(property, value);
    }

    /** Lets the next actions fail. */
    void failNext(int count) {
        failures = count;
    }

    /** What happens when an action succeeds. */
    void onAction(Runnable effect) {
        onAction = effect;
    }

    /** Everything but {@code show}, without the program's name. */
    List<String> actions() {
        return actions;
    }

    @Override
    public String run(List<String> argv, Deadline deadline) throws IOException {
        if (!argv.get(0).equals("systemctl")) {
            throw new AssertionError("not systemctl: " + argv);
        }
        if (argv.get(1).equals("show")) {
            return show(
                    argv.get(3), List.of(argv.get(2).replace("--property=", "").split(",")));
        }
        actions.add(String.join(" ", argv.subList(1, argv.size())));
        if (failures > 0) {
            failures--;
            throw new CommandFailedException(argv, 1, "Job failed.");
        }
        onAction.run();
        return "";
    }

    /** systemd knows every name: a unit that does not exist has LoadState=not-found. */
    private String show(String unit, List<String> names) {
        Map<String, String> properties = units.getOrDefault(unit, Map.of());
        StringBuilder output = new StringBuilder();
        for (String name : names) {
            String unset =
                    switch (name) {
                        case "LoadState" -> properties.isEmpty() ? "not-found" : "loaded";
                        case "ActiveState" -> "inactive";
                        case "MainPID" -> "0";
                        case "NeedDaemonReload" -> "no";
                        default -> "";
                    };
            output.append(name)
                    .append('=')
                    .append(properties.getOrDefault(name, unset))
                    .append('\n');
        }
        return output.toString();
    }
}
