// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonObject;
import io.orthus.engine.json.Json;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.TimedOutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script stands for orthus-vmm-exec. */
class LauncherTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private NewVmm start(String script, Duration limit) throws IOException {
        Path program = directory.resolve("vmm-exec");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        JsonObject document = Json.object().put("emulator", "/q").build();
        return Launcher.start(
                program,
                document,
                "no such domain",
                List.of(Json.object().put("execute", "x").build()),
                Deadline.after(limit));
    }

    @Test
    void theProcessThatWasStartedIsKnown() throws IOException {
        NewVmm vmm = start("cat > \"$0.document\"; echo '{\"event\":\"started\",\"pid\":12,\"starttime\":34}'", LONG);

        assertThat(vmm.process()).isEqualTo(new ProcessId(12, 34));
        assertThat(vmm.afterSwitch()).hasSize(1);
        assertThat(vmm.lastWords()).isEmpty();
        vmm.awaitEnd(Deadline.after(LONG));
        assertThat(directory.resolve("vmm-exec.document")).hasContent("{\"emulator\":\"/q\"}");
    }

    @Test
    void theReasonForNotStartingIsTold() {
        assertThatIOException()
                .isThrownBy(() -> start(
                        "cat > /dev/null; echo '{\"event\":\"error\",\"step\":\"cgroup\",\"message\":\"it is full\"}'",
                        LONG))
                .withMessage("the new QEMU was not started: cgroup: it is full");
    }

    @Test
    void aLauncherThatDiesSaysWhy() {
        assertThatIOException()
                .isThrownBy(() -> start("echo 'no memory' >&2; exit 9", LONG))
                .withMessageContaining("no memory");
    }

    @Test
    void aLauncherThatHangsIsNotWaitedForForEver() {
        assertThatExceptionOfType(TimedOutException.class).isThrownBy(() -> start("exec cat", Duration.ZERO));
    }
}
