// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.InnerClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Says where a declaration is not what CloudStack has. What is declared must be there: with the same type, modifiers,
 * generic signature, exceptions and constant, the supertypes among CloudStack's. That CloudStack has more is no
 * difference, but for methods that somebody who inherits would have to implement.
 *
 * <p>Private members are the stub's own affair, except the fields of what goes over the wire: Gson sends those by name.
 */
final class Comparison {
    private static final int CLASS_MODIFIERS =
            Opcodes.ACC_PUBLIC | Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_ANNOTATION;
    private static final int NESTED_MODIFIERS =
            CLASS_MODIFIERS | Opcodes.ACC_PROTECTED | Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
    private static final int FIELD_MODIFIERS = Opcodes.ACC_PUBLIC
            | Opcodes.ACC_PROTECTED
            | Opcodes.ACC_PRIVATE
            | Opcodes.ACC_STATIC
            | Opcodes.ACC_FINAL
            | Opcodes.ACC_TRANSIENT
            | Opcodes.ACC_ENUM;
    private static final int METHOD_MODIFIERS = Opcodes.ACC_PUBLIC
            | Opcodes.ACC_PROTECTED
            | Opcodes.ACC_PRIVATE
            | Opcodes.ACC_STATIC
            | Opcodes.ACC_FINAL
            | Opcodes.ACC_ABSTRACT
            | Opcodes.ACC_VARARGS;
    private static final String WIRE = "com/cloud/agent/api/Command";

    private final ClassFiles stubs;
    private final ClassFiles real;

    Comparison(ClassFiles stubs, ClassFiles real) {
        this.stubs = stubs;
        this.real = real;
    }

    /**
     * The differences of one class.
     *
     * @param name of a class that the stubs declare, as the virtual machine writes it
     * @param inherited whether somebody may inherit from it, so that no abstract method may be left out
     * @return in the order of the declaration; empty if there are none
     */
    List<String> of(String name, boolean inherited) {
        ClassNode stub = stubs.find(name).orElseThrow();
        String subject = Type.getObjectType(name).getClassName();
        Optional<ClassNode> found = real.find(name);
        if (found.isEmpty()) {
            return List.of(subject + " is not in CloudStack");
        }
        List<String> differences = new ArrayList<>();
        Hierarchy declared = new Hierarchy(stub, stubs);
        Hierarchy there = new Hierarchy(found.get(), real);
        type(stub, found.get(), there).forEach(what -> differences.add(subject + " " + what));
        for (FieldNode field : stub.fields) {
            if (compared(field.access) || (declared.has(WIRE) && !synthetic(field.access))) {
                field(field, there).ifPresent(what -> differences.add(subject + "." + field.name + " " + what));
            }
        }
        for (MethodNode method : stub.methods) {
            if (compared(method.access) && !method.name.equals("<clinit>")) {
                method(method, there).ifPresent(what -> differences.add(subject + "." + text(method) + " " + what));
            }
        }
        if (inherited && (found.get().access & Opcodes.ACC_ABSTRACT) != 0) {
            there.toBeImplemented().stream()
                    .filter(method -> declared.method(method).isEmpty())
                    .forEach(method -> differences.add(
                            subject + "." + text(method) + " has to be implemented and is not declared"));
        }
        return differences;
    }

    private static Stream<String> type(ClassNode stub, ClassNode other, Hierarchy there) {
        Stream.Builder<String> differences = Stream.builder();
        modifiers(stub.access, other.access, enumeration(stub) ? Opcodes.ACC_PUBLIC : CLASS_MODIFIERS)
                .ifPresent(differences);
        if (enumeration(stub) != enumeration(other)) {
            differences.add(enumeration(stub) ? "is no enumeration in CloudStack" : "is an enumeration in CloudStack");
        }
        modifiers(nesting(stub), nesting(other), enumeration(stub) ? Opcodes.ACC_PUBLIC : NESTED_MODIFIERS)
                .ifPresent(differences);
        Stream.concat(Stream.ofNullable(stub.superName), stub.interfaces.stream())
                .filter(supertype -> !there.has(supertype))
                .forEach(supertype -> differences.add("is no " + supertype.replace('/', '.') + " in CloudStack"));
        if ((stub.access & Opcodes.ACC_ANNOTATION) != 0 && !meta(stub).equals(meta(other))) {
            differences.add("is annotated with " + meta(stub) + ", in CloudStack with " + meta(other));
        }
        return differences.build();
    }

