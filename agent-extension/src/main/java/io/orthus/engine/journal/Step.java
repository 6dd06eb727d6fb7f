// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.journal;

/**
 * How far a VM's upgrade has come. An entry is on disk <em>before</em> the step that it names begins, so after a crash
 * the truth is this step or anything the step can have left behind.
 */
public enum Step {
    /** A new QEMU is being started; the VM runs on the old one. */
    LAUNCH,
    /** The new QEMU is being prepared beside the old one, which runs the VM. */
    PREPARE,
    /** The window is about to open or open: only the two processes can tell which of them is the VM. */
    SWITCH,
    /** The new QEMU is the VM; libvirt has yet to be seen managing it. */
    ADOPT
}
