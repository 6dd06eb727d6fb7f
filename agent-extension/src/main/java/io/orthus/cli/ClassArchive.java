// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * An archive of the classes that an upgrade uses, from which the next JVM maps them instead of loading each from the jar
 * (application class-data sharing). The JVM makes it of what it has loaded, so a successful upgrade leaves it behind.
 */
final class ClassArchive {
    /** Set by the launcher: where the archive belongs; its name tells for which jar and which JVM it is. */
    private static final String PROPERTY = "orthus.classArchive";

    private static final String SUFFIX = ".jsa";

    private ClassArchive() {}

    /** Makes the archive if there is none yet. Nothing depends on it, so nothing is said if that fails. */
    static void makeIfMissing() {
        String name = System.getProperty(PROPERTY);
        if (name == null || Files.exists(Path.of(name))) {
            return;
        }
        try {
            Path archive = Path.of(name);
            Files.createDirectories(
                    archive.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            // Of builds that are no longer installed.
            try (DirectoryStream<Path> old = Files.newDirectoryStream(archive.getParent(), "*" + SUFFIX)) {
                for (Path file : old) {
                    Files.delete(file);
                }
            }
            dump(archive);
        } catch (IOException | JMException e) {
            // The next upgrade starts a little slower, and tries again.
        }
    }

    /** As {@code jcmd PID VM.cds dynamic_dump FILE} does, which writes to another name first. */
    private static void dump(Path archive) throws JMException {
        PrintStream out = System.out;
        // It says there that it has made one, and that is where our JSON is.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmCds",
                            new Object[] {new String[] {"dynamic_dump", archive.toString()}},
                            new String[] {String[].class.getName()});
        } finally {
            System.setOut(out);
        }
    }
}
