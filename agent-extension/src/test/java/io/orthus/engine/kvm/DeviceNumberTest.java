// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNumberTest {
    /** The numbers are those of makedev(3). */
    @ParameterizedTest
    @CsvSource({
        "0x103, 1, 3",
        "0xae8, 10, 232",
        "0x100aff, 10, 511",
        "0xffffffff, 4095, 1048575",
        "0x100000100000, 4096, 256"
    })
    void isTakenApartAsStatGivesIt(String rdev, int major, int minor) {
        assertThat(DeviceNumber.ofRdev(Long.decode(rdev))).isEqualTo(new DeviceNumber(major, minor));
    }

    @Test
    void isReadAsSysfsWritesIt() {
        assertThat(DeviceNumber.parse("10:232")).isEqualTo(DeviceNumber.KVM).hasToString("10:232");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "10:", "10:a", "10:232:1"})
    void refusesWhatIsNone(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DeviceNumber.parse(text));
    }
}
