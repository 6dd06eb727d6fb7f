// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QemuVersionTest {

    private static final QemuVersion DEBIAN = new QemuVersion(10, 0, 2, "Debian 1:10.0.2+ds-2+deb13u1~bpo12+1");

    @Test
    void readsWhatTheProgramPrints() {
        assertThat(QemuVersion.parse("""
                        QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1)
                        Copyright (c) Fabrice Bellard and the QEMU Project developers
                        """)).isEqualTo(DEBIAN);
    }

    @Test
    void readsABareRelease() {
        assertThat(QemuVersion.parse("10.0.2")).isEqualTo(new QemuVersion(10, 0, 2, ""));
    }

    @Test
    void readsItsOwnText() {
        assertThat(QemuVersion.parse(DEBIAN.toString())).isEqualTo(DEBIAN);
    }

    @Test
    void readsTheMonitorsAnswer() throws Exception {
        assertThat(QemuVersion.fromQmp(Json.parseObject(
                        "{\"qemu\":{\"micro\":2,\"minor\":0,\"major\":10},"
                                + "\"package\":\"Debian 1:10.0.2+ds-2+deb13u1~bpo12+1\"}",
                        "answer")))
                .isEqualTo(DEBIAN);
    }

    @Test
    void readsAnAnswerWithParenthesesAndOneWithout() throws Exception {
        String release = "{\"qemu\":{\"micro\":0,\"minor\":2,\"major\":7},\"package\":";
        assertThat(QemuVersion.fromQmp(Json.parseObject(release + "\" (v7.2)\"}", "answer"))
                        .build())
                .isEqualTo("v7.2");
        assertThat(QemuVersion.fromQmp(Json.parseObject(release + "\"\"}", "answer"))
                        .build())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ten", "10.0", "10.0.2.1", "10.0.2 (a", "QEMU version 10.0.2", "99999.0.0"})
    void refusesWhatIsNoVersion(String text) {
        assertThatThrownBy(() -> QemuVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a QEMU version");
    }

    @Test
    void ordersByNumberAndNotByText() {
        assertThat(QemuVersion.parse("9.2.0")).isLessThan(QemuVersion.parse("10.0.0"));
        assertThat(QemuVersion.parse("10.0.2")).isLessThan(QemuVersion.parse("10.0.13"));
        assertThat(QemuVersion.parse("10.1.0")).isGreaterThan(QemuVersion.parse("10.0.13"));
    }

    @Test
    void buildsOfOneReleaseDiffer() {
        assertThat(DEBIAN).isNotEqualByComparingTo(QemuVersion.parse("10.0.2"));
    }

    @Test
    void atLeast() {
        assertThat(QemuVersion.parse("10.0.0").atLeast(10, 0)).isTrue();
        assertThat(QemuVersion.parse("11.0.0").atLeast(10, 1)).isTrue();
        assertThat(QemuVersion.parse("9.2.4").atLeast(10, 0)).isFalse();
        assertThat(QemuVersion.parse("10.0.9").atLeast(10, 1)).isFalse();
    }

    @Test
    void directoryNameIsTheOneThatQemuUsesForModules() {
        assertThat(DEBIAN.directoryName()).isEqualTo("Debian_1_10.0.2+ds-2+deb13u1~bpo12+1");
        assertThat(QemuVersion.parse("10.0.2 (a/../b)").directoryName()).isEqualTo("a_.._b");
        assertThat(QemuVersion.parse("10.0.2").directoryName()).isEqualTo("10.0.2");
    }
}
