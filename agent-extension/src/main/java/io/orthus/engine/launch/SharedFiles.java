// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import io.orthus.engine.sys.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds files that a process has mapped shared and that another process can open by name. */
public final class SharedFiles {
    private SharedFiles() {}

    /**
     * The paths of shared mappings that lead to the mapped file and not to another one of the same name.
     *
     * @param mappings of the process
     * @param root the root directory of the process, {@code /proc/PID/root}
     */
    public static Set<Path> of(List<Mapping> mappings, Path root) throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        for (Mapping mapping : mappings) {
            if (mapping.shared()) {
                Path path = Path.of(mapping.path());
                // The device number is not compared: an overlay or btrfs shows another one in maps than in stat(2).
                if (inode(root.resolve(Path.of("/").relativize(path))) == mapping.inode()) {
                    files.add(path);
                }
            }
        }
        return files;
    }

    /** -1 if there is no such file. */
    private static long inode(Path path) throws IOException {
        try {
            return (Long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }
}
