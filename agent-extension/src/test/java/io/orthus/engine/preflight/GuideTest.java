// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every text by which a VM is refused is explained in the operator's guide. The texts are taken from the sources: each
 * string of three words or more where reasons are made, in the pieces between what is put into it.
 */
class GuideTest {
    private static final Path SOURCES = Path.of("src/main/java/io/orthus/engine");
    private static final Path PAIRS = Path.of("src/main/resources/io/orthus/engine/vmm/known-pairs");
    private static final Path GUIDE = Path.of("../docs/guide/dry-run.md");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern REASON = Pattern.compile("reasons\\.add\\(.*?\\);", Pattern.DOTALL);
    private static final Pattern PLACE = Pattern.compile("%[.0-9]*[a-z]");
    private static final Pattern THREE_WORDS = Pattern.compile("(\\S*[a-z]\\S* ){2,}\\S*[a-z]");
    /** A question to the monitor, no answer to an operator. */
    private static final String NO_REASON = "info registers -a";

    static List<String> texts() throws IOException {
        Stream<String> checks = Stream.concat(
                sources("preflight").map(GuideTest::code),
                Stream.of("launch/UncarriedParts.java", "vmm/PairGate.java")
                        .map(SOURCES::resolve)
                        .map(GuideTest::code));
        Stream<String> launch = sources("launch")
                .map(GuideTest::code)
                .flatMap(code -> REASON.matcher(code).results().map(MatchResult::group));
        Stream<String> pairs = Stream.of(Files.readString(PAIRS).split("\n\n"))
                .filter(rule -> rule.startsWith("source:") && rule.contains("verdict: refused"))
                .map(rule -> '"' + rule.replaceAll("(?s).*\nreason: (.*?) \\(.*", "$1") + '"');
        return Stream.of(checks, launch, pairs)
                .flatMap(part -> part)
                .flatMap(code -> STRING.matcher(code).results().map(string -> string.group(1)))
                .flatMap(PLACE::splitAsStream)
                .map(GuideTest::plain)
                .filter(text -> THREE_WORDS.matcher(text).find() && !text.equals(NO_REASON))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void isExplained(String text) throws IOException {
        assertThat(plain(Files.readString(GUIDE))).contains(text);
    }

    private static Stream<Path> sources(String folder) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES.resolve(folder))) {
            return files.sorted().toList().stream();
        }
    }

    private static String code(Path file) {
        try {
            String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
            return JOINED.matcher(code).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String plain(String text) {
        return text.replace("\\", "").replaceAll("\\s+", " ").strip();
    }
}
