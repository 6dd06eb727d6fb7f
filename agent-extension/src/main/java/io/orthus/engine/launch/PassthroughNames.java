// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import java.util.Map;

/**
 * Gives the host's PCI devices the names that they have in the running QEMU. CPR hands a device over by its name, and
 * libvirt counts them anew: interfaces before others, and without those that were detached meanwhile.
 */
final class PassthroughNames {
    private PassthroughNames() {}

    /**
     * The command line with the names put right.
     *
     * @param aliases names by the address on the host; a device that is not among them keeps its name, and is missed or
     *     superfluous when devices are compared
     */
    static CommandLine apply(CommandLine line, Map<String, String> aliases) {
        return line.map(option -> {
            if (!option.is("device") || !option.parsed().kind().equals("vfio-pci")) {
                return option;
            }
            OptionValue device = option.parsed();
            return device.get("host")
                    .map(aliases::get)
                    .map(alias -> option.with(device.with("id", alias)))
                    .orElse(option);
        });
    }
}
