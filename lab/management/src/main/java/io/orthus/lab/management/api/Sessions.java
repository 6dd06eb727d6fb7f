// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions of users who have logged in. Thread-safe. */
final class Sessions {
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /**
     * @param id the cookie
     * @param key what each request must bring besides
     */
    record Session(String id, String key, User user) {}

    Session begin(User user) {
        Session session = new Session(token(), token(), user);
        sessions.put(session.id(), session);
        return session;
    }

    /** Who calls. As in CloudStack, one request with a wrong key ends the session. */
    Optional<User> caller(String id, String key) {
        Session session = id == null ? null : sessions.get(id);
        if (session == null) {
            return Optional.empty();
        }
        if (key == null || !same(key, session.key())) {
            end(id);
            return Optional.empty();
        }
        return Optional.of(session.user());
    }

    void end(String id) {
        if (id != null) {
            sessions.remove(id);
        }
    }

    private String token() {
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
