// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void takesItApartAndPutsItTogether() {
        List<String> argv =
                List.of("/usr/bin/qemu", "-S", "-name", "-strange-", "-no-shutdown", "-msg", "timestamp=on");
        CommandLine line = CommandLine.parse(argv);

        assertThat(line.options()).hasSize(4);
        assertThat(line.values("name")).containsExactly("-strange-");
        assertThat(line.toArgv()).isEqualTo(argv);
    }

    @Test
    void twoHyphensAreOne() {
        assertThat(CommandLine.parse(List.of("q", "--machine", "pc")).toArgv()).containsExactly("q", "-machine", "pc");
    }

    @Test
    void theLastWordOfTheMachineCounts() {
        CommandLine line =
                CommandLine.parse(List.of("q", "-machine", "pc,aux-ram-share=off", "-machine", "aux-ram-share=on"));

        assertThat(line.machineHas("aux-ram-share", "on")).isTrue();
        assertThat(line.machineHas("aux-ram-share", "off")).isFalse();
        assertThat(line.machineHas("hpet", "off")).isFalse();
    }

    @Test
    void refusesWhatQemuWouldRefuse() {
        assertThatThrownBy(() -> CommandLine.parse(List.of())).hasMessageContaining("empty");
        assertThatThrownBy(() -> CommandLine.parse(List.of("q", "disk.img"))).hasMessageContaining("position 1");
        assertThatThrownBy(() -> CommandLine.parse(List.of("q", "-S", "-"))).hasMessageContaining("position 2");
        assertThatThrownBy(() -> CommandLine.parse(List.of("q", "-machine"))).hasMessageContaining("has no value");
    }
}
