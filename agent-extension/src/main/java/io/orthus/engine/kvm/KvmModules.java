// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.sys.AtomicFile;
import io.orthus.engine.sys.CommandFailedException;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Loads and unloads KVMs, and says which one is {@code /dev/kvm}. Every method can be repeated: what is as it should be
 * is left as it is. For one thread at a time. That nothing in use is unloaded is the kernel's own rule, not checked here.
 */
public final class KvmModules {
    private static final Duration TO_LOAD = Duration.ofMinutes(2);
    private static final Duration TO_APPEAR = Duration.ofSeconds(60);
    private static final Pattern PCI_ADDRESS = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

    private final KvmHost host;
    private final Commands commands;
    private final KernelLog log;
    private final Autoload autoload;

    /**
     * Works on a host.
     *
     * @param commands run insmod(8), rmmod(8), modprobe(8) and udevadm(8)
     */
    public KvmModules(KvmHost host, Commands commands) {
        this.host = host;
        this.commands = commands;
        this.log = new KernelLog(host.device("kmsg"), commands);
        this.autoload = new Autoload(host.run(), commands);
    }

    /**
     * Loads an instance and waits until it can be used. One of ours gets the parameters that the host's KVM runs with:
     * VMs may depend on them ({@code ignore_msrs}), and the administrator has set them for all VMs of this host.
     *
     * @throws IOException if it cannot be loaded; has what the kernel says about it
     */
    public void load(KvmInstance instance) throws IOException {
        if (instance.isKernels()) {
            // By its name: no blacklist is in the way. If it fails, it still must not come by itself.
            change("load " + instance, "modprobe", host.processor().module());
            autoload.allow();
        } else if (host.loaded(instance.name()).isEmpty()) {
            Path file = instance.file()
                    .orElseThrow(() -> new IOException(
                            "%s is not loaded, and nobody knows from where; load it by hand".formatted(instance)));
            Files.createDirectories(host.record(instance.name()).getParent());
            AtomicFile.write(host.record(instance.name()), file + "\n", "rw-r--r--");
            List<String> argv = new ArrayList<>(List.of("insmod", file.toString()));
            argv.addAll(host.parametersToKeep());
            change("load " + instance, argv.toArray(String[]::new));
        }
        Deadline.after(TO_APPEAR)
                .await(
                        "the device of " + instance,
                        () -> host.loaded(instance.name()).isPresent()
                                && Files.exists(host.device(instance.deviceName())));
    }

    /**
     * Unloads an instance, and forgets from where one was loaded, or was to be.
     *
     * @throws IOException if it is in use, or the kernel refuses for another reason
     */
    public void unload(KvmInstance instance) throws IOException {
        if (!instance.isKernels()) {
            if (host.loaded(instance.name()).isPresent()) {
                change("unload " + instance, "rmmod", instance.name());
            }
            AtomicFile.delete(host.record(instance.name()));
            return;
        }
        Optional<String> module = host.kernelsModule();
        if (module.isPresent()) {
            autoload.forbid();
            try {
                change("unload " + instance, "rmmod", module.get());
            } catch (IOException e) {
                autoload.allow();
                throw e;
            }
        }
    }

    /** Unloads the common part of the kernel's own KVM, which is of no use without its other part. */
    public void unloadKernelsCore() throws IOException {
        if (host.kernelsModule().isEmpty() && host.isLoadedModule(KvmInstance.KERNELS)) {
            change("unload the common part of the kernel's own KVM", "rmmod", KvmInstance.KERNELS);
        }
    }

    /**
     * Makes an instance {@code /dev/kvm}. The kernel's own is that while it is loaded, without being told; then all is as
     * the distribution has it.
     *
     * @throws IOException if another one is
     */
    public void makeStandard(KvmInstance instance) throws IOException {
        Optional<LoadedKvm> loaded = host.loaded(instance.name());
        if (loaded.isEmpty()) {
            return;
        }
        if (instance.isKernels()) {
            autoload.allow();
            return;
        }
        autoload.forbid();
        if (loaded.get().standard()) {
            return;
        }
        try {
            write(host.control(instance, "default"), "1");
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be made /dev/kvm: %s; VMs cannot be started until another KVM is loaded"
                            .formatted(instance, e.getMessage()),
                    e);
        }
    }

    /**
     * Has vfio let go of the KVM that a passthrough device was last used with, so that that one can end. For a device
     * whose VM runs on {@code instance} by now.
     *
     * @param address of the device, for example {@code 0000:00:05.0}
     */
    public void release(KvmInstance instance, String address) throws IOException {
        if (!PCI_ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("not the address of a PCI device: " + address);
        }
        write(host.control(instance, "release"), address);
    }

    private void change(String what, String... argv) throws IOException {
        String mark = log.mark(what);
        try {
            commands.run(TO_LOAD, argv);
        } catch (CommandFailedException e) {
            String words = log.since(mark);
            throw new IOException(
                    "cannot " + what + ": " + e.getMessage() + (words.isEmpty() ? "" : "; the kernel says: " + words),
                    e);
        }
    }

    /** In one write(2), as sysfs wants it. */
    private static void write(Path control, String value) throws IOException {
        Files.writeString(control, value, StandardOpenOption.WRITE);
    }
}
