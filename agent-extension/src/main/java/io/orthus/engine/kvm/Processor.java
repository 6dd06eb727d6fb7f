// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of processor that KVM has a module for. */
public enum Processor {
    /** AMD's, with SVM, and those made like it. */
    AMD("amd", "kvm_amd", "svm"),
    /** Intel's, with VMX, and those made like it. */
    INTEL("intel", "kvm_intel", "vmx");

    private final String vendor;
    private final String module;
    private final String flag;

    Processor(String vendor, String module, String flag) {
        this.vendor = vendor;
        this.module = module;
        this.flag = flag;
    }

    /** As orthus-kvm-build calls it. */
    String vendor() {
        return vendor;
    }

    /** The kernel's own module for it. */
    String module() {
        return module;
    }

    /**
     * The host's.
     *
     * @param cpuinfo /proc/cpuinfo
     * @throws IOException if it cannot run VMs
     */
    static Processor of(Path cpuinfo) throws IOException {
        Optional<String> flags = Files.readString(cpuinfo)
                .lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst();
        for (Processor kind : values()) {
            if (flags.isPresent()
                    && Arrays.asList(flags.get().split("\\s+", -1)).contains(kind.flag)) {
                return kind;
            }
        }
        throw new IOException("this host's processor has no virtualization, or the firmware has switched it off");
    }
}
