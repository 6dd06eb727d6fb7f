// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import io.orthus.engine.sys.TrustedPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file of a KVM instance, as its own description ({@code modinfo}) has it.
 *
 * @param file without symbolic links, and root's alone; may be compressed
 * @param instance which KVM it becomes
 * @param release the kernel that it was built for, as {@code uname -r}
 * @param vendor of the processor that it was built for, as {@link Processor#vendor}
 * @param source the kernel source package that it was built from
 * @param changes how many changes were applied to that source, and their digest
 * @param compiler that built it
 * @param signed whether a signature is appended; whether that is valid the kernel finds out
 * @param buildIdNote the note with its build id, as a loaded module shows it in sysfs; empty if it has none
 */
public record KvmModule(
        Path file,
        KvmInstance instance,
        String release,
        String vendor,
        String source,
        String changes,
        String compiler,
        boolean signed,
        Optional<byte[]> buildIdNote) {

    /** What the kernel looks for at the very end; see Documentation/admin-guide/module-signing.rst. */
    private static final byte[] SIGNATURE = "~Module signature appended~\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * Reads a module.
     *
     * @throws IOException if it is missing, could be changed by others than root, or is no KVM instance; one sentence
     *     that names the file
     */
    public static KvmModule read(Path path) throws IOException {
        if (!path.isAbsolute()) {
            throw new IOException("'" + path + "' is not an absolute path");
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no module at " + path);
        }
        Path file = TrustedPath.require(path);
        try {
            return parse(file, ModuleFile.read(file));
        } catch (MalformedModuleException e) {
            throw new IOException(path + " is no KVM instance: " + e.getMessage(), e);
        }
    }

    static KvmModule parse(Path file, byte[] bytes) throws MalformedModuleException {
        ElfFile elf = ElfFile.parse(bytes);
        elf.requireWhole();
        Map<String, String> info = info(
                elf.section(".modinfo").orElseThrow(() -> new MalformedModuleException("it does not describe itself")));
        String name = get(info, "name");
        get(info, "orthus_instance");
        if (!name.matches("kvm_[a-z]")) {
            throw new MalformedModuleException("'%s' is no name of one".formatted(name));
        }
        String release = get(info, "vermagic").split(" ", 2)[0];
        return new KvmModule(
                file,
                new KvmInstance(name, get(info, "version"), Optional.of(file)),
                release,
                get(info, "orthus_vendor"),
                get(info, "orthus_source"),
                get(info, "orthus_changes"),
                get(info, "orthus_compiler"),
                endsWith(bytes, SIGNATURE),
                elf.section(".note.gnu.build-id"));
    }

    /** Texts of the form key=value, each ended by a NUL or several; of a key given twice the first counts. */
    private static Map<String, String> info(byte[] section) {
        Map<String, String> info = new HashMap<>();
        for (String entry : new String(section, StandardCharsets.UTF_8).split("\0+", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                info.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return info;
    }

    private static String get(Map<String, String> info, String key) throws MalformedModuleException {
        String value = info.get(key);
        if (value == null || value.isBlank()) {
            throw new MalformedModuleException("its description has no '" + key + "'");
        }
        return value;
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        return bytes.length >= end.length
                && Arrays.equals(bytes, bytes.length - end.length, bytes.length, end, 0, end.length);
    }
}
