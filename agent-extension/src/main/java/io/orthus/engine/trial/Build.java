// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import io.orthus.engine.vmm.QemuVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Which build of QEMU it is, so that a result is not taken for another one's: a rebuild of the same version has another
 * size or date.
 *
 * @param program a path that leads to it
 * @param size bytes
 * @param modified milliseconds since 1970
 */
record Build(Path program, QemuVersion version, long size, long modified) {

    static Build of(Path program, QemuVersion version) throws IOException {
        BasicFileAttributes file = Files.readAttributes(program, BasicFileAttributes.class);
        return new Build(program, version, file.size(), file.lastModifiedTime().toMillis());
    }

    /** What tells it from other builds, wherever it lies. */
    String identity() {
        return version + " " + size + " " + modified;
    }
}
