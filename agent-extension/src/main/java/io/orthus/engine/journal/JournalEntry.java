// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.journal;

import io.orthus.engine.model.VmId;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What recovery must know about one VM whose upgrade is under way. Paths are strings because this record is JSON on
 * disk, read perhaps by a later version: members are only ever added.
 *
 * @param id which VM
 * @param step the step that was about to begin
 * @param method how it is being moved
 * @param oldProcess the QEMU that ran the VM when the upgrade began
 * @param oldVersion its version
 * @param newProcess the QEMU it is moved to; null until started
 * @param newEmulator the binary it is moved to
 * @param newVersion that binary's version
 * @param running whether the guest ran (true) or was paused by an operator (false)
 * @param monitor the monitor socket that both processes share
 * @param statusLive libvirt's status file
 * @param runDirectory where the files of this upgrade are
 * @param switcher the orthus-switch process; null until started
 * @param started when this VM's upgrade began, milliseconds since the epoch
 */
public record JournalEntry(
        VmId id,
        Step step,
        Method method,
        ProcessId oldProcess,
        String oldVersion,
        ProcessId newProcess,
        String newEmulator,
        String newVersion,
        boolean running,
        String monitor,
        String statusLive,
        String runDirectory,
        ProcessId switcher,
        long started) {

    /** The same entry at a later step. */
    public JournalEntry at(Step next) {
        return with(next, newProcess, switcher);
    }

    /** The same entry, now that the new QEMU has a process. */
    public JournalEntry launched(ProcessId process) {
        return with(Step.PREPARE, process, switcher);
    }

    /** The same entry, now that a switch is responsible for the VM. */
    public JournalEntry switching(ProcessId process) {
        return with(Step.SWITCH, newProcess, process);
    }

    /** The same entry at the same step, now that a switch finds out where the VM is. */
    public JournalEntry resolvedBy(ProcessId process) {
        return with(step, newProcess, process);
    }

    /** The new QEMU, if it was started. */
    public Optional<ProcessId> successor() {
        return Optional.ofNullable(newProcess);
    }

    /** Whether everything is there that recovery cannot do without. */
    boolean complete() {
        return Stream.of(id, step, method, oldProcess, oldVersion, newVersion, monitor, statusLive, runDirectory)
                        .allMatch(Objects::nonNull)
                && id.uuid() != null
                && id.name() != null;
    }

    private JournalEntry with(Step next, ProcessId successor, ProcessId by) {
        return new JournalEntry(
                id,
                next,
                method,
                oldProcess,
                oldVersion,
                successor,
                newEmulator,
                newVersion,
                running,
                monitor,
                statusLive,
                runDirectory,
                by,
                started);
    }
}
