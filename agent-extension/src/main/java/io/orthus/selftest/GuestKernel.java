// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import io.orthus.engine.kvm.MalformedModuleException;
import io.orthus.engine.kvm.ModuleFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the guests boot: a kernel that is installed on the host, and an initramfs of the workload's two programs and the
 * modules that they need (docs/decisions/0018-selftest-guest.md).
 */
final class GuestKernel {
    /** A crashed guest reboots, and is noticed by it. The rest is for a quick start, and for a quiet console. */
    static final String COMMAND_LINE = "console=ttyS0 quiet loglevel=3 panic=1 net.ifnames=0 mitigations=off"
            + " cryptomgr.notests 8250.nr_uarts=1 rdinit=/init";

    private static final List<String> MODULES = List.of(
            "virtio_pci",
            "virtio_blk",
            "virtio_scsi",
            "sd_mod",
            "ata_piix",
            "ahci",
            "sr_mod",
            "isofs",
            "virtio_net",
            "virtio_console",
            "virtio_rng",
            "virtio_balloon",
            "i6300esb",
            "evdev",
            "button");

    private static final Pattern RELEASE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~-]{0,100}");

    private final Path image;
    private final byte[] initramfs;
    private final List<String> absent;

    private GuestKernel(Path image, byte[] initramfs, List<String> absent) {
        this.image = image;
        this.initramfs = initramfs;
        this.absent = List.copyOf(absent);
    }

    /** The kernel's file. */
    Path image() {
        return image;
    }

    /** The bytes of the initramfs. */
    byte[] initramfs() {
        return initramfs.clone();
    }

    /** Modules that this kernel does not have, neither as files nor built in. */
    List<String> absent() {
        return absent;
    }

    /**
     * Puts a kernel together.
     *
     * @param release as {@code uname -r} says it
     * @param root the host's root directory; tests have another
     * @param programs where {@code init} and {@code workload} are
     * @throws IOException if the kernel is not installed, or something of it cannot be read
     */
    static GuestKernel of(String release, Path root, Path programs) throws IOException {
        if (!RELEASE.matcher(release).matches()) {
            throw new IOException("'" + release + "' is not a kernel's release, as 'uname -r' says it");
        }
        Path image = root.resolve("boot/vmlinuz-" + release);
        Path tree = root.resolve("lib/modules/" + release);
        for (Path needed : List.of(image, tree.resolve("modules.dep"))) {
            if (!Files.isRegularFile(needed)) {
                throw new IOException("there is no " + needed + "; name an installed kernel with --kernel");
            }
        }
        CpioArchive archive = new CpioArchive();
        for (String directory : List.of("dev", "proc", "sys", "modules")) {
            archive.directory(directory);
        }
        for (String program : List.of("init", "workload")) {
            archive.file(program, Files.readAllBytes(programs.resolve(program)));
        }
        Map<String, List<Path>> known = dependencies(tree);
        Set<String> builtIn = builtIn(tree);
        List<String> absent = new ArrayList<>();
        Set<Path> files = new LinkedHashSet<>();
        for (String module : MODULES) {
            if (known.containsKey(module)) {
                files.addAll(known.get(module));
            } else if (!builtIn.contains(module)) {
                absent.add(module);
            }
        }
        StringBuilder order = new StringBuilder();
        for (Path file : files) {
            String name = name(file) + ".ko";
            archive.file("modules/" + name, read(file));
            order.append(name).append('\n');
        }
        archive.file("modules/order", order.toString().getBytes(StandardCharsets.UTF_8));
        return new GuestKernel(image, archive.finish(), absent);
    }

    private static byte[] read(Path module) throws IOException {
        try {
            return ModuleFile.read(module);
        } catch (MalformedModuleException e) {
            throw new IOException("the kernel module " + module + " is of no use: " + e.getMessage(), e);
        }
    }

    /** For each module its file and those that it depends on, in the order in which they can be loaded. */
    private static Map<String, List<Path>> dependencies(Path tree) throws IOException {
        Map<String, List<Path>> found = new HashMap<>();
        for (String line : Files.readAllLines(tree.resolve("modules.dep"))) {
            // "FILE: FILE FILE": the last one has to be loaded first, see modules.dep(5).
            List<Path> files = new ArrayList<>();
            for (String word : line.replaceFirst(":", "").strip().split("\\s+", -1)) {
                files.add(0, tree.resolve(word));
            }
            found.put(name(files.get(files.size() - 1)), files);
        }
        return found;
    }

    private static Set<String> builtIn(Path tree) throws IOException {
        Path list = tree.resolve("modules.builtin");
        return Files.exists(list)
                ? Files.readAllLines(list).stream()
                        .map(line -> name(Path.of(line)))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** Of a file as {@code virtio-rng.ko.xz}; the kernel takes both characters for one. */
    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\.ko(\\..*)?$", "").replace('-', '_');
    }
}
