// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Executable;
import io.orthus.engine.sys.TrustedPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps aside builds of QEMU that the package manager has replaced while VMs run on them, so that there is a way back.
 *
 * <p>A build is a directory that looks like the root of a file system, {@code usr/bin/qemu-system-x86_64} and what
 * belongs to it. Next to the program is a link {@code qemu-bundle} to the top of the directory: QEMU then looks for its
 * modules and data below it instead of below {@code /usr}. Whoever starts such a build where AppArmor confines QEMU must
 * allow this directory there.
 *
 * <p>The program itself can always be saved as long as a process runs it. Its data comes from what is installed now.
 * What cannot be saved is told in words, see {@link Kept#remarks}. Shared libraries are the host's; a build that does
 * not start with them is not kept.
 *
 * <p>Thread-safe against other users of the same directory: a build appears whole or not at all.
 */
public final class VmmStore {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final Path root;
    private final Commands commands;

    /** The store in a directory, which is made when the first build is kept. Its path must be root's alone. */
    public VmmStore(Path directory, Commands commands) {
        this(directory, Path.of("/"), commands);
    }

    /** As above; {@code root} stands for the root directory of the host. */
    VmmStore(Path directory, Path root, Commands commands) {
        this.directory = directory;
        this.root = root;
        this.commands = commands;
    }

    /**
     * A build in the store.
     *
     * @param vmm the build, with the path from which it can be started
     * @param remarks what is not as it was when the VMs were started on it, in sentences for the operator
     */
    public record Kept(Vmm vmm, List<String> remarks) {
        public Kept {
            remarks = List.copyOf(remarks);
        }
    }

    /** The build if it is in the store. */
    public Optional<Vmm> find(QemuVersion version) throws IOException {
        Path build = directory.resolve(version.directoryName());
        if (!Files.isDirectory(build)) {
            return Optional.empty();
        }
        return Optional.of(new Vmm(program(build), version, false));
    }

    /**
     * Keeps the program that a process runs, unless it is kept already.
     *
     * @param running what the process executes; to be kept when it is {@link Executable#deleted()}
     * @param version what the process says it is
     * @throws IOException if it cannot be kept, or what was kept does not start or says it is another version; then
     *     the store is as it was
     */
    public Kept keep(Executable running, QemuVersion version) throws IOException {
        Path build = directory.resolve(version.directoryName());
        if (Files.isDirectory(build)) {
            Vmm kept = new Vmm(program(build), version, false);
            requireVersion(kept.emulator(), version);
            return new Kept(kept, Files.readAllLines(build.resolve("remarks")));
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, EXECUTABLE);
        }
        TrustedPath.require(directory);
        Path staging = Files.createTempDirectory(directory, ".new-");
        try {
            List<String> remarks = fill(staging, running, version);
            Files.write(staging.resolve("remarks"), remarks);
            makePublic(staging);
            Files.move(staging, build, StandardCopyOption.ATOMIC_MOVE);
            sync(directory);
            return new Kept(new Vmm(program(build), version, false), remarks);
        } finally {
            deleteTree(staging);
        }
    }

    private List<String> fill(Path staging, Executable running, QemuVersion version) throws IOException {
        List<String> remarks = new ArrayList<>();
        Path bin = Files.createDirectories(staging.resolve("usr/bin"));
        Path program = bin.resolve(running.path().getFileName().toString());
        copyFile(running.link(), program);
        Files.setPosixFilePermissions(program, EXECUTABLE);
        Files.createSymbolicLink(bin.resolve("qemu-bundle"), Path.of("../.."));
        requireVersion(program, version);
        keepData(staging, program, remarks);
        keepModules(staging, running, version, remarks);
        return remarks;
    }

    private void requireVersion(Path program, QemuVersion expected) throws IOException {
        QemuVersion actual;
        try {
            actual = QemuVersion.parse(commands.run(ANSWER_WITHIN, program.toString(), "--version"));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "the kept QEMU " + expected + " does not run on this host any more (" + e.getMessage()
                            + "); there would be no way back to it",
                    e);
        }
        if (!actual.equals(expected)) {
            throw new IOException(program + " says it is QEMU " + actual + " but must be " + expected);
        }
    }

    /** The program itself knows where it looks for firmware and option ROMs. */
    private void keepData(Path staging, Path program, List<String> remarks) throws IOException {
        Path bundle = program.resolveSibling("qemu-bundle");
        boolean found = false;
        for (String line : commands.run(ANSWER_WITHIN, program.toString(), "-L", "help")
                .lines()
                .toList()) {
            Path wanted = Path.of(line.strip());
            if (!wanted.startsWith(bundle)) {
                continue;
            }
            String path = bundle.relativize(wanted).toString();
            Path installed = root.resolve(path);
            if (Files.isDirectory(installed)) {
                copyTree(installed, staging.resolve(path));
                found = true;
            }
        }
        remarks.add(
                found
                        ? "Firmware and option ROMs are those installed now; those of the replaced package are gone."
                        : "No firmware and option ROMs are installed; VMs cannot be started on this build.");
    }

    /** Modules load only into the very build that they were made for. */
    private void keepModules(Path staging, Executable running, QemuVersion version, List<String> remarks)
            throws IOException {
        Optional<Path> installed = installedModules();
        Path left = root.resolve("run/qemu").resolve(version.directoryName());
        Optional<Path> own = running.deleted() ? Optional.of(left).filter(Files::isDirectory) : installed;
        if (own.isEmpty()) {
            remarks.add("Its modules (some block drivers and displays) are gone: not in " + left
                    + "; a VM that needs one cannot go back to this build.");
            return;
        }
        // An uninstalled module directory leaves no trace of where it was; the usual place is a good guess then.
        Path place = installed.map(root::relativize).orElse(Path.of("usr/lib/x86_64-linux-gnu/qemu"));
        copyTree(own.get(), staging.resolve(place));
    }

    private Optional<Path> installedModules() throws IOException {
        List<Path> candidates = new ArrayList<>();
        Path lib = root.resolve("usr/lib");
        if (Files.isDirectory(lib)) {
            try (DirectoryStream<Path> multiarch = Files.newDirectoryStream(lib, "*-linux-gnu")) {
                multiarch.forEach(each -> candidates.add(each.resolve("qemu")));
            }
        }
        candidates.add(root.resolve("usr/lib64/qemu"));
        candidates.add(root.resolve("usr/lib64/qemu-kvm"));
        candidates.add(root.resolve("usr/lib/qemu"));
        for (Path candidate : candidates) {
            if (Files.isDirectory(candidate)) {
                try (DirectoryStream<Path> modules = Files.newDirectoryStream(candidate, "*.so")) {
                    if (modules.iterator().hasNext()) {
                        return Optional.of(candidate);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Path program(Path build) throws IOException {
        try (DirectoryStream<Path> programs = Files.newDirectoryStream(build.resolve("usr/bin"), "qemu-system-*")) {
            for (Path program : programs) {
                return program;
            }
        }
        throw new IOException(build + " has no QEMU in it; remove that directory");
    }

    /** Copies files and directories; a link becomes what it leads to, a link that leads nowhere is left out. */
    private static void copyTree(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                Path copy = to.resolve(entry.getFileName().toString());
                if (Files.isDirectory(entry)) {
                    copyTree(entry, copy);
                } else if (Files.isRegularFile(entry)) {
                    copyFile(entry, copy);
                }
            }
        }
    }

    private static void copyFile(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** QEMU runs as an ordinary user, who must read all of it, whatever the umask of the one who keeps it. */
    private static void makePublic(Path build) throws IOException {
        try (Stream<Path> walk = Files.walk(build)) {
            for (Path path : walk.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                boolean program = path.getParent().equals(build.resolve("usr/bin"));
                Files.setPosixFilePermissions(path, program || Files.isDirectory(path) ? EXECUTABLE : READABLE);
                sync(path);
            }
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.toList();
        }
        for (int i = paths.size() - 1; i >= 0; i--) {
            Files.delete(paths.get(i));
        }
    }
}
