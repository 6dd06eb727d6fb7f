// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.TrustedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Looks at a QEMU that is installed. */
public final class InstalledVmm {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private InstalledVmm() {}

    /**
     * Asks the program which version it is.
     *
     * @throws IOException if it is missing, does not belong to root alone, or is no QEMU
     */
    public static Vmm probe(Path emulator, Commands commands) throws IOException {
        if (!emulator.isAbsolute()) {
            throw new IOException("'" + emulator + "' is not an absolute path");
        }
        if (!Files.isRegularFile(emulator)) {
            throw new IOException("there is no QEMU at " + emulator);
        }
        TrustedPath.require(emulator);
        if (!Files.isExecutable(emulator)) {
            throw new IOException(emulator + " is not executable");
        }
        try {
            return new Vmm(
                    emulator, QemuVersion.parse(commands.run(PATIENCE, emulator.toString(), "--version")), false);
        } catch (IllegalArgumentException e) {
            throw new IOException(emulator + " is no QEMU: " + e.getMessage(), e);
        }
    }
}
