// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.model;

/** What a VM's RAM is made of; it decides how the VM can be moved. Ordered from the least useful to the best. */
public enum MemoryBacking {
    /** Private anonymous memory, QEMU's default and CloudStack's. */
    ANONYMOUS("anonymous"),
    /** A shared memfd, but firmware and video RAM are private (no {@code aux-ram-share}). */
    MEMFD("memfd"),
    /** A shared file on some file system, hugetlbfs included. */
    SHARED_FILE("shared file"),
    /** A shared memfd and {@code aux-ram-share=on}: everything CPR needs. */
    MEMFD_AUX_SHARED("memfd, aux-ram-share");

    private final String label;

    MemoryBacking(String label) {
        this.label = label;
    }

    /** What people read. */
    public String label() {
        return label;
    }
}
