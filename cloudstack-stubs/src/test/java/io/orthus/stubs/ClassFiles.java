// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;

/** Classes that are read, never loaded: of most of those that CloudStack's need in turn nothing is to be had here. */
@FunctionalInterface
interface ClassFiles {
    /**
     * Opens a class file.
     *
     * @param name as the virtual machine writes it: {@code java/lang/Object}
     * @return the file, to be closed by the caller; {@code null} if there is none
     */
    InputStream open(String name) throws IOException;

    /** The class of that name, without the code of its methods; empty if there is none. */
    default Optional<ClassNode> find(String name) {
        try (InputStream file = open(name)) {
            if (file == null) {
                return Optional.empty();
            }
            ClassNode node = new ClassNode();
            new ClassReader(file).accept(node, ClassReader.SKIP_CODE);
            return Optional.of(node);
        } catch (IOException e) {
            throw new UncheckedIOException("class " + name + " could not be read: " + e.getMessage(), e);
        }
    }
}
