// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One KVM: the running kernel's own, or one that was built from the source of another kernel to be loaded beside it.
 *
 * @param name {@link #KERNELS} for the kernel's own; {@code kvm_a}, {@code kvm_b} and so on, its module, for the others
 * @param version of the kernel source that it was built from, as its packager gives it, for example {@code 6.12.107-1}
 * @param file the module that it is loaded from; empty for the kernel's own and for one that somebody loaded by hand
 */
public record KvmInstance(String name, String version, Optional<Path> file) {
    /** The name of the running kernel's own. */
    public static final String KERNELS = "kvm";

    private static final Pattern NAME = Pattern.compile("kvm(_[a-z])?");

    public KvmInstance {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not the name of a KVM: " + name);
        }
    }

    /** Whether it is the running kernel's own. */
    public boolean isKernels() {
        return name.equals(KERNELS);
    }

    /** Its device, in the host's {@code /dev}; it may be {@code /dev/kvm} besides. */
    public Path device() {
        return Path.of("/dev", deviceName());
    }

    /** Whether both are the same KVM, wherever they were loaded from. */
    public boolean is(KvmInstance other) {
        return name.equals(other.name) && version.equals(other.version);
    }

    /** What its device and its directories in sysfs and debugfs are called. */
    String deviceName() {
        return name.replace('_', '-');
    }

    /** For example {@code 6.12.107-1 (kvm_a)}. */
    @Override
    public String toString() {
        return version + " (" + name + ")";
    }
}
