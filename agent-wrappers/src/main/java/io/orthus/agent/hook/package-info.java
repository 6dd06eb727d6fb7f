// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/**
 * What the agent's hook for definitions of domains calls. Like all of this jar it is on the agent's class path, where a
 * hook script finds it.
 */
package io.orthus.agent.hook;
