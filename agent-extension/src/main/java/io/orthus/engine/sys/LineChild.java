// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child process that is spoken to line by line, in UTF-8.
 *
 * <p>Started from an argument vector, never through a shell. Its output is read as it comes, so that the child never
 * blocks on a full pipe. Meant for one thread at a time, but {@link #kill} and {@link #close} may come from any.
 */
public final class LineChild implements AutoCloseable {
    /** The end of what the child says on standard error; the last words are the ones that explain. */
    private static final int STDERR_LIMIT = 8192;

    private static final long EXIT_AFTER_KILL_SECONDS = 10;
    /** What a JVM adds to the number of the signal that killed a child. */
    private static final int SIGNALLED = 128;

    private final String name;
    private final Process process;
    private final OutputStream stdin;
    /** Lines in order; an empty element is the end of the output. */
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private final StringBuilder stderr = new StringBuilder();
    private final Thread stderrReader;

    private LineChild(String name, Process process) {
        this.name = name;
        this.process = process;
        this.stdin = process.getOutputStream();
        startDaemon(name + " stdout", this::readStdout);
        this.stderrReader = startDaemon(name + " stderr", this::readStderr);
    }

    /**
     * Starts a program with the environment of this JVM.
     *
     * @param argv the program, looked up in PATH if it has no slash, and its arguments
     * @throws IOException if it cannot be started
     */
    public static LineChild start(List<String> argv) throws IOException {
        return new LineChild(argv.get(0), new ProcessBuilder(argv).start());
    }

    public int pid() {
        return Math.toIntExact(process.pid());
    }

    /** Writes one line to its standard input. The line must not contain a line break. */
    public void writeLine(String line) throws IOException {
        if (line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("more than one line: " + line);
        }
        try {
            stdin.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            stdin.flush();
        } catch (IOException e) {
            throw new IOException("cannot write to " + this + ": " + e.getMessage(), e);
        }
    }

    /** Ends its standard input. */
    public void closeInput() throws IOException {
        stdin.close();
    }

    /**
     * The next line of its standard output, waited for; empty at the end of the output, now and ever after.
     *
     * @throws TimedOutException if there is none by the deadline; the line is not lost when it comes later
     */
    public Optional<String> readLine(Deadline deadline) throws IOException {
        String what = "output of " + this;
        try {
            Optional<String> line = lines.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw deadline.timedOut(what);
            }
            if (line.isEmpty()) {
                lines.add(line);
            }
            return line;
        } catch (InterruptedException e) {
            throw Deadline.interrupted(what);
        }
    }

    /**
     * The exception for a child whose output ended where more was expected. Waits for its end, because what it says
     * last on standard error may come later than the end of its output.
     */
    public IOException endedTooEarly(Deadline deadline) {
        String end = "closed its output";
        try {
            end = describe(waitExit(deadline));
        } catch (IOException e) {
            // It lives on; then what was heard so far must do.
        }
        String said = stderr();
        return new IOException(this + " " + end + (said.isEmpty() ? " and said nothing" : ": " + said));
    }

    private static String describe(int status) {
        return status > SIGNALLED ? "was killed by signal " + (status - SIGNALLED) : "ended with exit status " + status;
    }

    /**
     * Waits for its end.
     *
     * @return its exit status, or 128 and the number of the signal that killed it
     * @throws TimedOutException if it has not ended by the deadline; it is left running
     */
    public int waitExit(Deadline deadline) throws IOException {
        String what = "the end of " + this;
        try {
            if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.timedOut(what);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw Deadline.interrupted(what);
        }
    }

    /**
     * What it said on standard error so far, the end of it if that was much. After {@link #waitExit} this is all there
     * is, unless a process that it started still holds the stream.
     */
    public String stderr() {
        try {
            if (!process.isAlive()) {
                stderrReader.join(TimeUnit.SECONDS.toMillis(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (stderr) {
            return stderr.toString().strip();
        }
    }

    /** Kills it with SIGKILL and waits for its end. Does nothing when it has ended. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(EXIT_AFTER_KILL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #kill}. */
    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name + " (pid " + process.pid() + ")";
    }

    private void readStdout() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(Optional.of(line));
            }
        } catch (IOException e) {
            // The stream breaks when the child is killed; then this is its end.
        } finally {
            lines.add(Optional.empty());
        }
    }

    private void readStderr() {
        char[] buffer = new char[1024];
        try (InputStream stream = process.getErrorStream();
                InputStreamReader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
                synchronized (stderr) {
                    stderr.append(buffer, 0, count);
                    stderr.delete(0, Math.max(0, stderr.length() - STDERR_LIMIT));
                }
            }
        } catch (IOException e) {
            // As above.
        }
    }

    private static Thread startDaemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
