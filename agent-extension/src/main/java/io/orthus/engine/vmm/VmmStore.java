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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps aside builds of QEMU that the package manager has replaced while VMs run on them, so that there is a way back.
 *
 * <p>A build is a directory that looks like the root of a file system, the program where it was installed and what
 * belongs to it. Next to the program is a link {@code qemu-bundle} to the top of the directory: QEMU then looks for its
 * modules and data below it instead of below {@code /usr}. At the top a link {@code program} leads to the program.
 * Whoever starts such a build where AppArmor confines QEMU must allow this directory there.
 *
 * <p>The program itself can always be saved as long as a process runs it, and so can the modules that the process has
 * loaded. Its data comes from what is installed now. What cannot be saved is told in words, see {@link Kept#remarks}.
 * Shared libraries are the host's; a build that does not start with them is not kept.
 *
 * <p>Thread-safe against other users of the same directory: a build appears whole or not at all.
 */
public final class VmmStore {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    /** How the name of a directory begins that is not a build yet, or not any more. */
    private static final String PARTIAL = ".partial-";

    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path directory;
    private final Path root;
    private final Modules modules;
    private final Commands commands;

    /** The store in a directory, which is made when the first build is kept. Its path must be root's alone. */
    public VmmStore(Path directory, Commands commands) {
        this(directory, Path.of("/"), commands);
    }

    /** As above; {@code root} stands for the root directory of the host. */
    VmmStore(Path directory, Path root, Commands commands) {
        this.directory = directory;
        this.root = root;
        this.modules = new Modules(root);
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

    /** Where a program is, or was, installed: the same path unless it is one of the store. */
    public Path installedPath(Path emulator) {
        if (!emulator.startsWith(directory)) {
            return emulator;
        }
        Path build = directory.resolve(directory.relativize(emulator).getName(0));
        return Path.of("/").resolve(build.relativize(emulator));
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
     * Keeps the program that a process runs, unless it is kept already, and the modules that it has loaded. To be called
     * for each process, because each may have loaded others.
     *
     * @param running what the process executes; to be kept when it is {@link Executable#deleted()}
     * @param mapped the files that it has mapped, see {@link io.orthus.engine.sys.Proc#mappedFiles}
     * @param version what the process says it is
     * @throws IOException if it cannot be kept, or what was kept does not start or says it is another version; then
     *     the store is as it was
     */
    public Kept keep(Executable running, Map<Path, Path> mapped, QemuVersion version) throws IOException {
        Path build = directory.resolve(version.directoryName());
        if (Files.isDirectory(build)) {
            Vmm kept = new Vmm(program(build), version, false);
            requireVersion(kept.emulator(), version);
            modules.keepLoaded(mapped, build);
            return new Kept(kept, Files.readAllLines(build.resolve("remarks")));
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, EXECUTABLE);
        }
        TrustedPath.require(directory);
        Path staging = Files.createTempDirectory(directory, PARTIAL);
        try {
            List<String> remarks = fill(staging, running, mapped, version);
            Files.write(staging.resolve("remarks"), remarks);
            makePublic(staging);
            Files.move(staging, build, StandardCopyOption.ATOMIC_MOVE);
            sync(directory);
            return new Kept(new Vmm(program(build), version, false), remarks);
        } finally {
            Trees.delete(staging);
        }
    }

    private List<String> fill(Path staging, Executable running, Map<Path, Path> mapped, QemuVersion version)
            throws IOException {
        List<String> remarks = new ArrayList<>();
        Path place = Path.of("/").relativize(running.path());
        Path program = staging.resolve(place);
        Path bin = Files.createDirectories(program.getParent());
        Trees.copyFile(running.link(), program);
        Files.setPosixFilePermissions(program, EXECUTABLE);
        Files.createSymbolicLink(bin.resolve("qemu-bundle"), bin.relativize(staging));
        Files.createSymbolicLink(staging.resolve("program"), place);
        requireVersion(program, version);
        keepData(staging, program, remarks);
        modules.keep(running, version, staging).ifPresent(remarks::add);
        modules.keepLoaded(mapped, staging);
        return remarks;
    }

    /**
     * Removes all builds but these, and what an interrupted {@link #keep} left. Nobody may be keeping one meanwhile.
     *
     * @return the names of the builds that were removed
     */
    public List<String> retainOnly(Set<QemuVersion> needed) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        Set<String> names = needed.stream().map(QemuVersion::directoryName).collect(Collectors.toSet());
        List<String> removed = new ArrayList<>();
        try (DirectoryStream<Path> builds = Files.newDirectoryStream(directory)) {
            for (Path build : builds) {
                String name = build.getFileName().toString();
                if (!names.contains(name)) {
                    // Renamed first: nobody must find half of it.
                    Trees.delete(Files.move(build, directory.resolve(PARTIAL + name), StandardCopyOption.ATOMIC_MOVE));
                    if (!name.startsWith(PARTIAL)) {
                        removed.add(name);
                    }
                }
            }
        }
        return removed;
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
                Trees.copy(installed, staging.resolve(path));
                found = true;
            }
        }
        remarks.add(
                found
                        ? "Firmware and option ROMs are those installed now; those of the replaced package are gone."
                        : "No firmware and option ROMs are installed; VMs cannot be started on this build.");
    }

    private static Path program(Path build) throws IOException {
        try {
            return build.resolve(Files.readSymbolicLink(build.resolve("program")));
        } catch (NoSuchFileException e) {
            throw new IOException(build + " has no QEMU in it; remove that directory", e);
        }
    }

    /** QEMU runs as an ordinary user, who must read all of it, whatever the umask of the one who keeps it. */
    private static void makePublic(Path build) throws IOException {
        try (Stream<Path> walk = Files.walk(build)) {
            for (Path path : walk.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                boolean program = path.equals(program(build));
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
}
