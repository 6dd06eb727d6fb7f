// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The command that libvirt would start a domain with.
 *
 * @param environment variables, in libvirt's order
 * @param argv the emulator's absolute path and its arguments
 */
public record NativeCommand(Map<String, String> environment, List<String> argv) {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    public NativeCommand {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        argv = List.copyOf(argv);
    }

    /**
     * Takes apart what libvirt writes: variables, emulator and arguments on one line, quoted for a shell.
     *
     * <p>libvirt quotes with apostrophes only and writes an apostrophe as {@code '\''}. No shell is asked, and nothing
     * else that a shell would know is given a meaning.
     */
    static NativeCommand parse(String line) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        List<String> argv = new ArrayList<>();
        for (String word : words(line)) {
            if (argv.isEmpty() && ASSIGNMENT.matcher(word).matches()) {
                int equals = word.indexOf('=');
                environment.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                argv.add(word);
            }
        }
        if (argv.isEmpty() || !argv.get(0).startsWith("/")) {
            throw new IOException("libvirt's command line names no emulator: " + line);
        }
        return new NativeCommand(environment, argv);
    }

    private static List<String> words(String line) throws IOException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
                inWord = true;
            } else if (quoted) {
                word.append(c);
            } else if (c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quoted) {
            throw new IOException("libvirt's command line has a quotation without an end: " + line);
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
