// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Predicts the pause of a method from what earlier upgrades of this host measured. */
@FunctionalInterface
public interface PauseHistory {
    /** The median of what was measured; empty if the method was never used here. */
    Optional<Duration> predict(Method method) throws IOException;
}
