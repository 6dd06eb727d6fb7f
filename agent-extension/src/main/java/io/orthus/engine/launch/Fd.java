// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

/**
 * A descriptor of the running QEMU that the new one gets.
 *
 * @param source its number in the running QEMU
 * @param target its number in the new one
 */
public record Fd(int source, int target) {}
