// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import io.orthus.engine.libvirt.Xml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/**
 * What libvirt has found out about QEMU programs. It keeps one file for each program, named by the SHA-256 sum of the
 * program's path.
 */
public final class CapabilityCache {
    /** Where the system's libvirt keeps it. */
    public static final Path DIRECTORY = Path.of("/var/cache/libvirt/qemu/capabilities");

    private final Path directory;

    public CapabilityCache(Path directory) {
        this.directory = directory;
    }

    /**
     * Names of the capabilities of a program, in libvirt's order.
     *
     * @param emulator the very path by which libvirt was asked to look at it
     * @throws IOException if libvirt has not looked at it, or not since it was last changed
     */
    public List<String> flags(Path emulator) throws IOException {
        Path file = directory.resolve(sha256(emulator.toString()) + ".xml");
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("libvirt does not know the capabilities of " + emulator + " (no " + file + ")", e);
        }
        Element root = Xml.parse(bytes, file.toString()).getDocumentElement();
        if (!Xml.text(root, "emulator").equals(emulator.toString())) {
            throw new IOException(file + " is not about " + emulator + " but " + Xml.text(root, "emulator"));
        }
        long changed = ((FileTime) Files.getAttribute(emulator, "unix:ctime")).toMillis() / 1000;
        if (Long.parseLong(Xml.text(root, "qemuctime")) != changed) {
            throw new IOException("what libvirt knows about " + emulator + " is older than the program; ask libvirt for"
                    + " its capabilities again (virsh domcapabilities --emulatorbin " + emulator + ")");
        }
        List<String> flags = Xml.children(root, "flag").stream()
                .flatMap(flag -> Stream.ofNullable(flag.getAttribute("name")))
                .filter(name -> !name.isEmpty())
                .toList();
        if (flags.isEmpty()) {
            throw new IOException(file + " has no capabilities in it");
        }
        return flags;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
