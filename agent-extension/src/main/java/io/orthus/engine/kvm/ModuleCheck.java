// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be said against loading a module before it is tried. Changes nothing. */
public final class ModuleCheck {
    private final KvmHost host;

    /** Asks {@code host}. */
    public ModuleCheck(KvmHost host) {
        this.host = host;
    }

    /**
     * Requires that a module fits this host as it is now. One that is loaded already, this very build, fits.
     *
     * @throws IOException if it does not; one sentence that tells what to do
     */
    public void require(KvmModule module) throws IOException {
        String name = module.instance().name();
        requireRelease(module);
        List<LoadedKvm> loaded = host.loaded();
        Optional<LoadedKvm> same = loaded.stream()
                .filter(kvm -> kvm.instance().name().equals(name))
                .findFirst();
        if (same.isPresent()) {
            requireSameBuild(module, same.get());
            return;
        }
        requireProcessor(module);
        if (!module.signed() && host.requiresSignatures()) {
            throw new IOException(
                    "%s is not signed, and this host loads signed modules only; sign it with a key that the kernel trusts"
                            .formatted(module.file()));
        }
        Optional<String> kernels = host.kernelsModule();
        if (kernels.isPresent() && !host.isLoadedModule(kernels.get())) {
            throw new IOException(
                    "this kernel has KVM built in (%s), so it can never be unloaded; run a kernel with KVM"
                                    .formatted(kernels.get())
                            + " as a module");
        }
        requireRoom(module.instance());
    }

    /**
     * Requires that an instance is loaded or can be, as far as others are concerned.
     *
     * @throws IOException if two others are loaded
     */
    public void requireRoom(KvmInstance instance) throws IOException {
        List<LoadedKvm> loaded = host.loaded();
        boolean there = loaded.stream().anyMatch(kvm -> kvm.instance().name().equals(instance.name()));
        if (!there && loaded.size() > 1) {
            throw new IOException("two KVMs are loaded already, %s, and a processor is shared by two at most;"
                            .formatted(loaded.stream()
                                    .map(kvm -> kvm.instance().toString())
                                    .collect(Collectors.joining(" and ")))
                    + " finish or roll back the upgrade that is under way");
        }
    }

    /**
     * What VMs lose on an instance of ours that they can do without, each in a sentence.
     *
     * @param vms the names of those that would be moved to it
     */
    public List<String> losses(List<String> vms) throws IOException {
        return host.usesAvic() && !vms.isEmpty()
                ? List.of("without AVIC, which the kernel's own KVM uses here, interrupts will cost more: "
                        + String.join(", ", vms))
                : List.of();
    }

    private void requireRelease(KvmModule module) throws IOException {
        if (!module.release().equals(host.release())) {
            throw new IOException("%s was built for the kernel %s, but %s runs; build it anew with orthus-kvm-build"
                    .formatted(module.file(), module.release(), host.release()));
        }
    }

    private void requireSameBuild(KvmModule module, LoadedKvm loaded) throws IOException {
        Optional<byte[]> id = host.buildIdNote(module.instance().name());
        boolean same = loaded.instance().is(module.instance())
                && id.isPresent()
                && module.buildIdNote()
                        .filter(note -> Arrays.equals(note, id.get()))
                        .isPresent();
        if (!same) {
            throw new IOException(
                    "another build of %s is loaded already, %s; build the new one as another instance with"
                                    .formatted(
                                            module.instance().name(),
                                            loaded.instance().version())
                            + " 'orthus-kvm-build --instance'");
        }
    }

    private void requireProcessor(KvmModule module) throws IOException {
        Processor processor = host.processor();
        if (processor == Processor.INTEL) {
            throw new IOException("%s cannot be used on this host: on Intel processors a second KVM is experimental;"
                            .formatted(module.file())
                    + " to try it, load it by hand with experimental_vmx=1 first");
        }
        if (!module.vendor().equals(processor.vendor())) {
            throw new IOException("%s was built for processors of the kind '%s', and this host's is of the kind '%s';"
                            .formatted(module.file(), module.vendor(), processor.vendor())
                    + " build it anew with 'orthus-kvm-build --vendor'");
        }
    }
}
