// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.launch.CommandLine.Option;
import java.util.List;
import java.util.Optional;

/**
 * Secrets of disks and certificates. libvirt encrypts them with the master key of a run of the domain; those that it
 * would make now are encrypted with a key that nobody has. So the running QEMU's are taken, with its master key.
 */
final class Secrets {
    private static final String MASTER_KEY = "masterKey0";

    private Secrets() {}

    /** @param reasons gets a sentence for each secret that the running QEMU was not started with */
    static CommandLine apply(CommandLine line, CommandLine running, List<String> reasons) {
        return line.map(option -> isSecret(option) ? carry(option, running, reasons) : option);
    }

    private static boolean isSecret(Option option) {
        return option.is("object") && option.parsed().kind().equals("secret");
    }

    private static Option carry(Option option, CommandLine running, List<String> reasons) {
        String id = option.parsed().id().orElse("");
        if (id.equals(MASTER_KEY)) {
            return option;
        }
        Optional<OptionValue> same = running.find("object", id);
        if (same.isEmpty()) {
            reasons.add("secret " + id + " was given to the VM while it ran and cannot be read back");
        }
        return same.map(option::with).orElse(option);
    }
}
