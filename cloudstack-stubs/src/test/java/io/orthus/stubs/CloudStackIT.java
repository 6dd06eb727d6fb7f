// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.cloudstack.api.BaseCmd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares every class that is declared here with CloudStack's own, whose artifacts the profile puts on the class path. */
class CloudStackIT {
    private static final Path STUBS = Path.of(URI.create(
            BaseCmd.class.getProtectionDomain().getCodeSource().getLocation().toString()));

    /** What nobody here inherits from; of these only what is called is declared. */
    private static final Set<String> ONLY_CALLED = Set.of();

    private static final Comparison COMPARISON =
            new Comparison(name -> Files.newInputStream(STUBS.resolve(name + ".class")), CloudStackIT::cloudStacks);

    static List<String> declared() throws IOException {
        try (Stream<Path> files = Files.walk(STUBS)) {
            return files.map(file -> STUBS.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("declared")
    void isAsInCloudStack(String name) {
        assertThat(COMPARISON.of(name, !ONLY_CALLED.contains(name))).isEmpty();
    }

    @Test
    void listsOfWhatIsOnlyCalledIsUpToDate() throws IOException {
        assertThat(declared()).containsAll(ONLY_CALLED);
    }

    /** The class file of that name that is not one of the stubs. */
    private static InputStream cloudStacks(String name) throws IOException {
        Enumeration<URL> files = CloudStackIT.class.getClassLoader().getResources(name + ".class");
        while (files.hasMoreElements()) {
            URL file = files.nextElement();
            if (!file.getPath().startsWith(STUBS.toString())) {
                return file.openStream();
            }
        }
        return null;
    }
}
