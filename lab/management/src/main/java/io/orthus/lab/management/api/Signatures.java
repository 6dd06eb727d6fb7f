// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signatures of requests, as CloudStack's developer guide describes them. */
public final class Signatures {
    private static final String ALGORITHM = "HmacSHA1";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[XX][X]");

    private Signatures() {}

    /** The signature that goes with these parameters. */
    public static String of(Map<String, String> parameters, String secret) {
        String text = new TreeMap<>(parameters)
                .entrySet().stream()
                        .filter(entry -> !entry.getKey().equalsIgnoreCase("signature"))
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().toLowerCase(Locale.ROOT),
                                entry -> encode(entry.getValue()),
                                (one, other) -> other,
                                TreeMap::new))
                        .entrySet()
                        .stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("&"))
                        .toLowerCase(Locale.ROOT);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a request is signed with that secret and has not expired. */
    static boolean good(Map<String, String> parameters, String secret, Instant now) {
        String signature = parameters.get("signature");
        if (signature == null || expired(parameters, now)) {
            return false;
        }
        return MessageDigest.isEqual(
                of(parameters, secret).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean expired(Map<String, String> parameters, Instant now) {
        if (!"3".equals(parameters.get("signatureversion"))) {
            return false;
        }
        try {
            String expires = parameters.getOrDefault("expires", "");
            return OffsetDateTime.parse(expires, TIME).toInstant().isBefore(now);
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
