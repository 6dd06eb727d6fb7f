// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.vmm.PairVerdict.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairGateTest {

    private static PairVerdict judge(String source, String target, Method method) throws IOException {
        return PairGate.load().judge(QemuVersion.parse(source), QemuVersion.parse(target), method);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void theQueueSizeOf10_0_13IsRefusedByEveryMethod(Method method) throws IOException {
        PairVerdict verdict = judge("10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)", "11.1.3", method);

        assertThat(verdict.refused()).isTrue();
        assertThat(verdict.reason()).startsWith("QEMU 10.0.13 (Debian").contains("VQ 0 vring.num 1024");
        assertThat(verdict.evidence()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // the rule ends where its evidence ends
        "10.0.12, 11.1.3, UNKNOWN",
        "10.0.13, 11.1.0, REFUSED",
        "10.0.14, 11.1.2, REFUSED",
        "10.0.13, 11.1.4, UNKNOWN",
        "10.0.13, 11.0.0, UNKNOWN",
        "10.2.2, 11.1.3, UNKNOWN",
        "10.0.2, 11.1.3, PROVEN",
        "11.1.3, 11.1.3, PROVEN"
    })
    void cpr(String source, String target, Outcome expected) throws IOException {
        assertThat(judge(source, target, Method.CPR_TRANSFER).outcome()).isEqualTo(expected);
    }

    @Test
    void cprBeginsWith10_0() throws IOException {
        PairVerdict verdict = judge("9.2.4", "10.0.2", Method.CPR_TRANSFER);

        assertThat(verdict.refused()).isTrue();
        assertThat(verdict.reason()).contains("CPR begins with QEMU 10.0");
        assertThat(judge("10.0.0", "10.0.2", Method.CPR_TRANSFER).refused()).isFalse();
        assertThat(judge("9.2.4", "10.0.2", Method.SHARED_RAM).refused()).isFalse();
        assertThat(judge("7.2.22", "11.1.3", Method.TRANSPLANT).outcome()).isEqualTo(Outcome.PROVEN);
    }

    @Test
    void backwardsOnlyByTransplant() throws IOException {
        assertThat(judge("11.1.3", "10.0.2", Method.CPR_TRANSFER).refused()).isTrue();
        assertThat(judge("11.1.3", "10.0.2", Method.SHARED_RAM).reason()).contains("can only be transplanted");
        assertThat(judge("11.1.3", "10.0.2", Method.TRANSPLANT).outcome()).isEqualTo(Outcome.PROVEN);
    }

    @Test
    void anotherBuildOfTheSameReleaseIsNotBackwards() throws IOException {
        assertThat(judge(
                                "10.0.8 (Debian 1:10.0.8+ds-0+deb13u2)",
                                "10.0.8 (Debian 1:10.0.8+ds-0+deb13u1)",
                                Method.CPR_TRANSFER)
                        .refused())
                .isFalse();
    }

    @Test
    void aRefusalCountsMoreThanAProofBeforeIt() {
        PairGate gate = new PairGate(KnownPairs.parse(rule("1.0.0", "proven") + "\n" + rule("1.0.*", "refused")));

        assertThat(gate.judge(QemuVersion.parse("1.0.0"), QemuVersion.parse("2.0.0"), Method.TRANSPLANT)
                        .refused())
                .isTrue();
    }

    @Test
    void aLongValueGoesOnInTheNextLine() {
        List<PairRule> rules = KnownPairs.parse(rule("*", "proven").replace("because", "because\n  of this"));

        assertThat(rules).extracting(PairRule::reason).containsExactly("because of this");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "source: 1.0.0\n",
                "colour: red\n",
                "source: 1.0.0\nsource: 1.0.0\n",
                "no colon\n",
                "  begins with a blank\n"
            })
    void refusesADamagedList(String text) {
        assertThatThrownBy(() -> KnownPairs.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("list of known pairs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0 - 1.0.0", "1.0.0 - 2.0.0 - 3.0.0", "1.*", "", "1.0.0-2.0.0"})
    void refusesADamagedRange(String text) {
        assertThatThrownBy(() -> VersionRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void methodsOfARule() {
        List<PairRule> rules = KnownPairs.parse(rule("*", "refused").replace("any", "cpr-transfer, shared-ram"));
        PairGate gate = new PairGate(rules);
        QemuVersion version = QemuVersion.parse("10.0.0");

        assertThat(gate.judge(version, version, Method.SHARED_RAM).refused()).isTrue();
        assertThat(gate.judge(version, version, Method.TRANSPLANT).refused()).isFalse();
    }

    private static String rule(String source, String verdict) {
        return "source: " + source + "\ntarget: *\nmethods: any\nverdict: " + verdict
                + "\nreason: because\nevidence: none\n";
    }
}
