// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraftableDomainTest {
    private static final String SHARED =
            "<memoryBacking><source type=\"memfd\"/><access mode=\"shared\"/></memoryBacking>";
    private static final String AUX = "<qemu:arg value=\"-machine\"/><qemu:arg value=\"aux-ram-share=on\"/>";

    private static String domain(String machine, String more) {
        return "<domain type='kvm'><name>i-2-3-VM</name><os><type arch='x86_64' machine='%s'>hvm</type></os>%s</domain>"
                .formatted(machine, more);
    }

    @Test
    void ramAndTheSmallMemoriesAreShared() {
        assertThat(GraftableDomain.of(domain("pc", "<devices/>"), 10)).hasValueSatisfying(xml -> assertThat(xml)
                .contains(SHARED, AUX, "<name>i-2-3-VM</name>", "<devices/>"));
    }

    /** Where it could have been migrated to before, it can be still. */
    @ParameterizedTest
    @CsvSource({
        "pc, 10, true",
        "q35, 11, true",
        "pc, 8, false",
        "'', 9, false",
        "pc-i440fx-10.0, 11, true",
        "pc-q35-10.1, 11, true",
        "pc-i440fx-7.2, 11, false",
        "pc-q35-rhel9.4.0, 11, false",
        "microvm, 11, false",
    })
    void aMachineThatOlderHostsKnowIsLeftAsItIs(String machine, int qemuRelease, boolean changed) {
        assertThat(GraftableDomain.of(domain(machine, ""), qemuRelease).isPresent())
                .isEqualTo(changed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<memoryBacking><hugepages/></memoryBacking>", "<launchSecurity type='sev'/>"})
    void memoryThatIsArrangedAlreadyIsLeftAsItIs(String more) {
        assertThat(GraftableDomain.of(domain("pc", more), 10)).isEmpty();
    }

    @Test
    void anOperatorsOwnArgumentsStay() {
        String own =
                "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:arg value='-no-fd'/></q:commandline>";
        assertThat(GraftableDomain.of(domain("pc", own), 10)).hasValueSatisfying(xml -> assertThat(xml)
                .contains("-no-fd", "aux-ram-share=on")
                .containsOnlyOnce("commandline xmlns")
                .doesNotContain("<qemu:commandline"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not xml", "<network/>", "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>"})
    void whatIsNoDefinitionIsRefused(String text) {
        assertThatThrownBy(() -> GraftableDomain.of(text, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVmIsStartedEvenIfItsEmulatorCannotBeAsked() {
        List<String> warnings = new ArrayList<>();
        String xml = domain("pc", "<devices><emulator>/nowhere/qemu</emulator></devices>");
        assertThat(XmlTransformer.transform(xml, warnings::add)).isEqualTo(xml);
        assertThat(warnings).singleElement().asString().contains("/nowhere/qemu");
    }
}
