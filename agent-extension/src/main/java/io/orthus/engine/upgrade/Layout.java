// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.SwitchFiles;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmId;
import java.nio.file.Path;

/**
 * Where things are on the host. Tests use another root.
 *
 * @param run volatile files, root only; on the same file system as libvirt's status files
 * @param state what must survive a reboot
 * @param statusDirectory libvirt's status files
 * @param programs orthus-vmm-exec and orthus-switch
 * @param libraries liborthus-tapgate.so
 */
public record Layout(Path run, Path state, Path statusDirectory, Path programs, Path libraries) {
    /** The places of an installed host. */
    public static Layout installed() {
        return new Layout(
                Path.of("/run/orthus"),
                Path.of("/var/lib/orthus"),
                Path.of("/run/libvirt/qemu"),
                Path.of("/usr/libexec/orthus"),
                Path.of("/usr/lib/orthus"));
    }

    /** What is under way. */
    public Path journal() {
        return state.resolve("journal");
    }

    /** Reports of earlier upgrades. */
    public Path history() {
        return state.resolve("history");
    }

    /** Results of trials on throw-away VMs. */
    public Path trials() {
        return state.resolve("trials");
    }

    /** Builds of QEMU that were kept when the package manager replaced them. */
    public Path keptBuilds() {
        return state.resolve("vmm");
    }

    /** The exchange of KVMs that is under way. */
    public Path kvmJournal() {
        return state.resolve("kvm.json");
    }

    /** What each KVM that was loaded was loaded from. */
    public Path kvmRecords() {
        return run.resolve("kvm");
    }

    /** Taken by whoever upgrades this host, so that two never do at once. */
    public Path lock() {
        return run.resolve("upgrade.lock");
    }

    /** The lock that libvirtd takes before it starts. */
    public Path gate() {
        return run.resolve("gate");
    }

    /** The lock of whoever has a QEMU that is not committed; libvirtd waits for it, too. */
    public Path uncommitted() {
        return run.resolve("uncommitted");
    }

    /** The program that starts a new QEMU. */
    public Path vmmExec() {
        return programs.resolve("orthus-vmm-exec");
    }

    /** The program that runs the window. */
    public Path switcher() {
        return programs.resolve("orthus-switch");
    }

    /** The library that keeps a shared tap undisturbed. */
    public Path tapGate() {
        return libraries.resolve("liborthus-tapgate.so");
    }

    /** The files of one VM's upgrade. */
    public SwitchFiles files(VmFacts vm) {
        return files(vm.id(), vm.statusFile());
    }

    /** The files of one VM's upgrade. */
    public SwitchFiles files(VmId vm, Path statusFile) {
        return new SwitchFiles(
                run.resolve("vm").resolve(vm.uuid().toString()),
                statusFile,
                StatusFile.pidFile(statusFile.getParent(), vm.name()));
    }
}
