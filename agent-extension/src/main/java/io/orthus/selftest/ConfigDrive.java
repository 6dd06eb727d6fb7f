// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a CD with one small file in its root directory: ISO 9660 (ECMA-119) without extensions, as a config drive has
 * a file or two. So no program that makes CDs has to be on the host. Stateless.
 */
final class ConfigDrive {
    private static final int SECTOR = 2048;
    private static final int DESCRIPTOR = 16;
    private static final int END_OF_DESCRIPTORS = 17;
    private static final int PATH_TABLE = 18;
    private static final int PATH_TABLE_BIG_ENDIAN = 19;
    private static final int ROOT = 20;
    private static final int FILE = 21;
    private static final int SECTORS = 32;
    /** Of the table of paths, which has the root directory only. */
    private static final int PATH_TABLE_SIZE = 10;

    private static final int DIRECTORY = 2;

    private ConfigDrive() {}

    /**
     * The bytes of the CD.
     *
     * @param name of the file, upper case, as {@code ORTHUS.CONF}; Linux shows it in lower case
     * @param content of the file, ASCII, at most 20 KiB
     */
    static byte[] of(String name, String content) {
        byte[] file = content.getBytes(StandardCharsets.US_ASCII);
        if (file.length > (SECTORS - FILE) * SECTOR) {
            throw new IllegalArgumentException("a file of " + file.length + " bytes does not fit");
        }
        ByteBuffer cd = ByteBuffer.allocate(SECTORS * SECTOR);
        volume(cd);
        cd.position(END_OF_DESCRIPTORS * SECTOR);
        cd.put((byte) 255).put(text("CD001", 5)).put((byte) 1);
        pathTable(cd, PATH_TABLE, ByteOrder.LITTLE_ENDIAN);
        pathTable(cd, PATH_TABLE_BIG_ENDIAN, ByteOrder.BIG_ENDIAN);
        cd.position(ROOT * SECTOR);
        // The directory itself, the one above it, then what is in it.
        entry(cd, ROOT, SECTOR, DIRECTORY, new byte[] {0});
        entry(cd, ROOT, SECTOR, DIRECTORY, new byte[] {1});
        entry(cd, FILE, file.length, 0, (name + ";1").getBytes(StandardCharsets.US_ASCII));
        cd.position(FILE * SECTOR);
        cd.put(file);
        return cd.array();
    }

    /** ECMA-119, 8.4. */
    private static void volume(ByteBuffer cd) {
        cd.position(DESCRIPTOR * SECTOR);
        cd.put((byte) 1).put(text("CD001", 5)).put((byte) 1).put((byte) 0);
        cd.put(text("LINUX", 32)).put(text("CONFIG-2", 32)).position(DESCRIPTOR * SECTOR + 80);
        both32(cd, SECTORS);
        cd.position(DESCRIPTOR * SECTOR + 120);
        both16(cd, 1);
        both16(cd, 1);
        both16(cd, SECTOR);
        both32(cd, PATH_TABLE_SIZE);
        cd.order(ByteOrder.LITTLE_ENDIAN).putInt(PATH_TABLE).putInt(0);
        cd.order(ByteOrder.BIG_ENDIAN).putInt(PATH_TABLE_BIG_ENDIAN).putInt(0);
        entry(cd, ROOT, SECTOR, DIRECTORY, new byte[] {0});
        // Names of people and files, which there are none, up to the dates.
        cd.put(text("", 128 * 4 + 37 * 3));
        for (int date = 0; date < 4; date++) {
            cd.put("0".repeat(16).getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        }
        cd.put((byte) 1);
    }

    /** ECMA-119, 9.4. */
    private static void pathTable(ByteBuffer cd, int sector, ByteOrder order) {
        cd.position(sector * SECTOR);
        cd.put((byte) 1).put((byte) 0).order(order).putInt(ROOT).putShort((short) 1);
    }

    /** ECMA-119, 9.1; without a date. */
    private static void entry(ByteBuffer cd, int sector, int size, int flags, byte[] name) {
        int padding = 1 - name.length % 2;
        cd.put((byte) (33 + name.length + padding)).put((byte) 0);
        both32(cd, sector);
        both32(cd, size);
        cd.put(new byte[7]).put((byte) flags).put((byte) 0).put((byte) 0);
        both16(cd, 1);
        cd.put((byte) name.length).put(name).put(new byte[padding]);
    }

    private static void both16(ByteBuffer cd, int value) {
        cd.order(ByteOrder.LITTLE_ENDIAN).putShort((short) value);
        cd.order(ByteOrder.BIG_ENDIAN).putShort((short) value);
    }

    private static void both32(ByteBuffer cd, int value) {
        cd.order(ByteOrder.LITTLE_ENDIAN).putInt(value);
        cd.order(ByteOrder.BIG_ENDIAN).putInt(value);
    }

    private static byte[] text(String text, int length) {
        return (text + " ".repeat(length - text.length())).getBytes(StandardCharsets.US_ASCII);
    }
}
