// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/**
 * The QEMU that is installed on the lab host, as the package manager sees it: in /usr, where another build takes its
 * place under running VMs. What was there at first comes back at the end.
 */
final class InstalledQemu implements AutoCloseable {
    static final String PROGRAM = "/usr/bin/qemu-system-x86_64";

    private static final String PROGRAM_OF_A_TREE = "bin/qemu-system-x86_64";
    private static final String MODULES = "lib/x86_64-linux-gnu/qemu";
    private static final String DATA = "share/qemu";
    private static final String ORIGINAL = "/var/tmp/original-qemu/usr/";

    private final LabHost lab;

    InstalledQemu(LabHost lab) {
        this.lab = lab;
        lab.run("mkdir", "-p", ORIGINAL).ok();
        copy("/usr/", ORIGINAL);
    }

    /** Installs the build that a program of the lab belongs to. A name gets another file; the old file lives on. */
    void replaceBy(String program) {
        replaceFrom(program.substring(0, program.length() - PROGRAM_OF_A_TREE.length()));
    }

    @Override
    public void close() {
        replaceFrom(ORIGINAL);
    }

    private void replaceFrom(String tree) {
        lab.run("find", "/usr/" + MODULES, "-type", "f", "-delete").ok();
        copy(tree, "/usr/");
    }

    private void copy(String from, String to) {
        lab.run(
                        "env",
                        "--chdir=" + from,
                        "find",
                        PROGRAM_OF_A_TREE,
                        MODULES,
                        DATA,
                        "-type",
                        "f",
                        "-exec",
                        "cp",
                        "--parents",
                        "--preserve",
                        "--remove-destination",
                        "--target-directory",
                        to,
                        "{}",
                        "+")
                .ok();
    }
}
