// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent.hook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Transforms the definition of each VM that the agent starts. Whatever goes wrong, the VM is started by the definition
 * that CloudStack made: that it cannot be grafted later is no reason not to run it now.
 */
public final class XmlTransformer {
    private static final String DEFAULT_EMULATOR = "/usr/bin/qemu-system-x86_64";
    private static final Pattern EMULATOR = Pattern.compile("<emulator>\\s*(/[^<\\s]+)\\s*</emulator>");
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.");
    private static final int PATIENCE_SECONDS = 10;

    private XmlTransformer() {}

    /**
     * The definition to start a domain by.
     *
     * @param xml the definition that CloudStack has made
     * @param warn where the agent logs what an operator should know
     */
    public static String transform(String xml, Consumer<String> warn) {
        try {
            return GraftableDomain.of(xml, release(emulator(xml))).orElse(xml);
        } catch (IOException | IllegalArgumentException e) {
            warn.accept("Orthus leaves the definition of a VM as it is: " + e.getMessage());
            return xml;
        }
    }

    private static String emulator(String xml) {
        Matcher emulator = EMULATOR.matcher(xml);
        return emulator.find() ? emulator.group(1) : DEFAULT_EMULATOR;
    }

    private static int release(String emulator) throws IOException {
        Process process = new ProcessBuilder(emulator, "--version")
                .redirectErrorStream(true)
                .start();
        try {
            // What it says fits into the pipe.
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(emulator + " --version does not end");
            }
            String words = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            return number(words).orElseThrow(() -> new IOException(emulator + " --version does not tell it: " + words));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Optional<Integer> number(String words) {
        Matcher version = VERSION.matcher(words);
        return version.find() ? Optional.of(Integer.valueOf(version.group(1))) : Optional.empty();
    }
}
