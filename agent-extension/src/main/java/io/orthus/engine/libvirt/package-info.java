// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** libvirt on this host: its API, its definitions, what it keeps about running domains, and its daemon. */
package io.orthus.engine.libvirt;
