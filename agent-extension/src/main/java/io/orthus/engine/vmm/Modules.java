// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import io.orthus.engine.sys.Executable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modules of a build: parts of QEMU (block drivers such as rbd, displays, USB redirection) that it loads when they
 * are first used. They load only into the very build that they were made for, and a package upgrade replaces them.
 *
 * <p>QEMU looks in its module directory, then in {@code /run/qemu/} under its package's version
 * ({@code module_load} in QEMU's util/module.c); Debian's qemu-block-extra copies its own modules there before it is
 * upgraded, if that directory is mounted; the other packages copy nothing. What is in neither place can still be had
 * from the processes that have loaded it.
 */
public final class Modules {
    private static final Pattern MODULE = Pattern.compile(
            "(?:/usr/lib(?:64)?(?:/[^/]+)?/qemu(?:-kvm)?|(?:/var)?/run/qemu/[^/]+)/(?<name>[^/]+\\.so)");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private final Path root;

    /** Those of the host whose root directory is {@code root}. */
    Modules(Path root) {
        this.root = root;
    }

    /**
     * Copies what is left of a build's modules.
     *
     * @return what is not there any more, in words
     */
    Optional<String> keep(Executable running, QemuVersion version, Path build) throws IOException {
        Path left = root.resolve("run/qemu").resolve(version.directoryName());
        Optional<Path> own = running.deleted() ? Optional.of(left).filter(Files::isDirectory) : installed();
        Path place = Files.createDirectories(place(build));
        if (own.isPresent()) {
            Trees.copy(own.get(), place);
            return Optional.empty();
        }
        return Optional.of("Of its modules (some block drivers and displays) only those are kept that VMs have loaded;"
                + " the others are gone: not in " + left + ".");
    }

    /** Copies the modules that a process has mapped and the build lacks. */
    void keepLoaded(Map<Path, Path> mapped, Path build) throws IOException {
        copyLoaded(mapped, place(build));
    }

    /**
     * Copies those files that are modules and are not there yet, readable for all.
     *
     * @param mapped the files that a QEMU has mapped, see {@link io.orthus.engine.sys.Proc#mappedFiles}
     */
    public static void copyLoaded(Map<Path, Path> mapped, Path directory) throws IOException {
        for (Map.Entry<Path, Path> file : mapped.entrySet()) {
            Matcher module = MODULE.matcher(file.getKey().toString());
            if (module.matches()) {
                Path copy = directory.resolve(module.group("name"));
                if (Files.notExists(copy)) {
                    Path partial = copy.resolveSibling("." + module.group("name"));
                    Trees.copyFile(file.getValue(), partial);
                    Files.setPosixFilePermissions(partial, READABLE);
                    Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    /** An uninstalled module directory leaves no trace of where it was; the usual place is a good guess then. */
    private Path place(Path build) throws IOException {
        return build.resolve(installed().map(root::relativize).orElse(Path.of("usr/lib/x86_64-linux-gnu/qemu")));
    }

    private Optional<Path> installed() throws IOException {
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
}