    private static Optional<String> field(FieldNode stub, Hierarchy there) {
        Optional<FieldNode> other = there.field(stub);
        if (other.isEmpty()) {
            return Optional.of("of type " + Type.getType(stub.desc).getClassName() + " is not in CloudStack");
        }
        return modifiers(stub.access, other.get().access, FIELD_MODIFIERS)
                .or(() -> differ("signature", stub.signature, other.get().signature))
                .or(() -> differ("value", stub.value, other.get().value));
    }

    private static Optional<String> method(MethodNode stub, Hierarchy there) {
        Optional<MethodNode> other = there.method(stub);
        if (other.isEmpty()) {
            return Optional.of("returning " + Type.getReturnType(stub.desc).getClassName() + " is not in CloudStack");
        }
        return modifiers(stub.access, other.get().access, METHOD_MODIFIERS)
                .or(() -> differ("signature", stub.signature, other.get().signature))
                .or(() -> differ("default", plain(stub.annotationDefault), plain(other.get().annotationDefault)))
                .or(() -> new HashSet<>(stub.exceptions).equals(new HashSet<>(other.get().exceptions))
                        ? Optional.empty()
                        : differ("list of exceptions", stub.exceptions, other.get().exceptions));
    }

    private static Optional<String> differ(String what, Object stub, Object other) {
        return Objects.equals(stub, other)
                ? Optional.empty()
                : Optional.of("has the %s %s, in CloudStack %s".formatted(what, stub, other));
    }

    private static Optional<String> modifiers(int stub, int other, int which) {
        return differ("modifiers", words(stub & which), words(other & which));
    }

    private static String words(int access) {
        String words = java.lang.reflect.Modifier.toString(access & ~(Opcodes.ACC_VARARGS | Opcodes.ACC_ANNOTATION));
        return "\"" + words + ((access & Opcodes.ACC_ENUM) != 0 ? " constant" : "") + "\"";
    }

    /** How a nested class is declared in the class around it; 0 if it is not nested. */
    private static int nesting(ClassNode node) {
        return node.innerClasses.stream()
                .filter(inner -> inner.name.equals(node.name))
                .mapToInt((InnerClassNode inner) -> inner.access)
                .findFirst()
                .orElse(0);
    }

    private static boolean enumeration(ClassNode node) {
        return (node.access & Opcodes.ACC_ENUM) != 0;
    }

    private static boolean compared(int access) {
        return !synthetic(access) && (access & Opcodes.ACC_PRIVATE) == 0;
    }

    private static boolean synthetic(int access) {
        return (access & (Opcodes.ACC_SYNTHETIC | Opcodes.ACC_MANDATED)) != 0;
    }

    /** How long an annotation is kept, and where it may stand. */
    private static String meta(ClassNode annotation) {
        return Stream.ofNullable(annotation.visibleAnnotations)
                .flatMap(List::stream)
                .filter(node -> node.desc.equals("Ljava/lang/annotation/Retention;")
                        || node.desc.equals("Ljava/lang/annotation/Target;"))
                .map(node -> Type.getType(node.desc).getClassName() + plain(node.values))
                .sorted()
                .toList()
                .toString();
    }

    /** Values of annotations, such that equal ones are equal: arrays and annotations are not, by themselves. */
    private static String plain(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Comparison::plain).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof String[] constant) {
            return Arrays.toString(constant);
        }
        if (value instanceof AnnotationNode node) {
            return node.desc + plain(node.values);
        }
        return String.valueOf(value);
    }

    private static String text(MethodNode method) {
        return Arrays.stream(Type.getArgumentTypes(method.desc))
                .map(Type::getClassName)
                .collect(Collectors.joining(", ", method.name + "(", ")"));
    }
}
