// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Paths that libvirt makes from the id of a domain. A command line made from a definition alone is about a domain that
 * does not run; its id is -1, so {@code domain--1-vm1} stands where the running domain has {@code domain-7-vm1}.
 */
final class DomainPaths {
    private static final String NO_ID = "-1-";

    private final Map<String, String> directories = new LinkedHashMap<>();

    DomainPaths(List<Path> ownDirectories) {
        for (Path directory : ownDirectories) {
            String name = directory.getFileName().toString();
            String nameless = name.replaceFirst("^(domain-)?\\d+-", "$1" + NO_ID);
            directories.put(directory.resolveSibling(nameless).toString(), directory.toString());
        }
    }

    /** The value with the paths of the running domain in it. */
    OptionValue fix(OptionValue value) {
        return value.mapTexts(text -> {
            for (Map.Entry<String, String> directory : directories.entrySet()) {
                String from = directory.getKey();
                if (text.equals(from) || text.startsWith(from + "/")) {
                    return directory.getValue() + text.substring(from.length());
                }
            }
            return text;
        });
    }

    /** Whether there is still a path in it that belongs to no running domain. */
    static boolean leftIn(OptionValue value) {
        return value.texts().stream().anyMatch(text -> text.contains("/domain-" + NO_ID) || text.contains("/" + NO_ID));
    }
}
