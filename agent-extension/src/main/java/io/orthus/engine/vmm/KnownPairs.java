// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import io.orthus.engine.vmm.PairVerdict.Outcome;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the list of known pairs: paragraphs of {@code name: value} lines, a line that begins with a blank goes on with
 * the value before, {@code #} begins a comment line.
 */
final class KnownPairs {
    private static final Set<String> NAMES = Set.of("source", "target", "methods", "verdict", "reason", "evidence");

    private KnownPairs() {}

    /** @throws IllegalArgumentException if a paragraph lacks something, or has something unknown */
    static List<PairRule> parse(String text) {
        List<PairRule> rules = new ArrayList<>();
        Map<String, String> paragraph = new LinkedHashMap<>();
        String name = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.isBlank()) {
                flush(paragraph, rules);
            } else if (Character.isWhitespace(line.charAt(0)) && !paragraph.isEmpty()) {
                paragraph.merge(name, line.strip(), (before, more) -> before + " " + more);
            } else {
                int colon = line.indexOf(':');
                name = line.substring(0, Math.max(colon, 0)).strip();
                if (!NAMES.contains(name) || paragraph.containsKey(name)) {
                    throw new IllegalArgumentException("list of known pairs: unexpected line \"" + line + "\"");
                }
                paragraph.put(name, line.substring(colon + 1).strip());
            }
        }
        flush(paragraph, rules);
        return rules;
    }

    private static void flush(Map<String, String> paragraph, List<PairRule> rules) {
        if (paragraph.isEmpty()) {
            return;
        }
        if (!paragraph.keySet().equals(NAMES)) {
            throw new IllegalArgumentException(
                    "list of known pairs: a paragraph must have " + NAMES + ", not only " + paragraph.keySet());
        }
        rules.add(new PairRule(
                VersionRange.parse(paragraph.get("source")),
                VersionRange.parse(paragraph.get("target")),
                methods(paragraph.get("methods")),
                Outcome.valueOf(paragraph.get("verdict").toUpperCase(Locale.ROOT)),
                paragraph.get("reason"),
                paragraph.get("evidence")));
        paragraph.clear();
    }

    private static Set<Method> methods(String text) {
        if (text.equals("any")) {
            return EnumSet.allOf(Method.class);
        }
        Set<Method> methods = EnumSet.noneOf(Method.class);
        for (String word : text.split(",\\s*", -1)) {
            methods.add(Method.labelled(word));
        }
        return methods;
    }
}
