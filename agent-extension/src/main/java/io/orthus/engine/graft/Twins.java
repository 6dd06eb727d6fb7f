// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import io.orthus.engine.model.VmFacts;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.sys.ProcessId;

/**
 * The two QEMU processes of one VM while it is being moved.
 *
 * @param vm the VM as the inventory saw it
 * @param old monitor of the QEMU that runs the VM, by way of libvirt
 * @param oldProcess that QEMU
 * @param fresh monitor of the QEMU that waits for the VM
 * @param freshProcess that QEMU
 */
public record Twins(VmFacts vm, Qmp old, ProcessId oldProcess, Qmp fresh, ProcessId freshProcess) {}
