// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** Tries out on a throw-away VM whether one build of QEMU takes a machine over from another. */
package io.orthus.engine.trial;
