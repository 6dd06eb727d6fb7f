// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** systemd and the orthus command, as far as the orders use them. */
final class FakeHost implements Programs {
    static final String OLD = "10.0.2 (Debian 1:10.0.2+ds-2)";
    static final String NEW = "11.1.3 (Debian 1:11.1.3+ds-1)";

    /** UUID and QEMU version of each running VM. */
    final Map<String, String> vms = new LinkedHashMap<>();

    final Set<String> units = new LinkedHashSet<>();
    final List<List<String>> started = new ArrayList<>();
    final List<String> stopped = new ArrayList<>();
    /** The modules that are installed, and their versions. */
    final Map<Path, String> modules = new LinkedHashMap<>();

    String underWay = "";
    String kvms = "{'instance': 'kvm', 'version': '6.12.43-1', 'standard': true}";
    boolean libvirt = true;
    boolean systemd = true;

    @Override
    public Output run(List<String> command) throws IOException {
        return switch (command.get(0)) {
            case "/usr/bin/systemd-run" -> begin(command);
            case "/usr/bin/systemctl" -> control(command);
            case "/usr/sbin/modinfo" -> new Output(0, modules.get(Path.of(command.get(3))) + "\n", "");
            case "/usr/bin/orthus" -> orthus(command.get(1));
            default -> throw new AssertionError("no such program: " + command);
        };
    }

    /** What the only unit that runs says, and that it ends. */
    void ends(String out, String err) throws IOException {
        String unit = units.iterator().next();
        units.remove(unit);
        List<String> last = started.get(started.size() - 1);
        Files.writeString(file(last, "StandardOutput"), out);
        Files.writeString(file(last, "StandardError"), err);
    }

    /** The command of the last unit that was started. */
    List<String> lastCommand() {
        List<String> last = started.get(started.size() - 1);
        return last.subList(last.indexOf("--") + 1, last.size());
    }

    private Output begin(List<String> command) {
        started.add(command);
        units.add(command.stream()
                .filter(each -> each.startsWith("--unit="))
                .map(each -> each.substring("--unit=".length()))
                .findFirst()
                .orElseThrow());
        return new Output(0, "", "");
    }

    private Output control(List<String> command) {
        if (!systemd) {
            return new Output(1, "", "Failed to connect to bus");
        }
        if (command.get(1).equals("stop")) {
            stopped.add(command.get(3));
            return new Output(0, "", "");
        }
        return units.contains(command.get(2))
                ? new Output(
                        stopped.contains(command.get(2)) ? 3 : 0,
                        stopped.contains(command.get(2)) ? "deactivating\n" : "active\n",
                        "")
                : new Output(3, "inactive\n", "");
    }

    private Output orthus(String what) {
        if (what.equals("status")) {
            return new Output(
                    0,
                    "{'running': true, 'underWay': [%s], 'kvms': [%s]}"
                            .formatted(underWay, kvms)
                            .replace('\'', '"'),
                    "");
        }
        if (!libvirt) {
            return new Output(1, "", "orthus: libvirtd does not answer\n");
        }
        List<String> list = new ArrayList<>();
        vms.forEach((uuid, qemu) -> list.add("{'uuid': '%s', 'name': 'i-%s', 'qemu': {'version': '%s'}}"
                .formatted(uuid, uuid.substring(0, 4), qemu)));
        return new Output(
                0,
                ("{'vms': [%1$s], 'unreadable': [], 'builds': [{'version': '%2$s', 'emulator': '/usr/bin/qemu',"
                                + " 'replacedOnDisk': true, 'installed': {'version': '%3$s', 'emulator': '/usr/bin/qemu',"
                                + " 'replacedOnDisk': false}},"
                                + " {'version': '%3$s', 'emulator': '/usr/bin/qemu', 'replacedOnDisk': false,"
                                + " 'installed': {'version': '%3$s', 'emulator': '/usr/bin/qemu',"
                                + " 'replacedOnDisk': false}}]}")
                        .formatted(String.join(",", list), OLD, NEW)
                        .replace('\'', '"'),
                "");
    }

    private static Path file(List<String> command, String which) {
        String property = "--property=%s=file:".formatted(which);
        return command.stream()
                .filter(each -> each.startsWith(property))
                .map(each -> Path.of(each.substring(property.length())))
                .findFirst()
                .orElseThrow();
    }
}
