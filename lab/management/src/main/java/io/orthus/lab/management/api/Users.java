// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import io.orthus.lab.management.cloud.Cloud;
import java.util.List;
import java.util.Optional;
import org.apache.cloudstack.acl.RoleType;

/** The users: an administrator with the name and password of a fresh CloudStack, and somebody who may do little. */
final class Users {
    private final List<User> users = List.of(user(2, "admin", RoleType.Admin), user(3, "user", RoleType.User));

    List<User> all() {
        return users;
    }

    Optional<User> byPassword(String name, String password) {
        return users.stream()
                .filter(user -> user.name().equals(name) && user.password().equals(password))
                .findFirst();
    }

    Optional<User> byApiKey(String key) {
        return users.stream().filter(user -> user.apiKey().equals(key)).findFirst();
    }

    /** Its keys are no secret: the server listens on the loopback interface only, and whoever reads this has them. */
    private static User user(long id, String name, RoleType role) {
        return new User(id, Cloud.uuid("user", name), name, "password", role, name + "-api-key", name + "-secret-key");
    }
}
