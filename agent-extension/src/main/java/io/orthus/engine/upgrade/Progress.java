// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.model.VmId;
import io.orthus.engine.model.VmOutcome;

/** Hears how an upgrade goes on. Called from several threads; must return quickly and not throw. */
public interface Progress {
    /** A VM has reached a step, for example {@code starting}, {@code comparing}, {@code switching}. */
    void step(VmId vm, String step);

    /** A VM is through. */
    void done(VmOutcome outcome);

    /** Something about the host, for example that libvirtd is back. */
    void host(String message);
}
