// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Predicate;

/** A command that is given by what it does, for the few of CloudStack's own that list no rows. */
record SimpleCommand(String name, String description, List<Member> parameters, Predicate<User> who, Doing doing)
        implements ApiCommand {
    /** What it does. */
    @FunctionalInterface
    interface Doing {
        JsonObject of(Call call) throws ApiError;
    }

    @Override
    public String since() {
        return "";
    }

    @Override
    public boolean async() {
        return false;
    }

    @Override
    public boolean allowed(User user) {
        return who.test(user);
    }

    @Override
    public List<Member> answer() {
        return List.of();
    }

    @Override
    public Action prepare(Call call) {
        return () -> doing.of(call);
    }
}
