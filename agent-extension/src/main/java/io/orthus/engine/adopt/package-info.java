// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** By which libvirt takes the new QEMU process for the domain that it has always managed. */
package io.orthus.engine.adopt;
