// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.response;

import java.time.Instant;
import java.util.Date;
import java.util.Locale;

/** How the API spells things. */
public final class Words {
    private Words() {}

    /** A constant, in lower case. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static Date date(Instant time) {
        return time == null ? null : Date.from(time);
    }
}
