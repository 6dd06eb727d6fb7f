// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code orthus} command. */
@Command(name = "orthus", mixinStandardHelpOptions = true, description = "Upgrades QEMU under running VMs.")
public final class Main implements Runnable {

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
