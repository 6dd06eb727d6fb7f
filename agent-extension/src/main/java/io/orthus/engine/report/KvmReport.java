// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import io.orthus.engine.kvm.KvmInstance;
import java.util.Optional;

/**
 * How the host's KVM was exchanged.
 *
 * @param from the KVM that was to go; empty if none was loaded
 * @param to the KVM that VMs were moved to
 * @param done whether the old one is unloaded and the new one {@code /dev/kvm}
 * @param message one sentence; if not done, what keeps the old one
 */
public record KvmReport(Optional<KvmInstance> from, KvmInstance to, boolean done, String message) {}
