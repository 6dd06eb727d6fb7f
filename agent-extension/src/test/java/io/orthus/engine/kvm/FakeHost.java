// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.sys.CommandFailedException;
import io.orthus.engine.sys.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A host whose sysfs is a directory, and whose insmod, rmmod and modprobe change that directory as Linux would. */
final class FakeHost {
    static final String RELEASE = "6.12.94+deb13-amd64";
    static final String BOOT = "4f2c0000-0000-0000-0000-000000000001";

    final Path root;
    final KvmHost host;
    final KvmModules modules;
    final ExchangeJournal journal;
    final KvmExchange exchange;
    /** What was run, in order. */
    final List<String> commands = new ArrayList<>();
    /** Programs that fail, and what they say. */
    final Map<String, String> failures = new HashMap<>();
    /** Whether its rule was there when udev was told to look. */
    boolean udevSeesRule;
    /** What the kernel says when something fails. */
    String kernelSays = "";

    FakeHost(Path root) throws IOException {
        this.root = root;
        this.host = new KvmHost(root, root.resolve("run/orthus/kvm"));
        Commands runner = (argv, deadline) -> run(argv);
        this.modules = new KvmModules(host, runner);
        this.journal = new ExchangeJournal(root.resolve("var/exchange.json"));
        this.exchange = new KvmExchange(host, modules, journal);
        write("proc/sys/kernel/osrelease", RELEASE);
        write("proc/sys/kernel/random/boot_id", BOOT);
        write("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.94-1 (2026-06-20)");
        write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu lm svm npt\n");
        write("sys/module/module/parameters/sig_enforce", "N");
        write("dev/kmsg", "");
        Files.createDirectories(root.resolve("sys/class/misc"));
        loadKernels();
    }

    Path blacklist() {
        return root.resolve("run/modprobe.d/orthus-kvm.conf");
    }

    Path rule() {
        return root.resolve("run/udev/rules.d/79-orthus-kvm.rules");
    }

    Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text + "\n");
    }

    String read(String path) throws IOException {
        return Files.readString(root.resolve(path)).strip();
    }

    void remove(String path) throws IOException {
        Path directory = root.resolve(path);
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = new ArrayList<>(walk.toList());
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.delete(all.get(i));
        }
    }

    void loadKernels() throws IOException {
        write("sys/module/kvm/initstate", "live");
        write("sys/module/kvm_amd/initstate", "live");
        write("sys/module/kvm_amd/refcnt", "0");
        write("sys/class/misc/kvm/dev", "10:232");
        write("dev/kvm", "");
        for (String letter : List.of("a", "b")) {
            if (Files.exists(root.resolve("sys/class/misc/kvm-" + letter))) {
                write("sys/class/misc/kvm-" + letter + "/default", "0");
                write("sys/class/misc/kvm-" + letter + "/state", "coexists");
            }
        }
    }

    /** As an instance of ours does when it is loaded. */
    void loadOurs(String letter, String version) throws IOException {
        String device = "sys/class/misc/kvm-" + letter;
        write("sys/module/kvm_" + letter + "/initstate", "live");
        write("sys/module/kvm_" + letter + "/version", version);
        write("sys/module/kvm_" + letter + "/refcnt", "0");
        write(device + "/dev", "10:" + (100 + letter.charAt(0)));
        write(device + "/default", "0");
        write(device + "/state", "coexists");
        write(device + "/vms", "0");
        write("dev/kvm-" + letter, "");
    }

    KvmInstance ours(String letter) {
        return new KvmInstance("kvm_" + letter, "6.12.107-1", Optional.of(Path.of("/srv/kvm_" + letter + ".ko")));
    }

    /** That many VMs use it. */
    void use(String name, int vms) throws IOException {
        if (name.equals(KvmInstance.KERNELS)) {
            write("sys/module/kvm_amd/refcnt", Integer.toString(vms * 3));
        } else {
            write("sys/module/" + name + "/refcnt", Integer.toString(vms * 3));
            write("sys/class/misc/" + name.replace('_', '-') + "/vms", Integer.toString(vms));
        }
    }

    private String run(List<String> argv) throws IOException {
        String program = argv.get(0);
        if (program.equals("dmesg")) {
            return "kvm_a: of yesterday\n" + read("dev/kmsg") + "\n" + kernelSays;
        }
        if (program.equals("udevadm")) {
            udevSeesRule = Files.exists(rule());
            return "";
        }
        commands.add(String.join(" ", argv));
        if (failures.containsKey(program)) {
            throw new CommandFailedException(argv, 1, failures.get(program));
        }
        String subject = argv.get(1);
        switch (program) {
            case "insmod" -> loadOurs(subject.substring(subject.length() - 4, subject.length() - 3), "6.12.107-1");
            case "modprobe" -> loadKernels();
            case "rmmod" -> unload(argv, subject);
            default -> throw new AssertionError(argv);
        }
        return "";
    }

    private void unload(List<String> argv, String module) throws IOException {
        String count = "sys/module/" + module + "/refcnt";
        if (Files.exists(root.resolve(count)) && !read(count).equals("0")) {
            throw new CommandFailedException(argv, 1, "rmmod: ERROR: Module " + module + " is in use");
        }
        remove("sys/module/" + module);
        if (module.equals("kvm_amd")) {
            remove("sys/class/misc/kvm");
            remove("dev/kvm");
        } else if (module.startsWith("kvm_")) {
            remove("sys/class/misc/" + module.replace('_', '-'));
            remove("dev/" + module.replace('_', '-'));
        }
    }
}
