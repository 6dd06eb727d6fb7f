// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

/** Locks that all management servers share. */
public interface Locks {
    /**
     * Does something unless somebody else holds the lock, without waiting for it.
     *
     * @param name what is locked, at most 64 characters
     */
    void ifFree(String name, Runnable work);
}
