// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.libvirt.StatusFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Work of libvirt's own on a domain. A migration, a dump or a save is a migration to QEMU, which knows but one at a time
 * and cannot tell whose it is: what takes ours back would end theirs.
 */
final class ForeignJob {
    private ForeignJob() {}

    /**
     * Requires that there is none.
     *
     * @throws IOException if there is one; it names the job in libvirt's word
     */
    static void refuse(Path statusFile) throws IOException {
        Optional<String> job = job(statusFile);
        if (job.isPresent()) {
            throw new IOException(
                    "libvirt has a job (%s) under way on it, which is not disturbed".formatted(job.get()));
        }
    }

    private static Optional<String> job(Path statusFile) {
        try {
            return StatusFile.read(statusFile).asyncJob();
        } catch (IOException e) {
            // A damaged file speaks of no job, and must not keep an upgrade from being undone.
            return Optional.empty();
        }
    }
}
