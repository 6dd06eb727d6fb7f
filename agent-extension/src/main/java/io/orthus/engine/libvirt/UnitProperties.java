// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.sys.Commands;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Properties of a systemd unit.
 *
 * @param unit its name
 * @param values by name of the property
 */
record UnitProperties(String unit, Map<String, String> values) {
    /** It answers at once, but not on a host that has no time for it: seen to take 10 s on one that was emulated. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    static UnitProperties show(Commands commands, String unit, String... names) throws IOException {
        String output = commands.run(LIMIT, "systemctl", "show", "--property=" + String.join(",", names), unit);
        Map<String, String> values = new HashMap<>();
        for (String line : output.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new UnitProperties(unit, values);
    }

    /** The property; empty when systemd does not tell it. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** The property as a process id, 0 for none. */
    int pid(String name) throws IOException {
        String value = get(name);
        try {
            return value.isEmpty() ? 0 : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IOException("systemd gives " + name + "=" + value + " for " + unit, e);
        }
    }
}
