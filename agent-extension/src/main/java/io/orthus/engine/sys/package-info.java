// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/** What the engine needs of Linux: processes, trusted paths, durable files, FIFOs, child processes, deadlines. */
package io.orthus.engine.sys;
