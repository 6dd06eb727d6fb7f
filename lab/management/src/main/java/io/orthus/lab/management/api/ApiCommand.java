// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonObject;
import java.util.List;

/** A command of the API. */
interface ApiCommand {
    /**
     * A parameter, or a member of the answer, as listApis describes it.
     *
     * @param type in CloudStack's words, such as {@code string} or {@code uuid}
     */
    record Member(String name, String type, String description, boolean required, int length) {
        Member(String name, String type, String description) {
            this(name, type, description, false, 255);
        }
    }

    String name();

    String description();

    String since();

    boolean async();

    boolean allowed(User user);

    List<Member> parameters();

    List<Member> answer();

    /** Checks the parameters and returns what is to be done; that returns what stands under the response's name. */
    Action prepare(Call call) throws ApiError;

    /** What a command does once its parameters are good. */
    @FunctionalInterface
    interface Action {
        JsonObject run() throws ApiError;
    }
}
