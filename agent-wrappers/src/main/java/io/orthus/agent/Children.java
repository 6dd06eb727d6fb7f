// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs as child processes. What they say goes through files: a pipe that nobody empties would hold them up. */
final class Children implements Programs {
    private final Duration patience;

    /** A program that has not ended after {@code patience} is killed. */
    Children(Duration patience) {
        this.patience = patience;
    }

    @Override
    public Output run(List<String> command) throws IOException {
        Path out = Files.createTempFile("orthus-", ".out");
        Path err = Files.createTempFile("orthus-", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException("%s did not end within %d s".formatted(command.get(0), patience.toSeconds()));
            }
            return new Output(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.get(0), e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
