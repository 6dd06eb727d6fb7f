// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.cloud;

/**
 * A zone, pod or cluster.
 *
 * @param parent the pod of a cluster, the zone of a pod, {@code null} for a zone
 */
public record Place(long id, String uuid, String name, Place parent) {}
