// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

/**
 * A file mapped by a process.
 *
 * @param permissions as in /proc/PID/maps; the fourth letter is {@code s} for shared, {@code p} for private
 * @param device major and minor number in hexadecimal, as in /proc/PID/maps
 * @param inode on that device
 * @param path as in /proc/PID/maps, including a trailing {@code " (deleted)"}
 */
public record Mapping(String permissions, String device, long inode, String path) {

    public boolean shared() {
        return permissions.endsWith("s");
    }
}
