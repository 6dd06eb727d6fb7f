// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import java.util.List;
import picocli.CommandLine.Parameters;

/** VMs on the command line. */
final class Domains {
    @Parameters(
            paramLabel = "DOMAIN",
            arity = "0..*",
            description = "Names or UUIDs of running domains; all running domains if none is given.")
    private List<String> names = List.of();

    List<String> names() {
        return names;
    }
}
