// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The QEMU to go to. */
final class TargetOption {
    @Option(
            names = "--target",
            paramLabel = "PATH",
            description = "The QEMU binary to go to. Default: what is installed now where each VM was started from.")
    private Path path;

    Optional<Path> path() {
        return Optional.ofNullable(path);
    }
}
