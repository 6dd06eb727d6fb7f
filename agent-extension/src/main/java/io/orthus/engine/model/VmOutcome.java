// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.time.Duration;
import java.util.Optional;

/**
 * What became of one VM.
 *
 * @param id which VM
 * @param result how it ended
 * @param method how it was moved, if that was tried
 * @param from the QEMU it ran on
 * @param to the QEMU it was to run on
 * @param fromKvm the KVM it ran on; empty if it is emulated
 * @param toKvm the KVM it was to run on; empty if it is emulated
 * @param step the step at which it ended, {@code done} for a success
 * @param message one sentence; for a failure what happened and what to do
 * @param pause from QEMU's {@code STOP} on the old to its {@code RESUME} on the new side
 * @param preparation from the beginning of the VM's own walk to the window
 * @param total from the beginning of the whole command to {@code RESUME}: when the guest ran on the new QEMU
 */
public record VmOutcome(
        VmId id,
        Result result,
        Optional<Method> method,
        Vmm from,
        Vmm to,
        Optional<KvmInstance> fromKvm,
        Optional<KvmInstance> toKvm,
        String step,
        String message,
        Optional<Duration> pause,
        Optional<Duration> preparation,
        Optional<Duration> total) {

    /** How a VM's upgrade ended. */
    public enum Result {
        /** Runs on the new QEMU. */
        UPGRADED,
        /** Ran on the target already. */
        UP_TO_DATE,
        /** Not touched, because the preflight found a reason. */
        REFUSED,
        /** Something failed; it runs on the old QEMU as before. */
        ROLLED_BACK,
        /** It was shut down, or its QEMU ended otherwise, while it was prepared; there was nothing left to move. */
        ENDED,
        /** Not begun, because the failure budget was used up or the operator stopped. */
        NOT_BEGUN,
        /** Neither process runs it. */
        LOST
    }
}
