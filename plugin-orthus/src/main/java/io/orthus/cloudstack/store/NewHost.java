// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.store;

/**
 * A host that a campaign is to begin with.
 *
 * @param id CloudStack's key
 * @param uuid CloudStack's UUID
 * @param name what people call it
 */
public record NewHost(long id, String uuid, String name) {}
