// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom, as docs/architecture.md says. */
class DependenciesTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.orthus.cloudstack");

    @Test
    void thePluginKnowsNothingOfTheUpgradeEngineOfAHost() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.orthus.engine..", "io.orthus.cli..")
                .check(classes);
    }

    @Test
    void theRulesKnowNothingButTheProtocol() {
        // The commands of the protocol are CloudStack's, so the constructor of one is.
        only("campaign", "io.orthus.protocol..", "com.cloud.agent.api..");
    }

    @Test
    void theEngineKnowsNothingOfCloudStackAndItsDatabase() {
        only("engine", "io.orthus.protocol..", "io.orthus.cloudstack.campaign..", "org.apache.logging.log4j..");
    }

    @Test
    void theTablesKnowNothingOfCloudStack() {
        only(
                "store",
                "io.orthus.protocol..",
                "io.orthus.cloudstack.campaign..",
                "io.orthus.cloudstack.engine..",
                "org.flywaydb..",
                "javax.sql..");
    }

    private void only(String name, String... others) {
        String[] allowed = new String[others.length + 2];
        allowed[0] = "java..";
        allowed[1] = "io.orthus.cloudstack." + name + "..";
        System.arraycopy(others, 0, allowed, 2, others.length);
        classes()
                .that()
                .resideInAPackage("io.orthus.cloudstack." + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(classes);
    }
}
