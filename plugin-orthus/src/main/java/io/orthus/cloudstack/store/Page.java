// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import java.util.List;

/**
 * A part of a list.
 *
 * @param rows the part
 * @param count how many there are altogether
 */
public record Page<T>(List<T> rows, int count) {
    /** More than any list has, for callers that want all of it. */
    public static final long ALL = Integer.MAX_VALUE;
}
