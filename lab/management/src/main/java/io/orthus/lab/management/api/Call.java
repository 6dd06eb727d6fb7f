// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import java.util.Map;

/** A request whose caller is known; parameter names are in lower case. */
record Call(User user, Map<String, String> parameters) {
    String get(String parameter) {
        return parameters.get(parameter);
    }
}
