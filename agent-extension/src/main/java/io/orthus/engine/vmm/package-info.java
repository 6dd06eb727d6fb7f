// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** QEMU builds: which there are, which runs where, what is kept for rollback, and which pairs of them fit. */
package io.orthus.engine.vmm;
