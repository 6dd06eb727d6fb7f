// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** The KVMs of this host: which are loaded, which process uses which, and how one takes the other's place. */
package io.orthus.engine.kvm;
