// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The sections of a relocatable ELF file for x86-64, as kernel modules are; see elf(5). Reads nothing outside of the
 * file whatever the file says.
 */
final class ElfFile {
    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little-endian */, 1 /* version */};
    private static final int RELOCATABLE = 1;
    private static final int X86_64 = 62;
    private static final int HEADER_SIZE = 64;
    private static final int SECTION_HEADER_SIZE = 64;
    /** A section that has no bytes in the file. */
    private static final int NOBITS = 8;

    private final ByteBuffer file;
    private final int tableOffset;
    private final int count;
    private final int namesIndex;

    private ElfFile(ByteBuffer file, int tableOffset, int count, int namesIndex) {
        this.file = file;
        this.tableOffset = tableOffset;
        this.count = count;
        this.namesIndex = namesIndex;
    }

    /**
     * Looks at a file's header.
     *
     * @param bytes all of the file
     * @throws MalformedModuleException if it is no such file, or ends too early
     */
    static ElfFile parse(byte[] bytes) throws MalformedModuleException {
        if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new MalformedModuleException("it is no 64-bit ELF file");
        }
        if (bytes.length < HEADER_SIZE) {
            throw truncated();
        }
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getShort(16) != RELOCATABLE || file.getShort(18) != X86_64) {
            throw new MalformedModuleException("it is no module for x86-64");
        }
        long offset = file.getLong(40);
        int count = Short.toUnsignedInt(file.getShort(60));
        if (Short.toUnsignedInt(file.getShort(58)) != SECTION_HEADER_SIZE || count == 0) {
            throw new MalformedModuleException("it has no table of sections");
        }
        if (offset < 0 || offset > bytes.length - (long) count * SECTION_HEADER_SIZE) {
            throw truncated();
        }
        return new ElfFile(file, (int) offset, count, Short.toUnsignedInt(file.getShort(62)));
    }

    /**
     * The contents of a section; empty if there is none of that name.
     *
     * @throws MalformedModuleException if it, or the table of names, is not wholly in the file
     */
    Optional<byte[]> section(String name) throws MalformedModuleException {
        if (namesIndex >= count) {
            throw new MalformedModuleException("it has no names of sections");
        }
        byte[] names = contents(namesIndex);
        for (int i = 0; i < count; i++) {
            if (name.equals(text(names, Integer.toUnsignedLong(file.getInt(header(i)))))) {
                return Optional.of(contents(i));
            }
        }
        return Optional.empty();
    }

    /**
     * Sees that nothing of the file is missing.
     *
     * @throws MalformedModuleException if a section reaches beyond its end
     */
    void requireWhole() throws MalformedModuleException {
        for (int i = 0; i < count; i++) {
            range(i);
        }
    }

    private int header(int index) {
        return tableOffset + index * SECTION_HEADER_SIZE;
    }

    private byte[] contents(int index) throws MalformedModuleException {
        int size = range(index);
        byte[] contents = new byte[size];
        try {
            file.get((int) file.getLong(header(index) + 24), contents);
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw truncated();
        }
        return contents;
    }

    /** The size of a section's contents, which are in the file. */
    private int range(int index) throws MalformedModuleException {
        if (file.getInt(header(index) + 4) == NOBITS) {
            return 0;
        }
        long offset = file.getLong(header(index) + 24);
        long size = file.getLong(header(index) + 32);
        if (offset < 0 || size < 0 || offset > file.limit() || size > file.limit() - offset) {
            throw truncated();
        }
        return (int) size;
    }

    private static String text(byte[] names, long offset) throws MalformedModuleException {
        if (offset >= names.length) {
            throw new MalformedModuleException("a section has no name");
        }
        int start = (int) offset;
        int end = start;
        while (end < names.length && names[end] != 0) {
            end++;
        }
        return new String(names, start, end - start, StandardCharsets.UTF_8);
    }

    private static MalformedModuleException truncated() {
        return new MalformedModuleException("it is truncated");
    }
}
