// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeCommandTest {
    @Test
    void takesVariablesAndArgumentsApart() throws IOException {
        NativeCommand command = NativeCommand.parse("LC_ALL=C HOME='/var/lib/lib virt' EMPTY='' "
                + "/usr/bin/qemu-system-x86_64 -name 'guest=i-2-3-VM,debug-threads=on' -S "
                + "-object '{\"qom-type\":\"secret\",\"id\":\"masterKey0\"}' -append LC_ALL=C '' -x a'b c'd\n");

        assertThat(command.environment())
                .containsExactly(entry("LC_ALL", "C"), entry("HOME", "/var/lib/lib virt"), entry("EMPTY", ""));
        assertThat(command.argv())
                .containsExactly(
                        "/usr/bin/qemu-system-x86_64",
                        "-name",
                        "guest=i-2-3-VM,debug-threads=on",
                        "-S",
                        "-object",
                        "{\"qom-type\":\"secret\",\"id\":\"masterKey0\"}",
                        "-append",
                        "LC_ALL=C",
                        "",
                        "-x",
                        "ab cd");
    }

    @Test
    void anApostropheIsWrittenInThreeParts() throws IOException {
        assertThat(NativeCommand.parse("/q 'it'\\''s' ''\\'''").argv()).containsExactly("/q", "it's", "'");
    }

    @Test
    void nothingElseHasAMeaning() throws IOException {
        assertThat(NativeCommand.parse("/q '$HOME' '`id`' '\"x\"' '\\n' '*' '%d' 'a\nb'")
                        .argv())
                .containsExactly("/q", "$HOME", "`id`", "\"x\"", "\\n", "*", "%d", "a\nb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LC_ALL=C", "qemu -S", "/q 'open"})
    void refusesWhatLibvirtWouldNotWrite(String line) {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> NativeCommand.parse(line));
    }
}
