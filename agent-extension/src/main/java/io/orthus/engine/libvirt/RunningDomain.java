// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.util.UUID;

/**
 * A domain that has a process, be it running or paused.
 *
 * @param uuid stays the same over the domain's life
 * @param name unique on its host
 * @param id greater than 0; a new one each time the domain is started
 */
public record RunningDomain(UUID uuid, String name, int id) {}
