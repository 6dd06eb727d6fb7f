// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the order of packages that docs/architecture.md lists. */
class PackageOrderTest {

    /** Lowest first; a package may use only those before it. */
    private static final List<String> ORDER = List.of(
            "io.orthus.engine.json",
            "io.orthus.engine.sys",
            "io.orthus.engine.qmp",
            "io.orthus.engine.kvm",
            "io.orthus.engine.libvirt",
            "io.orthus.engine.vmm",
            "io.orthus.engine.model",
            "io.orthus.engine.inventory",
            "io.orthus.engine.launch",
            "io.orthus.engine.graft",
            "io.orthus.engine.trial",
            "io.orthus.engine.preflight",
            "io.orthus.engine.adopt",
            "io.orthus.engine.journal",
            "io.orthus.engine.report",
            "io.orthus.engine.upgrade",
            "io.orthus.selftest",
            "io.orthus.cli");

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.orthus");

    @TestFactory
    List<DynamicTest> eachPackageUsesOnlyThoseBelowIt() {
        return ORDER.subList(0, ORDER.size() - 1).stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> noClasses()
                        .that()
                        .resideInAPackage(name + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(above(name))
                        .allowEmptyShould(true)
                        .check(classes)))
                .toList();
    }

    @Test
    void everyClassIsInAListedPackage() {
        assertThat(classes)
                .extracting(javaClass -> javaClass.getPackageName())
                .isNotEmpty()
                .allMatch(name -> ORDER.contains(name));
    }

    @Test
    void theEngineKnowsNothingOfCloudStack() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.cloud..", "org.apache.cloudstack..")
                .check(classes);
    }

    private static String[] above(String name) {
        return ORDER.subList(ORDER.indexOf(name) + 1, ORDER.size()).stream()
                .map(other -> other + "..")
                .toArray(String[]::new);
    }
}
