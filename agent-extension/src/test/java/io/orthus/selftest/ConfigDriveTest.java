// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Read as ECMA-119 says that a CD is to be read; that Linux reads it too is seen by the integration test. */
class ConfigDriveTest {
    private static final int SECTOR = 2048;

    private final ByteBuffer cd =
            ByteBuffer.wrap(ConfigDrive.of("ORTHUS.CONF", "name=x\n")).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void theVolumeSaysHowLargeItIs() {
        assertThat(cd.get(16 * SECTOR)).isEqualTo((byte) 1);
        assertThat(text(16 * SECTOR + 1, 5)).isEqualTo("CD001");
        assertThat(cd.getInt(16 * SECTOR + 80)).isEqualTo(cd.capacity() / SECTOR);
        assertThat(cd.order(ByteOrder.BIG_ENDIAN).getInt(16 * SECTOR + 84)).isEqualTo(cd.capacity() / SECTOR);
        assertThat(cd.order(ByteOrder.LITTLE_ENDIAN).getShort(16 * SECTOR + 128))
                .isEqualTo((short) SECTOR);
        assertThat(cd.get(17 * SECTOR)).isEqualTo((byte) 255);
    }

    @Test
    void theRootDirectoryHasTheFile() {
        int root = cd.getInt(16 * SECTOR + 156 + 2) * SECTOR;
        int self = cd.get(root);
        int parent = cd.get(root + self);
        int entry = root + self + parent;

        assertThat(self).isEqualTo(34);
        assertThat(cd.get(root + 25)).as("it is a directory").isEqualTo((byte) 2);
        assertThat(text(entry + 33, cd.get(entry + 32))).isEqualTo("ORTHUS.CONF;1");
        assertThat(cd.get(entry + 25)).as("it is a file").isEqualTo((byte) 0);
        assertThat(text(cd.getInt(entry + 2) * SECTOR, cd.getInt(entry + 10))).isEqualTo("name=x\n");
    }

    @Test
    void theVolumeEndsWhereTheStandardSays() {
        // The version of the structure of files, after the fields that are texts and dates.
        assertThat(cd.get(16 * SECTOR + 881)).isEqualTo((byte) 1);
        assertThat(cd.get(16 * SECTOR + 882)).isEqualTo((byte) 0);
    }

    @Test
    void aFileThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> ConfigDrive.of("X", "x".repeat(30_000))).hasMessageContaining("30000 bytes");
    }

    private String text(int at, int length) {
        byte[] bytes = new byte[length];
        cd.get(at, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
