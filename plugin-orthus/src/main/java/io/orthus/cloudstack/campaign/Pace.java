// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.time.Duration;

/**
 * How patient the engine is.
 *
 * @param poll between two looks at a host under way
 * @param idle between two looks at a host that must not go on, because its campaign is paused
 * @param holdFresh how old CloudStack's last word that it keeps its hands off a VM may be
 * @param holdPatience how long a VM may be busy with another operation before it is left alone
 * @param hostPatience how long a host may be silent before it is given up
 * @param orderPatience how long one order may take before it is called off
 * @param leavePatience how long a live migration away may take
 */
public record Pace(
        Duration poll,
        Duration idle,
        Duration holdFresh,
        Duration holdPatience,
        Duration hostPatience,
        Duration orderPatience,
        Duration leavePatience) {}
