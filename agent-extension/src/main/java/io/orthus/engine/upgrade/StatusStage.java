// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.sys.ProcessId;
import java.io.IOException;

/** Writes the status file by which libvirt will take the new process over. */
final class StatusStage {
    StatusStage(Host host, VmPlan plan, ProcessId fresh, TwinThreads threads, SwitchFiles files) {}

    void write() throws IOException {}
}
