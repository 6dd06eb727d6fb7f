// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The KVM to go to. */
final class KvmOption {
    @Option(
            names = "--kvm",
            paramLabel = "FILE",
            description = "The module of the KVM to go to, built by orthus-kvm-build for the running kernel."
                    + " Default: each VM stays on the KVM that it uses.")
    private Path path;

    Optional<Path> path() {
        return Optional.ofNullable(path);
    }
}
