// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import picocli.CommandLine.Option;

/** Whether VMs that drive PCI devices of the host may be moved. */
final class PassthroughOption {
    @Option(
            names = "--passthrough",
            description = "Also move VMs that drive PCI devices of the host. Experimental: tried under emulation only,"
                    + " and a new QEMU that fails at the wrong moment can end the VM.")
    private boolean allowed;

    boolean allowed() {
        return allowed;
    }
}
