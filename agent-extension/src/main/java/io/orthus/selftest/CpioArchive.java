// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Builds a cpio archive of the form "newc", which is what the kernel unpacks as its initramfs (the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst). Everything in it is root's. Not thread-safe.
 */
final class CpioArchive {
    private static final int DIRECTORY = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int ALIGNMENT = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int inode;

    /** Adds a directory; {@code path} is relative. */
    CpioArchive directory(String path) {
        return add(path, DIRECTORY, new byte[0]);
    }

    /** Adds a file that may be executed. */
    CpioArchive file(String path, byte[] content) {
        return add(path, PROGRAM, content);
    }

    /** The archive. Nothing can be added after this. */
    byte[] finish() {
        add("TRAILER!!!", 0, new byte[0]);
        return bytes.toByteArray();
    }

    private CpioArchive add(String path, int mode, byte[] content) {
        byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
        StringBuilder header = new StringBuilder("070701");
        // inode, mode, owner, group, links, time, size, device of the file and of the node (two each), name, no
        // checksum
        for (int field : new int[] {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0}) {
            header.append("%08x".formatted(field));
        }
        bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(name);
        align();
        bytes.writeBytes(content);
        align();
        return this;
    }

    private void align() {
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(0);
        }
    }
}
