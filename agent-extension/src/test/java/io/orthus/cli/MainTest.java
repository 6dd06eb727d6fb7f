// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "frobnicate",
                "upgrade --nonsense",
                "upgrade --batch many",
                "upgrade --batch 0",
                "upgrade --batch 99999999999",
                "upgrade --canaries -1",
                "upgrade --max-pause 1",
                "upgrade --copy-timeout 0",
                "rollback --parallel 0",
                "rollback --target /x",
                "inventory --target /x",
                "status vm1",
                "upgrade --batch @/etc/passwd",
                "selftest",
                "selftest --target /x --max-pause 1",
                "selftest --json --target /x",
            })
    void badInputIsOneLineAndExitCode2(String line) {
        int code = line.isEmpty() ? run() : run(line.split(" "));

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("orthus: ").hasLineCount(1);
    }

    @Test
    void whatIsPrintedBackDoesNotReachTheTerminalAsItIs() {
        assertThat(run("upgrade", "--batch", "\u001b[2J\nx")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).doesNotContain("\u001b").hasLineCount(1);
    }

    @Test
    void helpAndVersion() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("inventory", "preflight", "upgrade", "rollback", "status", "recover", "selftest")
                .doesNotContain("generate-completion");
        assertThat(run("upgrade", "--help")).isZero();
        assertThat(out.toString()).contains("--max-pause", "--target", "--json");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("orthus ");
    }

    @Test
    void everyOptionIsDescribed() {
        CommandLine command = Main.commandLine();
        assertThat(command.getSubcommands().values())
                .allSatisfy(sub -> assertThat(sub.getCommandSpec().options())
                        .allSatisfy(option -> assertThat(option.description()).isNotEmpty()));
    }
}
