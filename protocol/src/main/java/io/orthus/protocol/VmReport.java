// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import java.util.List;

/**
 * One VM: what it runs on, what would be done with it, and what has been done. Times are milliseconds; what is not known
 * is {@code null}.
 *
 * @param uuid libvirt's domain UUID, which is the VM's UUID in CloudStack
 * @param name libvirt's domain name, CloudStack's instance name
 * @param runsOn what it runs on now
 * @param verdict what the preflight says; {@code null} before it has spoken
 * @param method how it would be moved or was moved, for example {@code cpr-transfer}
 * @param why the choice of the method, in words
 * @param predictedPauseMs from the host's own history
 * @param blockers why it cannot be moved; empty if it can
 * @param step what is being done with it, for example {@code comparing}; {@code null} if nothing
 * @param result how it ended; {@code null} until it has
 * @param message one sentence; for a failure what happened and what to do
 * @param from what it ran on before; {@code null} until it has ended
 * @param pauseMs how long its guest stood still
 * @param totalMs from the beginning of its walk to the end
 */
public record VmReport(
        String uuid,
        String name,
        Builds runsOn,
        Verdict verdict,
        String method,
        String why,
        Double predictedPauseMs,
        List<Obstacle> blockers,
        String step,
        VmResult result,
        String message,
        Builds from,
        Double pauseMs,
        Double totalMs) {
    public VmReport {
        blockers = blockers == null ? List.of() : List.copyOf(blockers);
    }
}
