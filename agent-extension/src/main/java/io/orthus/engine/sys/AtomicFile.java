// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Writes files that are whole or not there, also after a crash or a power cut.
 *
 * <p>Stateless. Two writers of the same file do not disturb each other: the last one wins.
 */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Replaces the file, or makes it. On return it is on the disk; on an exception the old file is as it was.
     *
     * @param file in an existing directory
     * @param content all of the new file
     * @param permissions of the new file, whatever the umask and the old file's permissions
     */
    public static void write(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        // Created readable by the owner only; the permissions are widened when the content is complete.
        Path temporary = Files.createTempFile(
                directory, "." + file.getFileName() + ".", ".tmp", PosixFilePermissions.asFileAttribute(ownerOnly()));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer remaining = ByteBuffer.wrap(content);
                while (remaining.hasRemaining()) {
                    channel.write(remaining);
                }
                Files.setPosixFilePermissions(temporary, permissions);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncDirectory(directory);
    }

    /** As above, with text in UTF-8 and permissions as {@code ls -l} shows them, for example {@code rw-------}. */
    public static void write(Path file, String content, String permissions) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8), PosixFilePermissions.fromString(permissions));
    }

    /** Removes the file if it exists; on return its absence is on the disk. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            syncDirectory(file.toAbsolutePath().getParent());
        }
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Set<PosixFilePermission> ownerOnly() {
        return PosixFilePermissions.fromString("rw-------");
    }
}
