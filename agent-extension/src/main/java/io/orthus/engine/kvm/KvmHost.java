// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.sys.Proc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the KVMs of this host, by way of sysfs, debugfs and /proc. Changes nothing. Immutable, thread-safe. */
public final class KvmHost {
    /** The package's version in the banner of Debian's kernels, which their release does not tell exactly. */
    private static final Pattern PACKAGE_VERSION = Pattern.compile("\\bDebian (\\S+)");

    private static final String OURS = "kvm-[a-z]";

    /** AVIC and SEV, debug_swap among it, have one owner on a host; what is experimental is asked for by hand. */
    private static final Pattern EXCLUSIVE = Pattern.compile("(force_)?avic|sev.*|debug_swap|experimental_.*");

    private final Path root;
    private final Path records;

    /**
     * Looks at a host.
     *
     * @param root where its file systems are, {@code /} but in tests
     * @param records where {@link KvmModules} writes down what it has loaded an instance from
     */
    public KvmHost(Path root, Path records) {
        this.root = root;
        this.records = records;
    }

    /** All that are loaded, the kernel's own first. */
    public List<LoadedKvm> loaded() throws IOException {
        List<LoadedKvm> ours = new ArrayList<>();
        Path misc = sys("class/misc");
        if (Files.isDirectory(misc)) {
            try (DirectoryStream<Path> devices = Files.newDirectoryStream(misc, "kvm-*")) {
                for (Path device : devices) {
                    if (device.getFileName().toString().matches(OURS)) {
                        ours.add(ours(device));
                    }
                }
            }
        }
        ours.sort((a, b) -> a.instance().name().compareTo(b.instance().name()));
        List<LoadedKvm> all = new ArrayList<>();
        Optional<String> vendor = kernelsModule();
        if (vendor.isPresent()) {
            boolean standard =
                    Files.exists(misc.resolve("kvm")) && ours.stream().noneMatch(LoadedKvm::standard);
            all.add(new LoadedKvm(
                    kernels(),
                    DeviceNumber.KVM,
                    standard,
                    Optional.empty(),
                    OptionalInt.empty(),
                    references(vendor.get())));
        }
        all.addAll(ours);
        return List.copyOf(all);
    }

    /** The loaded one of that name. */
    public Optional<LoadedKvm> loaded(String name) throws IOException {
        return loaded().stream()
                .filter(kvm -> kvm.instance().name().equals(name))
                .findFirst();
    }

    /** The running kernel's own, loaded or not. */
    public KvmInstance kernels() throws IOException {
        Matcher debian = PACKAGE_VERSION.matcher(text(root.resolve("proc/sys/kernel/version")));
        return new KvmInstance(KvmInstance.KERNELS, debian.find() ? debian.group(1) : release(), Optional.empty());
    }

    /**
     * The KVM that a process uses.
     *
     * @return empty if it uses none, or one that is none of {@link #loaded}
     * @throws IOException also if it cannot be told
     */
    public Optional<KvmInstance> usedBy(Proc process) throws IOException {
        Set<Long> rdevs = process.characterDevices();
        return usedBy(
                process.id().pid(), rdevs.stream().map(DeviceNumber::ofRdev).toList());
    }

    Optional<KvmInstance> usedBy(int pid, List<DeviceNumber> opened) throws IOException {
        List<LoadedKvm> loaded = loaded();
        for (LoadedKvm kvm : loaded) {
            if (!kvm.instance().isKernels() && opened.contains(kvm.number())) {
                return Optional.of(kvm.instance());
            }
        }
        if (!opened.contains(DeviceNumber.KVM) || loaded.isEmpty()) {
            return Optional.empty();
        }
        if (loaded.size() == 1) {
            return Optional.of(loaded.get(0).instance());
        }
        // Who is /dev/kvm changes; who was when the process opened it, only the KVMs themselves know.
        List<KvmInstance> owners = new ArrayList<>();
        for (LoadedKvm kvm : loaded) {
            if (hasVmOf(pid, kvm.instance())) {
                owners.add(kvm.instance());
            }
        }
        if (owners.size() != 1) {
            throw new IOException("which KVM it uses cannot be told: it opened /dev/kvm, %d KVMs are loaded, and of"
                            .formatted(loaded.size())
                    + " their directories in /sys/kernel/debug " + (owners.isEmpty() ? "none has" : "several have")
                    + " a VM of process " + pid + "; is debugfs mounted?");
        }
        return Optional.of(owners.get(0));
    }

