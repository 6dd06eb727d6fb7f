// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;

/** A class with all that it inherits from, as far as that is there; what is nearer comes first. Not thread-safe. */
final class Hierarchy {
    private final Map<String, ClassNode> lineage = new LinkedHashMap<>();

    Hierarchy(ClassNode of, ClassFiles files) {
        Deque<ClassNode> next = new ArrayDeque<>(List.of(of));
        while (!next.isEmpty()) {
            ClassNode node = next.remove();
            if (lineage.putIfAbsent(node.name, node) == null) {
                supertypes(node).map(files::find).flatMap(Optional::stream).forEach(next::add);
            }
        }
    }

    /** Whether a type is the class itself or one of those that it inherits from, be its file there or not. */
    boolean has(String name) {
        return lineage.containsKey(name)
                || lineage.values().stream().flatMap(Hierarchy::supertypes).anyMatch(name::equals);
    }

    Optional<FieldNode> field(FieldNode like) {
        return lineage.values().stream()
                .flatMap(node -> node.fields.stream())
                .filter(field -> field.name.equals(like.name) && field.desc.equals(like.desc))
                .findFirst();
    }

    /** Constructors are not inherited. */
    Optional<MethodNode> method(MethodNode like) {
        Predicate<MethodNode> same = method -> method.name.equals(like.name) && method.desc.equals(like.desc);
        return lineage.values().stream()
                .limit(like.name.equals("<init>") ? 1 : lineage.size())
                .flatMap(node -> node.methods.stream())
                .filter(same)
                .findFirst();
    }

    /** What a class that inherits from this one has to bring along itself. */
    List<MethodNode> toBeImplemented() {
        Map<String, MethodNode> nearest = new HashMap<>();
        List<MethodNode> open = new ArrayList<>();
        // An interface's default does not help against a class's own abstract method, but the other way round it does.
        Stream.concat(
                        lineage.values().stream().filter(node -> !isInterface(node)),
                        lineage.values().stream().filter(Hierarchy::isInterface))
                .flatMap(node -> node.methods.stream())
                .filter(method -> (method.access & Opcodes.ACC_STATIC) == 0 && method.annotationDefault == null)
                .forEach(method -> {
                    if (nearest.putIfAbsent(method.name + method.desc, method) == null
                            && (method.access & Opcodes.ACC_ABSTRACT) != 0) {
                        open.add(method);
                    }
                });
        return open;
    }

    private static Stream<String> supertypes(ClassNode node) {
        return Stream.concat(Stream.ofNullable(node.superName), node.interfaces.stream());
    }

    private static boolean isInterface(ClassNode node) {
        return (node.access & Opcodes.ACC_INTERFACE) != 0;
    }
}
