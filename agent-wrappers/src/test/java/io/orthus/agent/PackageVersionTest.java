// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageVersionTest {
    @ParameterizedTest
    @CsvSource({
        "6.12.94-1, 6.12.107-1",
        "6.12.107-1~bpo12+1, 6.12.107-1",
        "6.12.107~rc1, 6.12.107",
        "6.12.107-1, 6.12.107-1+deb13u1",
        "6.12, 6.12.1",
        "6.1a, 6.1.1",
        "6.9, 6.12",
        "9, 99999999999999999999"
    })
    void theFirstIsOlder(String older, String newer) {
        PackageVersion order = new PackageVersion();
        assertThat(order.compare(older, newer)).isNegative();
        assertThat(order.compare(newer, older)).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"6.12.107-1, 6.12.107-1", "6.012, 6.12", "'', ''"})
    void areEqual(String one, String other) {
        assertThat(new PackageVersion().compare(one, other)).isZero();
    }
}
