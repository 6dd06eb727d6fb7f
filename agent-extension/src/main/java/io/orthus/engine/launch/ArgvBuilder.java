// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.QemuVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the command line of a VM's new QEMU.
 *
 * <p>The base is what libvirt itself would start from the live definition with the new emulator, because options change
 * between versions. What belongs to the running process is put in its place: descriptors, sockets, node names, secrets.
 * A pure function; nothing is opened or started. Thread-safe.
 */
public final class ArgvBuilder {
    private static final String AUX_RAM_SHARE = "aux-ram-share";

    private final Method method;
    private final QemuVersion target;
    private final Optional<KvmInstance> kvm;
    private final Path cprSocket;

    /**
     * @param method by which the VM gets into the new QEMU
     * @param target version of the new QEMU
     * @param kvm that the new QEMU is to use; empty if it uses none
     * @param cprSocket where the new QEMU waits for the RAM of the running one, in its mount namespace; only with CPR
     */
    public ArgvBuilder(Method method, QemuVersion target, Optional<KvmInstance> kvm, Path cprSocket) {
        this.method = method;
        this.target = target;
        this.kvm = kvm;
        this.cprSocket = cprSocket;
    }

    /**
     * Makes it.
     *
     * @param statusFile libvirt's status file of the domain
     * @param nativeLine what libvirt makes of the live definition with the new emulator in it
     * @param running the running QEMU
     * @throws VmNotCarriedException if the VM has something that cannot be taken over; has all reasons
     * @throws IOException if the status file is damaged
     * @throws IllegalArgumentException if one of the command lines is not QEMU's
     */
    public LaunchPlan build(byte[] statusFile, CommandLine nativeLine, RunningQemu running)
            throws VmNotCarriedException, IOException {
        LiveDomain live = LiveDomain.parse(statusFile);
        List<String> reasons = new ArrayList<>();
        List<Fd> fds = new ArrayList<>();
        List<FreshFd> opens = new ArrayList<>();
        List<FreshFd> opensOnHost = new ArrayList<>();
        List<JsonObject> afterNew = new ArrayList<>();

        UncarriedParts.refuse(nativeLine, method, reasons);
        live.unnameableDiskParts().forEach(part -> reasons.add("a disk has <" + part + ">, which cannot be rebuilt"));

        DomainPaths paths = new DomainPaths(live.ownDirectories());
        CommandLine line =
                nativeLine.map(option -> isStructured(option) ? option.with(paths.fix(option.parsed())) : option);
        line = Secrets.apply(line, running.commandLine(), reasons);
        line = Chardevs.apply(line, running, fds, reasons);
        Nics.Numbers numbers = numbers(running);
        line = Nics.apply(line, live, running, numbers, fds, opens, reasons);
        line = PassthroughNames.apply(line, live.passthroughAliases());
        if (kvm.isPresent()) {
            line = KvmDevice.apply(line, kvm.get(), target, numbers, opensOnHost, reasons);
        }
        line = BlockNodeNames.apply(line, live, running.blockNodes(), reasons);
        line = MemoryBackends.apply(
                line, method, running.sharedFiles(), live.hugepages(), live.hugepageBytes(), reasons);
        line = VncDisplay.apply(line, live, afterNew, reasons);
        line = shareAuxiliaryRam(line, running.commandLine(), reasons);
        line = waitForState(line);

        requireRunningPaths(line, reasons);
        requireSameDevices(line, live, reasons);
        if (!reasons.isEmpty()) {
            throw new VmNotCarriedException(reasons);
        }
        return new LaunchPlan(line, fds, opens, opensOnHost, afterNew);
    }

    /** Options whose value is free text must not be taken apart. */
    private static boolean isStructured(Option option) {
        return option.is("object", "chardev", "blockdev", "device", "netdev", "vnc", "fsdev", "machine");
    }

    /** Above all numbers that the new QEMU gets from the running one. */
    private static Nics.Numbers numbers(RunningQemu running) {
        int[] last = {running.descriptors().keySet().stream().reduce(2, Math::max)};
        return () -> ++last[0];
    }

    /** ROMs, VGA memory and ACPI tables: in shared memory too, or CPR is not possible. */
    private CommandLine shareAuxiliaryRam(CommandLine line, CommandLine running, List<String> reasons) {
        if (method == Method.CPR_TRANSFER && !running.machineHas(AUX_RAM_SHARE, "on")) {
            reasons.add("it was started without aux-ram-share=on, so CPR cannot hand all of its RAM over");
        }
        if (!target.atLeast(10, 0)) {
            return line.without(option -> option.is("machine")
                            && option.parsed().get(AUX_RAM_SHARE).isPresent()
                            && option.parsed().without(AUX_RAM_SHARE).toString().isEmpty())
                    .map(option ->
                            option.is("machine") ? option.with(option.parsed().without(AUX_RAM_SHARE)) : option);
        }
        return line.machineHas(AUX_RAM_SHARE, "on") ? line : line.plus(Option.of("machine", AUX_RAM_SHARE + "=on"));
    }

    private CommandLine waitForState(CommandLine line) {
        CommandLine waiting =
                line.without(option -> option.is("incoming", "S")).plus(Option.of("S"), Option.of("incoming", "defer"));
        if (method != Method.CPR_TRANSFER) {
            return waiting;
        }
        JsonObject channel = Json.object()
                .put("channel-type", "cpr")
                .put(
                        "addr",
                        Json.object()
                                .put("transport", "socket")
                                .put("type", "unix")
                                .put("path", cprSocket.toString()))
                .build();
        return waiting.plus(Option.of("incoming", channel.toString()));
    }

    private static void requireRunningPaths(CommandLine line, List<String> reasons) {
        for (Option option : line.options()) {
            if (isStructured(option) && DomainPaths.leftIn(option.parsed())) {
                reasons.add("-" + option.name() + " " + option.value().orElse("")
                        + " names a path that only a new run of the VM would have");
            }
        }
    }

    /**
     * libvirt counts some devices anew, for example channels. If one of them was unplugged the others would get other
     * names, and libvirt would not find them again.
     */
    private static void requireSameDevices(CommandLine line, LiveDomain live, List<String> reasons) {
        Set<String> missing = new TreeSet<>(live.deviceIds());
        Set<String> extra = new TreeSet<>();
        line.values("device")
                .map(OptionValue::parse)
                .flatMap(device -> device.id().stream())
                .forEach(id -> {
                    if (!missing.remove(id)) {
                        extra.add(id);
                    }
                });
        missing.forEach(id -> reasons.add("device " + id + " of the running QEMU would be missing in the new one"));
        extra.forEach(
                id -> reasons.add("device " + id + " would be in the new QEMU, the running one does not have it"));
    }
}
