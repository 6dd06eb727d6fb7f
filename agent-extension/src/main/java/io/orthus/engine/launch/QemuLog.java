// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The log that libvirt keeps for a domain. The new QEMU writes into the same one, so what it has to say about a failed
 * start is found behind what was there before.
 */
final class QemuLog {
    private static final Path DIRECTORY = Path.of("/var/log/libvirt/qemu");

    private final Path file;
    private final long before;

    private QemuLog(Path file, long before) {
        this.file = file;
        this.before = before;
    }

    /** Remembers how long the log of a domain is now. */
    static QemuLog mark(String domain) {
        return mark(DIRECTORY, domain);
    }

    /** The same in another directory. */
    static QemuLog mark(Path directory, String domain) {
        // A name with a slash has no log of that name in that directory; then there are simply no last words.
        Path file = directory.resolve(domain.replace('/', '_') + ".log");
        try {
            return new QemuLog(file, Files.size(file));
        } catch (IOException e) {
            return new QemuLog(file, 0);
        }
    }

    String lastLine() {
        try {
            byte[] all = Files.readAllBytes(file);
            int from = (int) Math.min(before, all.length);
            List<String> lines = new String(all, from, all.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.stream()
                    .filter(line -> line.contains("qemu") && !line.contains(": warning: "))
                    .reduce((first, second) -> second)
                    .map(line -> line.replaceFirst("^\\S*\\s*qemu-system-x86_64: ", ""))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
