// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes files like kernel modules: an ELF header, three sections with contents, one without, and their table. */
final class ModuleBytes {
    static final byte[] BUILD_ID = {4, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 0x12, 0x34};

    private final Map<String, String> info = new LinkedHashMap<>();
    private byte[] buildId = BUILD_ID;
    private String appended = "";

    /** That of an instance for {@link FakeHost}. */
    static ModuleBytes ofInstance(String letter) {
        ModuleBytes module = new ModuleBytes();
        module.info.put("license", "GPL");
        module.info.put("version", "6.12.107-1");
        module.info.put("orthus_instance", letter);
        module.info.put("orthus_vendor", "amd");
        module.info.put("orthus_source", "linux-source-6.12 6.12.107-1");
        module.info.put("orthus_changes", "56 abcdef");
        module.info.put("orthus_compiler", "gcc 14.2.0");
        module.info.put("name", "kvm_" + letter);
        module.info.put("vermagic", FakeHost.RELEASE + " SMP preempt mod_unload modversions ");
        return module;
    }

    /** With another value, or without that entry if it is {@code null}. */
    ModuleBytes with(String key, String value) {
        if (value == null) {
            info.remove(key);
        } else {
            info.put(key, value);
        }
        return this;
    }

    ModuleBytes buildId(byte... note) {
        buildId = note;
        return this;
    }

    ModuleBytes signed() {
        appended = "pkcs7~Module signature appended~\n";
        return this;
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder();
        info.forEach((key, value) -> text.append(key).append('=').append(value).append("\0\0"));
        byte[] modinfo = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] names = "\0.modinfo\0.note.gnu.build-id\0.bss\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        int modinfoAt = 64;
        int buildIdAt = modinfoAt + modinfo.length;
        int namesAt = buildIdAt + buildId.length;
        int tableAt = namesAt + names.length;
        file.writeBytes(header(tableAt));
        file.writeBytes(modinfo);
        file.writeBytes(buildId);
        file.writeBytes(names);
        file.writeBytes(section(0, 0, 0, 0));
        file.writeBytes(section(1, 1, modinfoAt, modinfo.length));
        file.writeBytes(section(10, 7, buildIdAt, buildId.length));
        // No bytes in the file, however large it is in memory.
        file.writeBytes(section(29, 8, namesAt, 1 << 30));
        file.writeBytes(section(34, 3, namesAt, names.length));
        file.writeBytes(appended.getBytes(StandardCharsets.US_ASCII));
        return file.toByteArray();
    }

    private static byte[] header(long tableAt) {
        return little(64)
                .put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .position(16)
                .putShort((short) 1)
                .putShort((short) 62)
                .putInt(1)
                .putLong(40, tableAt)
                .putShort(58, (short) 64)
                .putShort(60, (short) 5)
                .putShort(62, (short) 4)
                .array();
    }

    private static byte[] section(int name, int type, long offset, long size) {
        return little(64)
                .putInt(0, name)
                .putInt(4, type)
                .putLong(24, offset)
                .putLong(32, size)
                .array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
