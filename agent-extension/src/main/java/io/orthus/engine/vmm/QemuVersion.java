// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.json.JsonException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a QEMU build. Builds are ordered by their release; of two builds of one release the order only says
 * that they differ.
 *
 * @param major at least 0
 * @param minor at least 0
 * @param micro at least 0; 50 and more are development versions
 * @param build what the packager calls this build, for example {@code Debian 1:10.0.2+ds-2}; empty if nothing
 */
public record QemuVersion(int major, int minor, int micro, String build) implements Comparable<QemuVersion> {

    /** As in "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)", or the part from the number on. */
    private static final Pattern TEXT =
            Pattern.compile("(?:QEMU emulator version )?(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?:\\s*\\(([^()]*)\\))?");

    private static final Comparator<QemuVersion> ORDER = Comparator.comparingInt(QemuVersion::major)
            .thenComparingInt(QemuVersion::minor)
            .thenComparingInt(QemuVersion::micro)
            .thenComparing(QemuVersion::build);

    /**
     * Reads the first line that {@code qemu-system-x86_64 --version} prints, or a bare release such as {@code 10.0.2}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static QemuVersion parse(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        Matcher matcher = TEXT.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a QEMU version: \"" + line + "\"");
        }
        return new QemuVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4) == null ? "" : matcher.group(4).strip());
    }

    /** Reads the answer to the QMP command {@code query-version}. */
    public static QemuVersion fromQmp(JsonObject answer) throws JsonException {
        JsonObject release = Json.getObject(answer, "qemu");
        String build = Json.getString(answer, "package").strip();
        return new QemuVersion(
                Json.getInt(release, "major"),
                Json.getInt(release, "minor"),
                Json.getInt(release, "micro"),
                // some builds put the parentheses of --version into the string itself
                build.startsWith("(") && build.endsWith(")") ? build.substring(1, build.length() - 1) : build);
    }

    /** Whether this is release {@code major.minor} or a later one. */
    public boolean atLeast(int major, int minor) {
        return this.major > major || (this.major == major && this.minor >= minor);
    }

    /** The release without the build. */
    public String release() {
        return major + "." + minor + "." + micro;
    }

    /**
     * A name for a directory, unique for each build that says what it is called. QEMU itself looks for the modules of a
     * build that was replaced below {@code /run/qemu} under the same name.
     */
    public String directoryName() {
        return build.isEmpty() ? release() : build.replaceAll("[^A-Za-z0-9+\\-.~]", "_");
    }

    @Override
    public int compareTo(QemuVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return build.isEmpty() ? release() : release() + " (" + build + ")";
    }
}
