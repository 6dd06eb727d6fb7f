// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

import io.orthus.protocol.Verdict;
import java.time.Instant;

/**
 * What is known of a VM since its host last looked.
 *
 * @param uuid CloudStack's UUID
 * @param name CloudStack's instance name
 * @param hostUuid UUID of its host
 * @param hostName name of its host
 * @param qemu the QEMU build it runs; {@code null} if not known
 * @param kvm the KVM build it runs; {@code null} if not known
 * @param verdict whether it could be moved; {@code null} if not known
 * @param method how; {@code null} if it could not
 * @param predictedPauseMs in milliseconds; {@code null} if not known
 * @param message why, or what stands in the way
 * @param seen when the host looked
 */
public record VmReadiness(
        String uuid,
        String name,
        String hostUuid,
        String hostName,
        String qemu,
        String kvm,
        Verdict verdict,
        String method,
        Double predictedPauseMs,
        String message,
        Instant seen) {}
