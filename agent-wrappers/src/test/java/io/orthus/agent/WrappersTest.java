// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloud.resource.CommandWrapper;
import com.cloud.resource.ResourceWrapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.orthus.protocol.OrderCommand;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The agent finds handlers by their package and annotation, and makes them without arguments. */
class WrappersTest {
    private static final String WRAPPERS = "com.cloud.hypervisor.kvm.resource.wrapper";

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.orthus.agent", "io.orthus.protocol", WRAPPERS);

    @Test
    void everyCommandOfTheProtocolHasItsHandler() throws Exception {
        List<Class<?>> handled = new ArrayList<>();
        for (JavaClass each : classes) {
            if (!each.isAssignableTo(CommandWrapper.class)) {
                continue;
            }
            Class<?> type = each.reflect();
            assertThat(type.getSuperclass()).isEqualTo(CommandWrapper.class);
            assertThat(Modifier.isPublic(type.getModifiers())).isTrue();
            assertThat(type.getConstructor().newInstance()).isNotNull();
            handled.add(type.getAnnotation(ResourceWrapper.class).handles());
        }
        List<Class<?>> commands = new ArrayList<>();
        for (JavaClass each : classes) {
            if (each.isAssignableTo(OrderCommand.class) && !each.isEquivalentTo(OrderCommand.class)) {
                commands.add(each.reflect());
            }
        }
        assertThat(handled).containsExactlyInAnyOrderElementsOf(commands);
    }

    /** The agent is one flat class path, and the engine is a program beside it. */
    @Test
    void nothingIsUsedThatTheAgentDoesNotHave() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.xml..",
                        "org.w3c.dom..",
                        "org.xml.sax..",
                        "com.google.gson..",
                        "com.cloud.agent.api..",
                        "com.cloud.resource..",
                        "com.cloud.hypervisor.kvm.resource..",
                        "io.orthus.agent..",
                        "io.orthus.protocol..")
                .check(classes);
    }
}
