// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

/**
 * A memory file made with memfd_create(2). Two processes that map the same inode share the memory.
 *
 * @param inode unique among the memfds of this kernel
 * @param name as given to memfd_create(2); not unique
 */
public record Memfd(long inode, String name) {}
