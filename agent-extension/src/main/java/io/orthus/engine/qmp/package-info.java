// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** The QEMU machine protocol, over a socket of one's own or through whoever owns the monitor. */
package io.orthus.engine.qmp;
