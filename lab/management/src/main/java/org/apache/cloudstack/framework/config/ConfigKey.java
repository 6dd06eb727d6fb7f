// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** In place of CloudStack's class of this name: settings that the process was given or that were changed since. */
public final class ConfigKey<T> {
    private static final Map<String, String> VALUES = new ConcurrentHashMap<>();

    private final Class<T> type;
    private final String name;
    private final String defaultValue;
    private final String description;

    public enum Scope {
        Global,
        Zone,
        Cluster
    }

    public ConfigKey(
            String category,
            Class<T> type,
            String name,
            String defaultValue,
            String description,
            boolean isDynamic,
            Scope scope) {
        this.type = type;
        this.name = name;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** Gives a setting of that name a value. */
    public static void set(String name, String value) {
        VALUES.put(name, value);
    }

    /** The text of its value. */
    public String text() {
        return VALUES.getOrDefault(name, defaultValue);
    }

    public String key() {
        return name;
    }

    public Class<T> type() {
        return type;
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    public T value() {
        String text = text();
        if (type == Integer.class) {
            return type.cast(Integer.valueOf(text));
        }
        if (type == Boolean.class) {
            return type.cast(Boolean.valueOf(text));
        }
        return type.cast(text);
    }
}
