// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.graft.GraftMethod;
import io.orthus.engine.graft.MigrationSockets;
import io.orthus.engine.journal.JournalEntry;
import io.orthus.engine.journal.JournalException;
import io.orthus.engine.launch.NewVmm;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes a VM's preparation back, step by step; a step that fails does not keep the others from being done. */
final class Undo {
    private static final Duration TO_END = Duration.ofSeconds(20);

    private final Host host;
    private final GraftMethod method;

    Undo(Host host, GraftMethod method) {
        this.host = host;
        this.method = method;
    }

    /**
     * Ends the new QEMU; has no effect when that was done. Needs no libvirtd, and is to be done before one is waited for:
     * libvirtd does not come back while there is a QEMU that is not committed.
     *
     * @return what could not be done, in words
     */
    static List<String> endNew(JournalEntry entry, Lease lease, NewVmm fresh, SwitchFiles files) {
        List<String> left = new ArrayList<>();
        attempt(left, () -> {
            if (lease != null) {
                lease.close();
            }
        });
        attempt(left, () -> {
            if (fresh != null) {
                fresh.awaitEnd(Deadline.after(TO_END));
            }
        });
        attempt(left, () -> {
            Optional<ProcessId> stray = StrayVmm.recorded(files, entry.oldProcess());
            if (stray.isPresent()) {
                StrayVmm.end(stray.get());
            }
        });
        return List.copyOf(left);
    }

    /** What could not be taken back, in words; the journal entry then stays for recovery. */
    List<String> run(
            VmFacts vm, JournalEntry entry, Lease lease, NewVmm fresh, SwitchFiles files, MigrationSockets sockets) {
        List<String> left = new ArrayList<>(endNew(entry, lease, fresh, files));
        attempt(left, () -> {
            if (entry.oldProcess().alive()) {
                ForeignJob.refuse(files.statusLive());
                Qmp old = host.libvirt().monitor(vm.id().uuid());
                method.withdraw(old);
            }
        });
        attempt(left, () -> Files.deleteIfExists(sockets.main()));
        attempt(left, () -> Files.deleteIfExists(sockets.cpr()));
        attempt(left, () -> Directories.remove(files.directory()));
        if (left.isEmpty()) {
            attempt(left, () -> host.journal().close(vm.id().uuid()));
        }
        return List.copyOf(left);
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException, QmpException, JournalException;
    }

    private static void attempt(List<String> left, Attempt step) {
        try {
            step.run();
        } catch (IOException | QmpException | JournalException e) {
            left.add(Reason.of(e));
        }
    }
}
