// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import java.nio.file.Path;

/**
 * A file that is opened for the new QEMU.
 *
 * @param path in the mount namespace of the running QEMU, or of the host where that is said
 * @param target its number in the new QEMU
 */
public record FreshFd(Path path, int target) {}
