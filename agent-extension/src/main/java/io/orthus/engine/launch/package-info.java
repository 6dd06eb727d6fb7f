// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** The new QEMU of a VM: its command line, its descriptors, and what must be told to it afterwards. */
package io.orthus.engine.launch;
