// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.config;

public class ConfigKey<T> {
    public enum Scope {
        Global,
        Zone,
        Cluster
    }

    private final Class<T> type;
    private final String name;
    private final String defaultValue;
    private final String description;

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

    public final String key() {
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

    /** The default: nothing is configured where the stubs are. */
    public T value() {
        if (type == Integer.class) {
            return type.cast(Integer.valueOf(defaultValue));
        }
        if (type == Long.class) {
            return type.cast(Long.valueOf(defaultValue));
        }
        if (type == Boolean.class) {
            return type.cast(Boolean.valueOf(defaultValue));
        }
        return type.cast(defaultValue);
    }
}
