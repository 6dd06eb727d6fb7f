// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.List;

/**
 * A transplant holds the VM's RAM twice for a while. The host must have that much to spare, with a margin, or it would
 * start to swap or to kill in the middle.
 */
public final class MemoryCheck implements Check {
    /** What the new QEMU itself and the copy's bookkeeping need, in bytes. */
    static final long MARGIN = 256L << 20;

    /** What the host can give away. */
    @FunctionalInterface
    public interface Available {
        /** In bytes, as {@code MemAvailable} of /proc/meminfo. */
        long bytes() throws IOException;
    }

    private final Available available;

    /**
     * Takes what the host can give.
     *
     * @param available asked at each check
     */
    public MemoryCheck(Available available) {
        this.available = available;
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException {
        if (method != Method.TRANSPLANT) {
            return List.of();
        }
        long need = vm.ramBytes() + MARGIN;
        long have = available.bytes();
        if (have >= need) {
            return List.of();
        }
        return List.of(new Blocker(
                "memory",
                "its RAM must be copied once and needs %d MiB for that, the host has %d MiB to spare"
                        .formatted(need >> 20, have >> 20),
                "free memory on the host, or migrate this VM away"));
    }
}
