// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.sys.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * Whether the kernel's own KVM comes back by itself when it was replaced. Two would bring it: udev, which loads what the
 * processor's features ask for whenever it is triggered; and the kernel, when somebody opens a device node that nobody
 * serves. Whoever loads it by name still can. All that is written is in {@code /run}: a reboot forgets it. For one thread
 * at a time.
 *
 * <p>The kernel's request goes through modprobe(8), which reads its blacklist anew each time. udev reads that when it is
 * started, and later only if one of the directories that were there then has changed ({@code kmod_validate_resources()}
 * of libkmod), which {@code /run/modprobe.d} seldom is one of; reloading udev does not help. Its rules it does read
 * again.
 */
final class Autoload {
    private static final Duration TO_RELOAD = Duration.ofSeconds(60);
    private static final String HEAD = "# Written by orthus: another KVM has taken the place of the kernel's own.\n";
    /**
     * Before 80-drivers.rules, where udev loads modules. Nothing else is withheld: what the features of the processor
     * ask for besides KVM was loaded for the same features at boot.
     */
    private static final String RULE = HEAD + "ACTION==\"add\", SUBSYSTEM==\"cpu\", ENV{MODALIAS}=\"\"\n";

    private final Path blacklist;
    private final Path rule;
    private final Commands commands;

    /**
     * @param run {@code /run}, but in tests
     * @param commands run udevadm(8)
     */
    Autoload(Path run, Commands commands) {
        this.blacklist = run.resolve("modprobe.d/orthus-kvm.conf");
        this.rule = run.resolve("udev/rules.d/79-orthus-kvm.rules");
        this.commands = commands;
    }

    /** Until {@link #allow} or the next boot it does not come back by itself. */
    void forbid() throws IOException {
        if (Files.exists(blacklist) && Files.exists(rule)) {
            return;
        }
        StringBuilder lines = new StringBuilder(HEAD);
        lines.append("blacklist ").append(KvmInstance.KERNELS).append('\n');
        for (Processor kind : Processor.values()) {
            lines.append("blacklist ").append(kind.module()).append('\n');
        }
        write(blacklist, lines.toString());
        write(rule, RULE);
        tellUdev();
    }

    /** As the distribution has it. */
    void allow() throws IOException {
        if (Files.notExists(blacklist) && Files.notExists(rule)) {
            return;
        }
        AtomicFile.delete(blacklist);
        AtomicFile.delete(rule);
        tellUdev();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(
                file.getParent(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        AtomicFile.write(file, text, "rw-r--r--");
    }

    /** It would look by itself, but not at once. */
    private void tellUdev() {
        try {
            commands.run(TO_RELOAD, "udevadm", "control", "--reload");
        } catch (IOException e) {
            // A host without a running udev has nobody who would load modules by themselves.
        }
    }
}
