// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Named pipes, which Java itself cannot make. */
public final class Fifo {
    private static final int EEXIST = 17;
    private static final int OWNER_ONLY = 0600;

    private interface LibC extends Library {
        LibC INSTANCE = Native.load("c", LibC.class);

        int mkfifo(byte[] path, int mode) throws LastErrorException;

        String strerror(int errno);
    }

    private Fifo() {}

    /**
     * Makes a FIFO.
     *
     * @param permissions as {@code ls -l} shows them, for example {@code rw-------}, whatever the umask
     * @throws FileAlreadyExistsException if there is something of that name
     */
    public static void create(Path path, String permissions) throws IOException {
        var wanted = PosixFilePermissions.fromString(permissions);
        try {
            int result = LibC.INSTANCE.mkfifo(Native.toByteArray(path.toString(), "UTF-8"), OWNER_ONLY);
            if (result != 0) {
                throw new IOException("cannot make the FIFO " + path);
            }
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EEXIST) {
                throw new FileAlreadyExistsException(path.toString());
            }
            throw new IOException("cannot make the FIFO " + path + ": " + LibC.INSTANCE.strerror(e.getErrorCode()), e);
        }
        Files.setPosixFilePermissions(path, wanted);
    }

    /**
     * Opens the writing end without waiting for a reader.
     *
     * <p>Opened for reading as well, which on Linux never blocks; nothing must be read from it. As long as it is open
     * no reader sees the end of the file.
     */
    public static FileChannel hold(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
