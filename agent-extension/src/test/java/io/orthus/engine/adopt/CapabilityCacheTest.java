// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.libvirt.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilityCacheTest {

    private static final String PROBED = "/opt/qemu-11.1/usr/bin/qemu-system-x86_64";
    private static final String FILE = "18f220ee3bec1dbf19f4d09a3b2637fd40ef13920b1857085b036cb181d6742d.xml";

    @TempDir
    Path directory;

    private Path emulator;
    private String text;

    @BeforeEach
    void makeEmulator() throws IOException {
        emulator = Files.writeString(directory.resolve("qemu"), "");
        try (InputStream stream = CapabilityCacheTest.class.getResourceAsStream(FILE)) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        text = text.replace(PROBED, emulator.toString())
                .replaceFirst("<qemuctime>\\d+", "<qemuctime>" + changed(emulator));
    }

    @Test
    void readsTheFlagsInOrder() throws Exception {
        Files.writeString(file(), text);

        assertThat(new CapabilityCache(directory).flags(emulator))
                .hasSize(Xml.children(
                                Xml.parse(text.getBytes(StandardCharsets.UTF_8), "cache")
                                        .getDocumentElement(),
                                "flag")
                        .size())
                .startsWith("sdl", "hda-duplex")
                .contains("migrate-incoming.exit-on-error");
    }

    @Test
    void libvirtNamesTheFileByThePath() throws Exception {
        assertThat(name(PROBED)).isEqualTo(FILE);
    }

    @Test
    void aProgramThatLibvirtDoesNotKnow() {
        assertThatThrownBy(() -> new CapabilityCache(directory).flags(emulator))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("libvirt does not know the capabilities of " + emulator);
    }

    @Test
    void aProgramThatWasReplacedSince() throws Exception {
        Files.writeString(file(), text.replaceFirst("<qemuctime>\\d", "<qemuctime>9"));

        assertThatThrownBy(() -> new CapabilityCache(directory).flags(emulator))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is older than the program");
    }

    @Test
    void aFileAboutAnotherProgram() throws Exception {
        Files.writeString(file(), text.replace(emulator.toString(), PROBED));

        assertThatThrownBy(() -> new CapabilityCache(directory).flags(emulator))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not about");
    }

    @Test
    void aFileWithoutFlags() throws Exception {
        Files.writeString(file(), text.replaceAll("<flag name='[^']*'/>", ""));

        assertThatThrownBy(() -> new CapabilityCache(directory).flags(emulator))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no capabilities");
    }

    private Path file() throws Exception {
        return directory.resolve(name(emulator.toString()));
    }

    private static String name(String path) throws Exception {
        return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8)))
                + ".xml";
    }

    private static long changed(Path file) throws IOException {
        return ((FileTime) Files.getAttribute(file, "unix:ctime")).toMillis() / 1000;
    }
}
