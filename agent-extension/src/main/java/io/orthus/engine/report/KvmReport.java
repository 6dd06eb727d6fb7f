// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import io.orthus.engine.kvm.KvmInstance;
import java.time.Duration;
import java.util.Optional;

/**
 * How the host's KVM was exchanged.
 *
 * @param from the KVM that was to go; empty if none was loaded
 * @param to the KVM that VMs were moved to
 * @param done whether the old one is unloaded and the new one {@code /dev/kvm}
 * @param message one sentence; if not done, what keeps the old one
 * @param load how long it took to load the new one; empty if that was not begun
 * @param settle how long it took, after the last VM, until the old one was unloaded and replaced, or not; empty likewise
 */
public record KvmReport(
        Optional<KvmInstance> from,
        KvmInstance to,
        boolean done,
        String message,
        Optional<Duration> load,
        Optional<Duration> settle) {}
