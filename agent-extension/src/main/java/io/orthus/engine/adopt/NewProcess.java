// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What libvirt must know of the process that it is to manage from now on.
 *
 * @param pid of the new QEMU
 * @param vcpus thread ids by number of the vCPU, of vCPUs that are plugged in ({@code query-cpus-fast})
 * @param emulator the program by the path that libvirt knows it by
 * @param capabilities libvirt's names for what it can, see {@link CapabilityCache}
 * @param terminals paths of pseudo terminals by alias of the device ({@code query-chardev}, without the "char" before
 *     the alias)
 * @param ram how the RAM is now
 * @param auxRamShare whether it was started with {@code aux-ram-share=on}
 */
public record NewProcess(
        int pid,
        SortedMap<Integer, Integer> vcpus,
        Path emulator,
        List<String> capabilities,
        Map<String, String> terminals,
        Ram ram,
        boolean auxRamShare) {

    /** How the RAM of the new process is, next to what the definition says. */
    public enum Ram {
        /** As the definition says. */
        AS_DEFINED,
        /** Shared memfds, after a transplant. */
        MEMFD
    }
}
