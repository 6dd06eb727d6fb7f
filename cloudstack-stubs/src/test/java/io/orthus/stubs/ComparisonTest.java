// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
    @TempDir
    Path folder;

    @Test
    void declaringLessThanThereIsNoDifference() throws IOException {
        assertThat(differences(
                        "class A { public long id() { return 0; } private int own; }",
                        "class A extends Thread { public long id() { return 1; } public int more() { return 0; } }"))
                .isEmpty();
    }

    @Test
    void whatIsInheritedNeedNotBeDeclaredWhereItIsInherited() throws IOException {
        assertThat(differences(
                        "class A extends RuntimeException { public String getMessage() { return null; } }",
                        "class A extends IllegalStateException {}"))
                .isEmpty();
    }

    @Test
    void aClassThatIsNotThere() throws IOException {
        assertThat(differences("class A {}", "class B {}")).containsExactly("A is not in CloudStack");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            class A { public long id() { return 0; } } | class A { public int id() { return 0; } } | A.id() returning long is not in CloudStack
            class A { public A(long id) {} } | class A { public A(int id) {} } | A.<init>(long) returning void is not in CloudStack
            class A { public void b() {} } | class A { protected void b() {} } | A.b() has the modifiers "public", in CloudStack "protected"
            class A { public void b() {} } | class A { public static void b() {} } | A.b() has the modifiers "public", in CloudStack "public static"
            class A { void b() {} } | class A { void b() throws java.io.IOException {} } | A.b() has the list of exceptions [], in CloudStack [java/io/IOException]
            class A { void b(java.util.List<String> c) {} } | class A { void b(java.util.List<Long> c) {} } | A.b(java.util.List) has the signature (Ljava/util/List<Ljava/lang/String;>;)V, in CloudStack (Ljava/util/List<Ljava/lang/Long;>;)V
            class A { public static final String B = "b"; } | class A { public static final String B = "c"; } | A.B has the value b, in CloudStack c
            class A { int b; } | class A { long b; } | A.b of type int is not in CloudStack
            class A extends Thread {} | class A {} | A is no java.lang.Thread in CloudStack
            class A implements Runnable { public void run() {} } | class A { public void run() {} } | A is no java.lang.Runnable in CloudStack
            interface A {} | class A {} | A has the modifiers "abstract interface", in CloudStack ""
            enum A { B } | enum A { C } | A.B of type A is not in CloudStack
            enum A { B } | class A { public static final A B = null; public static A[] values() { return null; } public static A valueOf(String name) { return null; } } | A is no enumeration in CloudStack
            @interface A { int b() default 1; } | @interface A { int b(); } | A.b() has the default 1, in CloudStack null
            interface A { } | interface A { void b(); } | A.b() has to be implemented and is not declared
            """)
    void aDifference(String stub, String real, String difference) throws IOException {
        assertThat(differences(stub, real)).contains(difference);
    }

    @Test
    void howLongAnAnnotationIsKept() throws IOException {
        assertThat(
                        differences(
                                "@interface A {}",
                                "@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME) @interface A {}"))
                .singleElement()
                .asString()
                .startsWith("A is annotated with [], in CloudStack with [java.lang.annotation.Retention");
    }

    @Test
    void privateFieldsOfWhatGoesOverTheWire() throws IOException {
        String command = "package com.cloud.agent.api; class Command { private %s wait; }";
        assertThat(new Comparison(
                                compiled("stub", command.formatted("int")), compiled("real", command.formatted("long")))
                        .of("com/cloud/agent/api/Command", true))
                .containsExactly("com.cloud.agent.api.Command.wait of type int is not in CloudStack");
    }

    @Test
    void whatIsOnlyCalledNeedNotBeDeclaredWhole() throws IOException {
        assertThat(new Comparison(compiled("stub", "interface A {}"), compiled("real", "interface A { void b(); }"))
                        .of("A", false))
                .isEmpty();
    }

    private List<String> differences(String stub, String real) throws IOException {
        return new Comparison(compiled("stub", stub), compiled("real", real)).of("A", true);
    }

    private Compiled compiled(String name, String source) throws IOException {
        return new Compiled(Files.createDirectory(folder.resolve(name)), source);
    }
}
