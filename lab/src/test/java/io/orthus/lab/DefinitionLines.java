// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A live definition without what must differ when the process was exchanged. */
final class DefinitionLines {
    /** The program, and the pseudo terminal, which the kernel numbers. */
    private static final Pattern OF_THE_PROCESS =
            Pattern.compile("<emulator>.*|<source path='/dev/pts/\\d+'/>|<(serial|console) type='pty'.*");
    /** What a transplant puts the RAM into, and says so for the next one. */
    private static final Set<String> OF_THE_RAM = Set.of(
            "<memoryBacking>",
            "<source type='memfd'/>",
            "<access mode='shared'/>",
            "</memoryBacking>",
            "<qemu:commandline>",
            "<qemu:arg value='-machine'/>",
            "<qemu:arg value='aux-ram-share=on'/>",
            "</qemu:commandline>");

    /** Whether the guest has a channel open, which it decides itself. */
    private static final Pattern OF_THE_GUEST = Pattern.compile(" state='(dis)?connected'");

    private static final String NAMESPACE = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";

    private DefinitionLines() {}

    static List<String> of(String definition) {
        return definition
                .lines()
                .map(line -> OF_THE_GUEST
                        .matcher(line.strip().replace(NAMESPACE, ""))
                        .replaceFirst(""))
                .filter(line -> !OF_THE_PROCESS.matcher(line).matches() && !OF_THE_RAM.contains(line))
                .toList();
    }
}
