// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/**
 * What the agent finds by itself: it looks for handlers of commands below the package of its own ones, and nowhere else.
 */
package com.cloud.hypervisor.kvm.resource.wrapper.orthus;
