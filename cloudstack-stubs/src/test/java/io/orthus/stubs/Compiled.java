// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Class files of a source text, and those of Java itself. */
final class Compiled implements ClassFiles {
    private final Path folder;

    /**
     * Compiles a source text.
     *
     * @param folder an empty one, for the class files
     */
    Compiled(Path folder, String source) {
        this.folder = folder;
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try {
            Path file = Files.writeString(folder.resolve("Source.java"), source);
            boolean done = compiler.getTask(
                            null,
                            null,
                            null,
                            List.of("-d", folder.toString(), "-proc:none"),
                            null,
                            compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                    .call();
            if (!done) {
                throw new IllegalArgumentException("does not compile: " + source);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InputStream open(String name) throws IOException {
        Path file = folder.resolve(name + ".class");
        return Files.exists(file) ? Files.newInputStream(file) : ClassLoader.getSystemResourceAsStream(name + ".class");
    }
}
