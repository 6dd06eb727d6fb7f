// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import java.nio.file.Path;

/**
 * The file that a process executes.
 *
 * @param path where it is, or where it was when {@code deleted}
 * @param deleted whether the name is gone, or leads to another file by now (a package upgrade does that)
 * @param size bytes
 * @param inode on {@code device}
 * @param device number of the file system, as stat(2) has it
 * @param link a path that opens this very file as long as the process lives, also when it is deleted
 */
public record Executable(Path path, boolean deleted, long size, long inode, long device, Path link) {}
