// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.inventory;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.kvm.KvmHost;
import io.orthus.engine.libvirt.DomainXml;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.libvirt.RunningDomain;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.libvirt.Xml;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmId;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.sys.Executable;
import io.orthus.engine.sys.Parallel;
import io.orthus.engine.sys.Proc;
import io.orthus.engine.sys.Reason;
import io.orthus.engine.vmm.QemuVersion;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks at every running domain: what it runs on, as the process itself says, not the file that lies on the disk by now.
 */
public final class InventoryReader {
    private final LibvirtHost libvirt;
    private final Path statusDirectory;
    private final KvmHost kvms;

    /**
     * Reads from one host.
     *
     * @param libvirt the connection
     * @param statusDirectory libvirt's status files
     * @param kvms the KVMs of the host
     */
    public InventoryReader(LibvirtHost libvirt, Path statusDirectory, KvmHost kvms) {
        this.kvms = kvms;
        this.libvirt = libvirt;
        this.statusDirectory = statusDirectory;
    }

    /**
     * Looks at all of them.
     *
     * @throws IOException if libvirt cannot be asked at all; a single VM that cannot be read is in the result
     */
    public Inventory read() throws IOException {
        List<Inventory> each = Parallel.map(libvirt.runningDomains(), this::read);
        return new Inventory(
                each.stream().flatMap(one -> one.vms().stream()).toList(),
                each.stream().flatMap(one -> one.unreadable().stream()).toList());
    }

    /** An inventory of one VM, or of none. */
    private Inventory read(RunningDomain domain) throws IOException {
        VmId id = new VmId(domain.uuid(), domain.name());
        try {
            return new Inventory(List.of(read(id)), List.of());
        } catch (IOException | QmpException e) {
            // One that was shut down meanwhile is no running VM.
            return libvirt.runningDomains().contains(domain)
                    ? new Inventory(List.of(), List.of(new Inventory.Unreadable(id, Reason.of(e))))
                    : new Inventory(List.of(), List.of());
        }
    }

    private VmFacts read(VmId id) throws IOException, QmpException {
        Path statusFile = StatusFile.path(statusDirectory, id.name());
        StatusFile status = StatusFile.read(statusFile);
        Proc proc = Proc.of(status.pid());
        Qmp monitor = libvirt.monitor(id.uuid());
        String liveXml = libvirt.liveXml(id.uuid());
        DomainXml definition = DomainXml.parse(liveXml);
        boolean isKvm = Xml.attribute(definition.root(), "type").equals("kvm");
        return new VmFacts(
                id,
                proc.id(),
                vmm(proc, monitor),
                isKvm ? "kvm" : "tcg",
                isKvm ? kvms.usedBy(proc) : Optional.empty(),
                machine(definition),
                state(monitor),
                MemoryReader.read(proc),
                ramBytes(monitor),
                vcpus(monitor),
                status.monitor(),
                statusFile,
                liveXml,
                job(id, monitor));
    }

    private static Vmm vmm(Proc proc, Qmp monitor) throws IOException, QmpException {
        Executable executable = proc.executable();
        QemuVersion version =
                QemuVersion.fromQmp(monitor.execute("query-version").getAsJsonObject());
        return new Vmm(executable.path(), version, executable.deleted());
    }

    private static String machine(DomainXml definition) throws IOException {
        return Xml.attribute(Xml.child(Xml.child(definition.root(), "os"), "type"), "machine");
    }

    private static RunState state(Qmp monitor) throws IOException, QmpException {
        return switch (Json.getString(monitor.execute("query-status").getAsJsonObject(), "status")) {
            case "running" -> RunState.RUNNING;
            case "paused" -> RunState.PAUSED;
            default -> RunState.OTHER;
        };
    }

    private static long ramBytes(Qmp monitor) throws IOException, QmpException {
        JsonObject summary = monitor.execute("query-memory-size-summary").getAsJsonObject();
        return Json.getLong(summary, "base-memory")
                + (summary.has("plugged-memory") ? Json.getLong(summary, "plugged-memory") : 0);
    }

    private static int vcpus(Qmp monitor) throws IOException, QmpException {
        return monitor.execute("query-cpus-fast").getAsJsonArray().size();
    }

    private Optional<String> job(VmId id, Qmp monitor) throws IOException, QmpException {
        Optional<String> job = libvirt.activeJob(id.uuid());
        if (job.isPresent()) {
            return job;
        }
        JsonArray blockJobs = monitor.execute("query-block-jobs").getAsJsonArray();
        if (blockJobs.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("a block job (" + Json.getString(blockJobs.get(0).getAsJsonObject(), "type") + ")");
    }
}
