// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.qmp.QmpException;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a VM would lose on another KVM. What lives in QEMU or in the migration stream goes along, the Hyper-V
 * enlightenments among it; encrypted VMs are refused by {@link DeviceCheck}. What is left is a guest that is a
 * hypervisor itself: its own guests' state is KVM's most intricate, and moving it is not proven.
 */
public final class KvmCheck implements Check {
    /** AMD: the guest has switched SVM on; AMD64 Architecture Programmer's Manual, volume 2, 15.4. */
    private static final Pattern EFER = Pattern.compile("\\bEFER=([0-9a-f]+)");

    private static final long EFER_SVME = 1L << 12;
    /** Intel: the same for VMX; Software Developer's Manual, volume 3, 24.7. */
    private static final Pattern CR4 = Pattern.compile("\\bCR4=([0-9a-f]+)");

    private static final long CR4_VMXE = 1L << 13;

    /** Shows the registers of all vCPUs of a VM. */
    @FunctionalInterface
    public interface Registers {
        /** As QEMU's {@code info registers -a} prints them. */
        String of(UUID vm) throws IOException;

        /** Asks through libvirt. */
        static Registers from(LibvirtHost libvirt) {
            JsonObject command =
                    Json.object().put("command-line", "info registers -a").build();
            return vm -> {
                try {
                    return libvirt.monitor(vm)
                            .execute("human-monitor-command", command)
                            .getAsString();
                } catch (QmpException e) {
                    throw new IOException(e.getMessage(), e);
                }
            };
        }
    }

    private final KvmChoice choice;
    private final Registers registers;

    /** For VMs on their way to what {@code choice} says. */
    public KvmCheck(KvmChoice choice, Registers registers) {
        this.choice = choice;
        this.registers = registers;
    }

    @Override
    public List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException {
        if (!choice.changes(vm)) {
            return List.of();
        }
        String text = registers.of(vm.id().uuid());
        if (!has(EFER, EFER_SVME, text) && !has(CR4, CR4_VMXE, text)) {
            return List.of();
        }
        return List.of(
                new Blocker(
                        "nested",
                        "its guest is a hypervisor itself and has virtualization switched on; that state is not moved to another"
                                + " KVM",
                        "unload KVM in the guest for the time of the upgrade, or shut the VM down and start it again afterwards"));
    }

    /** On any of the vCPUs. */
    private static boolean has(Pattern register, long bit, String text) {
        Matcher found = register.matcher(text);
        while (found.find()) {
            if ((Long.parseUnsignedLong(found.group(1), 16) & bit) != 0) {
                return true;
            }
        }
        return false;
    }
}
