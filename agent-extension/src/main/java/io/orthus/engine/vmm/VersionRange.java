// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

/**
 * Releases from one to another, both included; the build does not matter.
 *
 * @param from the first
 * @param to the last
 */
record VersionRange(QemuVersion from, QemuVersion to) {

    /** Later than any release. */
    private static final int ANY = 9999;

    /**
     * Reads {@code 10.0.2}, {@code 10.0.2 - 10.2.1}, {@code 10.0.13 - 10.0.*} or {@code *}.
     *
     * @throws IllegalArgumentException if it is none of these, or the first is later than the last
     */
    static VersionRange parse(String text) {
        String[] ends = text.strip().split("\\s+-\\s+", -1);
        if (ends.length > 2) {
            throw new IllegalArgumentException("not a range of QEMU versions: \"" + text + "\"");
        }
        QemuVersion from = end(ends[0], 0);
        QemuVersion to = end(ends[ends.length - 1], ANY);
        if (from.compareTo(to) > 0) {
            throw new IllegalArgumentException("not a range of QEMU versions: \"" + text + "\"");
        }
        return new VersionRange(from, to);
    }

    boolean contains(QemuVersion version) {
        QemuVersion release = new QemuVersion(version.major(), version.minor(), version.micro(), "");
        return from.compareTo(release) <= 0 && release.compareTo(to) <= 0;
    }

    private static QemuVersion end(String text, int star) {
        if (text.equals("*")) {
            return new QemuVersion(star, star, star, "");
        }
        return QemuVersion.parse(text.endsWith(".*") ? text.substring(0, text.length() - 1) + star : text);
    }
}
