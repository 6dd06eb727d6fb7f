// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpioArchiveTest {
    @Test
    void everyEntryBeginsAtAMultipleOfFour() {
        String archive = text(
                new CpioArchive().directory("d").file("d/file", bytes("12345")).finish());

        // A header is 110 characters, then the name with its NUL.
        assertThat(archive).startsWith("070701").hasSize(112 + 120 + 8 + 124);
        assertThat(archive.substring(110, 112)).isEqualTo("d\0");
        assertThat(archive.substring(112, 118)).isEqualTo("070701");
        assertThat(archive.substring(112 + 110, 112 + 116)).isEqualTo("d/file");
        assertThat(archive.substring(232, 237)).isEqualTo("12345");
        assertThat(archive.substring(240, 246)).isEqualTo("070701");
        assertThat(archive).contains("TRAILER!!!");
    }

    @Test
    void itSaysWhatIsADirectoryAndHowLongAFileIs() {
        String archive =
                text(new CpioArchive().directory("d").file("f", bytes("12345")).finish());

        assertThat(archive.substring(14, 22)).isEqualTo("000041ed");
        assertThat(archive.substring(112 + 14, 112 + 22)).isEqualTo("000081ed");
        assertThat(archive.substring(112 + 54, 112 + 62)).isEqualTo("00000005");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
