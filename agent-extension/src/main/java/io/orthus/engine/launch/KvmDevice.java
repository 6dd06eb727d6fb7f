// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.launch.CommandLine.Option;
import io.orthus.engine.vmm.QemuVersion;
import java.util.List;

/**
 * Has the new QEMU use another KVM than {@code /dev/kvm}. Neither its private /dev nor its device control group know
 * that one's device, so it gets a descriptor, in a set of descriptors: the form that QEMU documents for this.
 *
 * <p>Also an instance that is /dev/kvm by now is named by its own device: which one /dev/kvm is may change at any time.
 */
final class KvmDevice {
    /** libvirt numbers its own sets upwards from 0 and fails if the next one is taken; it never comes as far as this. */
    private static final int SET = 1 << 20;
    /** So that people see what it is; libvirt looks for sets by the alias of a device, which this is not. */
    private static final String LABEL = "orthus-kvm";

    private static final String KVM = "kvm";

    private KvmDevice() {}

    /**
     * Changes the accelerator of a command line.
     *
     * @param opensOnHost gets the device
     */
    static CommandLine apply(
            CommandLine line,
            KvmInstance kvm,
            QemuVersion target,
            Nics.Numbers numbers,
            List<FreshFd> opensOnHost,
            List<String> reasons) {
        if (kvm.isKernels()) {
            return line;
        }
        if (!target.atLeast(8, 1)) {
            reasons.add("QEMU %s can use no other KVM than /dev/kvm, 8.1 is the first that can".formatted(target));
            return line;
        }
        CommandLine modern = line;
        if (line.machineHas("accel", KVM)) {
            // The same in its older spelling, which cannot name a device.
            modern = line.map(option ->
                            option.is("machine") ? option.with(option.parsed().without("accel")) : option)
                    .plus(Option.of("accel", KVM));
        }
        int fd = numbers.next();
        CommandLine changed = modern.map(
                option -> isKvm(option) ? option.with(option.parsed().with("device", "/dev/fdset/" + SET)) : option);
        if (changed.equals(modern)) {
            reasons.add("its command line does not say that it uses KVM");
            return line;
        }
        opensOnHost.add(new FreshFd(kvm.device(), fd));
        return changed.plus(Option.of("add-fd", "set=%d,fd=%d,opaque=%s".formatted(SET, fd, LABEL)));
    }

    private static boolean isKvm(Option option) {
        return option.is("accel") && option.parsed().kind().equals(KVM);
    }
}