    /** KVM keeps a directory PID-FD for each VM. */
    private boolean hasVmOf(int pid, KvmInstance instance) throws IOException {
        Path directory = sys("kernel/debug").resolve(instance.deviceName());
        try (DirectoryStream<Path> vms = Files.newDirectoryStream(directory, pid + "-*")) {
            return vms.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The running kernel's release, as {@code uname -r}. */
    String release() throws IOException {
        return text(root.resolve("proc/sys/kernel/osrelease"));
    }

    /** Different after each boot. */
    String bootId() throws IOException {
        return text(root.resolve("proc/sys/kernel/random/boot_id"));
    }

    /** @throws IOException also if it cannot run VMs */
    Processor processor() throws IOException {
        return Processor.of(root.resolve("proc/cpuinfo"));
    }

    /** The kernel's own vendor module, if it is loaded or built in. */
    Optional<String> kernelsModule() {
        for (Processor kind : Processor.values()) {
            if (Files.isDirectory(module(kind.module()))) {
                return Optional.of(kind.module());
            }
        }
        return Optional.empty();
    }

    /** Whether a module is there that can be unloaded; what is built into the kernel has no such state. */
    boolean isLoadedModule(String module) {
        return Files.exists(module(module).resolve("initstate"));
    }

    /** Whether only signed modules may be loaded. */
    boolean requiresSignatures() throws IOException {
        return readable(sys("module/module/parameters/sig_enforce")).equals("Y")
                || readable(sys("kernel/security/lockdown")).matches(".*\\[(integrity|confidentiality)].*");
    }

    /** Whether the kernel's own KVM delivers interrupts by AMD's AVIC. */
    boolean usesAvic() throws IOException {
        return readable(parameters("kvm_amd").resolve("avic")).matches("Y|1");
    }

    /**
     * The module parameters that the KVM that is {@code /dev/kvm} runs with, as insmod(8) takes them, for one that is to
     * take its place. Without those that only one KVM of a host can have.
     */
    List<String> parametersToKeep() throws IOException {
        Optional<LoadedKvm> standard =
                loaded().stream().filter(LoadedKvm::standard).findFirst();
        if (standard.isEmpty()) {
            return List.of();
        }
        KvmInstance instance = standard.get().instance();
        List<String> modules = instance.isKernels()
                ? List.of(KvmInstance.KERNELS, kernelsModule().orElseThrow())
                : List.of(instance.name());
        // The kernel takes them in this order, and after nx_huge_pages=never none that begins with nx_huge_pages_.
        SortedMap<String, String> kept = new TreeMap<>(Comparator.reverseOrder());
        for (String module : modules) {
            if (!Files.isDirectory(parameters(module))) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(parameters(module))) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (!EXCLUSIVE.matcher(name).matches()) {
                        kept.put(name, text(file));
                    }
                }
            }
        }
        return kept.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .toList();
    }

    /** The build id of a loaded module, as it is in its note; empty if the kernel does not tell. */
    Optional<byte[]> buildIdNote(String module) throws IOException {
        Path note = module(module).resolve("notes/.note.gnu.build-id");
        return Files.exists(note) ? Optional.of(Files.readAllBytes(note)) : Optional.empty();
    }

    /** A control file of an instance of ours. */
    Path control(KvmInstance instance, String attribute) {
        return sys("class/misc").resolve(instance.deviceName()).resolve(attribute);
    }

    /** Where it is written down what an instance was loaded from. */
    Path record(String name) {
        return records.resolve(name);
    }

    /** Where a device of the host is. */
    Path device(String name) {
        return root.resolve("dev").resolve(name);
    }

    /** Where the files are that do not outlive a boot. */
    Path run() {
        return root.resolve("run");
    }

    private LoadedKvm ours(Path device) throws IOException {
        String name = device.getFileName().toString().replace('-', '_');
        Path record = record(name);
        Optional<Path> file = Files.exists(record) ? Optional.of(Path.of(text(record))) : Optional.empty();
        return new LoadedKvm(
                new KvmInstance(name, text(module(name).resolve("version")), file),
                DeviceNumber.parse(text(device.resolve("dev"))),
                text(device.resolve("default")).equals("1"),
                Optional.of(text(device.resolve("state"))),
                OptionalInt.of(Integer.parseInt(text(device.resolve("vms")))),
                references(name));
    }

    private int references(String module) throws IOException {
        String count = readable(module(module).resolve("refcnt"));
        // What is built into the kernel is never unused.
        return count.isEmpty() ? 1 : Integer.parseInt(count);
    }

    private Path parameters(String module) {
        return module(module).resolve("parameters");
    }

    private Path module(String name) {
        return sys("module").resolve(name);
    }

    private Path sys(String path) {
        return root.resolve("sys").resolve(path);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /** The text of a file that not every kernel has; empty if it is not there. */
    private static String readable(Path file) throws IOException {
        return Files.exists(file) ? text(file) : "";
    }
}
