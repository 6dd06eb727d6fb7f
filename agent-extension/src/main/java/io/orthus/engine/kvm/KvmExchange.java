// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.kvm.Settlement.Result;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.TimedOutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One KVM takes another's place on this host. {@link #begin} loads it beside the old one; then VMs are moved, by
 * others; {@link #settle} unloads whichever nobody uses any more. What to do is decided from what is there, so after a
 * crash at any moment settling once more finishes or undoes what was begun. For one thread at a time.
 */
public final class KvmExchange {
    /** A QEMU that was killed gives its KVM back when the kernel has taken its memory apart. */
    private static final Duration TO_LET_GO = Duration.ofSeconds(20);

    /** Who uses a KVM. */
    @FunctionalInterface
    public interface Users {
        /** Names of the VMs; there may be other users, whom only the kernel knows. */
        List<String> of(KvmInstance instance) throws IOException;

        /** Addresses of the host's PCI devices that those VMs drive by themselves; by default there are none. */
        default List<String> devices(KvmInstance instance) throws IOException {
            return List.of();
        }
    }

    private final KvmHost host;
    private final KvmModules modules;
    private final ExchangeJournal journal;

    /** Exchanges KVMs of {@code host}. */
    public KvmExchange(KvmHost host, KvmModules modules, ExchangeJournal journal) {
        this.host = host;
        this.modules = modules;
        this.journal = journal;
    }

    /**
     * Loads the target, unless it is loaded.
     *
     * @throws IOException if it cannot be loaded; then everything is as it was
     */
    public void begin(KvmInstance target) throws IOException {
        journal.write(new ExchangeEntry(target, host.bootId()));
        try {
            modules.load(target);
        } catch (IOException e) {
            if (host.loaded(target.name()).isEmpty()) {
                modules.unload(target);
                journal.close();
            }
            throw e;
        }
    }

    /**
     * Unloads the KVMs that have lost their last VM to the target, or the target if no VM uses it.
     *
     * @throws IOException if one that nobody seems to use cannot be unloaded, or the target cannot be made the host's
     *     standard; the journal stays open
     */
    public Settlement settle(Users users) throws IOException {
        Optional<ExchangeEntry> entry = journal.open();
        if (entry.isEmpty()) {
            throw new IllegalStateException("no exchange of KVMs is under way");
        }
        Settlement settlement = settle(entry.get().target(), users);
        journal.close();
        return settlement;
    }

    /**
     * Settles what an exchange left behind that did not come to its end; empty if there is nothing.
     *
     * @throws IOException as {@link #settle(Users)}
     */
    public Optional<Settlement> recover(Users users) throws IOException {
        Optional<ExchangeEntry> entry = journal.open();
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        if (!entry.get().bootId().equals(host.bootId())) {
            // The reboot has settled it: nothing of ours is loaded by itself.
            journal.close();
            return Optional.empty();
        }
        return Optional.of(settle(users));
    }

    private Settlement settle(KvmInstance target, Users users) throws IOException {
        List<LoadedKvm> loaded = host.loaded();
        List<KvmInstance> others = loaded.stream()
                .map(LoadedKvm::instance)
                .filter(kvm -> !kvm.name().equals(target.name()))
                .toList();
        if (others.size() == loaded.size()) {
            modules.unload(target);
            makeOnlyOneStandard(others);
            return new Settlement(Result.NOT_LOADED, target + " is not loaded; nothing was changed");
        }
        untie(loaded, users);
        boolean free = true;
        for (KvmInstance other : others) {
            free &= isUnused(other, users);
        }
        if (free) {
            return retire(others, target);
        }
        if (isUnused(target, users)) {
            modules.unload(target);
            modules.unloadKernelsCore();
            makeOnlyOneStandard(others);
            return new Settlement(Result.WITHDRAWN, target + " is unloaded again; no VM came to run on it");
        }
        return new Settlement(Result.BOTH_IN_USE, keptBy(others, users));
    }

    /**
     * vfio keeps the VM alive for which a device was opened, on whichever KVM that was, also when the device has moved on
     * with its guest. The KVM it is on now has it let go; it would be in use for as long as the device is open.
     */
    private void untie(List<LoadedKvm> loaded, Users users) throws IOException {
        for (LoadedKvm kvm : loaded) {
            if (!kvm.instance().isKernels()) {
                for (String address : users.devices(kvm.instance())) {
                    modules.release(kvm.instance(), address);
                }
            }
        }
    }

    private Settlement retire(List<KvmInstance> others, KvmInstance target) throws IOException {
        for (KvmInstance other : others) {
            modules.unload(other);
        }
        // At once: until then there is no /dev/kvm.
        modules.makeStandard(target);
        modules.unloadKernelsCore();
        String gone = others.isEmpty()
                ? ""
                : String.join(", ", others.stream().map(KvmInstance::toString).toList());
        return new Settlement(
                Result.RETIRED,
                gone.isEmpty() ? target + " is /dev/kvm" : "%s is unloaded; %s is /dev/kvm".formatted(gone, target));
    }

    /** When one of ours is left alone, VMs can be started only if it is {@code /dev/kvm}. */
    private void makeOnlyOneStandard(List<KvmInstance> left) throws IOException {
        if (left.size() == 1) {
            modules.makeStandard(left.get(0));
        }
    }

    /** Waits for those who are about to let go, but not for VMs that are known to stay. */
    private boolean isUnused(KvmInstance instance, Users users) throws IOException {
        if (!users.of(instance).isEmpty()) {
            return false;
        }
        try {
            Deadline.after(TO_LET_GO).await(instance + " to be given back", () -> host.loaded(instance.name())
                    .map(LoadedKvm::unused)
                    .orElse(true));
            return true;
        } catch (TimedOutException e) {
            return false;
        }
    }

    private static String keptBy(List<KvmInstance> instances, Users users) throws IOException {
        StringBuilder text = new StringBuilder();
        for (KvmInstance instance : instances) {
            List<String> names = users.of(instance);
            text.append(text.isEmpty() ? "" : "; ")
                    .append(instance)
                    .append(" stays loaded, it is used by ")
                    .append(names.isEmpty() ? "a process that is no VM of libvirt" : String.join(", ", names));
        }
        return text.toString();
    }
}
