// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KvmExchangeTest {
    private static final KvmExchange FIRST = new KvmExchange("6.12.43", "6.12.48", false, "both are in use");

    @Test
    void whatCameBeforeIsTheFirstOrders() {
        KvmExchange last = new KvmExchange(null, "6.12.48", true, "it had gone");
        assertThat(last.after(FIRST)).isEqualTo(new KvmExchange("6.12.43", "6.12.48", true, "it had gone"));
    }

    @Test
    void theLaterOneCounts() {
        KvmExchange last = new KvmExchange("6.12.43", "6.12.48", true, "unloaded");
        assertThat(last.after(FIRST)).isEqualTo(last);
        assertThat(last.after(null)).isEqualTo(last);
    }
}
