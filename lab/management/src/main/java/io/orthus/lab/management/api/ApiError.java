// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** A request that is answered with an error. The codes are CloudStack's, and HTTP statuses at the same time. */
@SuppressWarnings("serial")
final class ApiError extends Exception {
    static final int UNAUTHORIZED = 401;
    static final int BAD_PARAMETER = 431;
    static final int UNKNOWN_COMMAND = 432;
    static final int INTERNAL = 530;
    static final int WRONG_PASSWORD = 531;

    /** CloudStack's second code, for exceptions that have none of their own. */
    private static final int NO_OTHER_CODE = 9999;

    private final int code;

    ApiError(int code, String text) {
        super(text);
        this.code = code;
    }

    int code() {
        return code;
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.add("uuidList", new JsonArray());
        json.addProperty("errorcode", code);
        json.addProperty("cserrorcode", NO_OTHER_CODE);
        json.addProperty("errortext", getMessage());
        return json;
    }
}
