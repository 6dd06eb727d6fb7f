// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/** Holds an upgrade at a certain moment. Closing it lets nobody be held any more. */
interface Hold extends AutoCloseable {
    /** Waits until the upgrade has come there. */
    void awaitHeld();

    /** Lets it go on. */
    void release();

    @Override
    void close();
}
