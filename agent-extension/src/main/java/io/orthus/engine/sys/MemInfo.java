// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What /proc/meminfo says. */
public final class MemInfo {
    private static final Pattern AVAILABLE = Pattern.compile("^MemAvailable:\\s+(\\d+) kB$", Pattern.MULTILINE);

    private MemInfo() {}

    /** Bytes that new processes can have without swapping. */
    public static long available() throws IOException {
        return available(Files.readString(Path.of("/proc/meminfo")));
    }

    static long available(String meminfo) throws IOException {
        Matcher matcher = AVAILABLE.matcher(meminfo);
        if (!matcher.find()) {
            throw new IOException("/proc/meminfo has no MemAvailable");
        }
        return Long.parseLong(matcher.group(1)) << 10;
    }
}
