// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The hardware and the system below, for the report. No host name, address, serial number or UUID is looked at, so that
 * a report can be given away.
 *
 * @param root the host's root directory; tests have another
 */
record Machine(Path root) {
    private static final List<String> PROCESSOR =
            List.of("vendor_id", "cpu family", "model", "model name", "stepping", "microcode");

    /** What is to be told. */
    JsonObject json() throws IOException {
        String cpuinfo = read("proc/cpuinfo");
        return Json.object()
                .put("processor", processor(cpuinfo))
                .put(
                        "processors",
                        cpuinfo.lines()
                                .filter(line -> line.startsWith("processor\t"))
                                .count())
                .put("vulnerabilities", vulnerabilities())
                .put("memoryMiB", number(read("proc/meminfo"), "(?m)^MemTotal:\\s+(\\d+) kB$") >> 10)
                .put("system", system())
                .put("kernel", read("proc/sys/kernel/osrelease").strip())
                .put(
                        "mitigations",
                        has("proc/cmdline", "mitigations=off")
                                ? "off on the kernel's command line"
                                : "as the kernel chooses")
                .build();
    }

    private JsonObject processor(String cpuinfo) {
        JsonObject json = new JsonObject();
        for (String key : PROCESSOR) {
            Matcher value = Pattern.compile("(?m)^" + Pattern.quote(key) + "\\s*: (.*)$")
                    .matcher(cpuinfo);
            if (value.find()) {
                json.addProperty(key.replace(' ', '_').toLowerCase(Locale.ROOT), value.group(1));
            }
        }
        return json;
    }

    /** As the kernel names them, with what it does about each. */
    private JsonObject vulnerabilities() throws IOException {
        Path directory = root.resolve("sys/devices/system/cpu/vulnerabilities");
        Map<String, String> found = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    found.put(
                            file.getFileName().toString(),
                            Files.readString(file).strip());
                }
            }
        }
        JsonObject json = new JsonObject();
        found.forEach(json::addProperty);
        return json;
    }

    private String system() throws IOException {
        Path release = root.resolve("etc/os-release");
        if (!Files.exists(release)) {
            return "unknown";
        }
        Matcher name = Pattern.compile("(?m)^PRETTY_NAME=\"?([^\"\\n]*)\"?$").matcher(Files.readString(release));
        return name.find() ? name.group(1) : "unknown";
    }

    private boolean has(String file, String word) throws IOException {
        return List.of(read(file).split("\\s+", -1)).contains(word);
    }

    private static long number(String text, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IOException("/proc/meminfo has no MemTotal");
        }
        return Long.parseLong(matcher.group(1));
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }
}
