// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The bytes of a kernel module, whose file distributions and DKMS compress, as insmod(8) reads it: by xz and zstd, told
 * by the first bytes, not by the name. Stateless.
 */
public final class ModuleFile {
    /** Far more than a KVM with all its debugging information. */
    private static final int MAX_SIZE = 512 << 20;

    /** The program that decompresses a file that begins with this, a character for each byte. */
    private static final Map<String, String> DECOMPRESSORS = Map.of("\u00fd7zXZ\0", "xz", "(\u00b5/\u00fd", "zstd");

    private ModuleFile() {}

    /**
     * All of a module, decompressed.
     *
     * @param file that nobody but root can change
     * @throws IOException if it cannot be read, or what decompresses it is not installed
     * @throws MalformedModuleException if it is too large, or damaged so that it cannot be decompressed
     */
    public static byte[] read(Path file) throws IOException, MalformedModuleException {
        Optional<String> program;
        try (InputStream stream = Files.newInputStream(file)) {
            String head = new String(stream.readNBytes(8), StandardCharsets.ISO_8859_1);
            program = DECOMPRESSORS.keySet().stream()
                    .filter(head::startsWith)
                    .map(DECOMPRESSORS::get)
                    .findFirst();
        }
        if (program.isPresent()) {
            return decompress(program.get(), file);
        }
        if (Files.size(file) > MAX_SIZE) {
            throw tooLarge();
        }
        return Files.readAllBytes(file);
    }

    private static byte[] decompress(String program, Path file) throws IOException, MalformedModuleException {
        Process process;
        try {
            process = new ProcessBuilder(program, "--decompress", "--stdout", "--quiet", "--", file.toString())
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IOException(file + " is compressed, and '" + program + "' to decompress it is not installed", e);
        }
        try (InputStream output = process.getInputStream()) {
            // It ends: it reads a file and is heard to the end, or killed.
            byte[] bytes = output.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw tooLarge();
            }
            if (process.waitFor() != 0) {
                throw new MalformedModuleException(
                        "it is truncated or damaged, '" + program + "' cannot decompress it");
            }
            return bytes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " decompresses " + file, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static MalformedModuleException tooLarge() {
        return new MalformedModuleException("it is too large");
    }
}
