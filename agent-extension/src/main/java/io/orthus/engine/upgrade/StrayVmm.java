// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.json.Json;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A new QEMU that was never committed and may have lost its orthus-vmm-exec, which would have ended it with its lease.
 * It must not stay: it listens on the VM's monitor socket, where libvirt could take it for the VM.
 */
final class StrayVmm {
    private static final Duration TO_END = Duration.ofSeconds(20);

    private StrayVmm() {}

    /**
     * The process that orthus-vmm-exec has written down; empty if it did not come so far.
     *
     * @param running the QEMU that is the VM: an earlier upgrade may have left its record, and that one is no stray
     */
    static Optional<ProcessId> recorded(SwitchFiles files, ProcessId running) throws IOException {
        Path record = files.newProcess();
        try {
            return Optional.of(ProcessId.fromJson(Json.parseObject(Files.readString(record), record.toString())))
                    .filter(process -> !process.equals(running));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Ends it, if it still lives, and waits for its end. */
    static void end(ProcessId process) throws IOException {
        process.kill();
        Deadline.after(TO_END)
                .await(
                        "the new QEMU (pid %d), which was never committed, to end".formatted(process.pid()),
                        () -> !process.alive());
    }
}
