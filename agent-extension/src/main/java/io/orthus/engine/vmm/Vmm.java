// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import java.nio.file.Path;

/**
 * A QEMU build on this host.
 *
 * @param emulator path of the program; where it was when {@code deleted}
 * @param version what the process or the program says it is
 * @param deleted whether processes run it but the path leads to another file by now, or to none
 */
public record Vmm(Path emulator, QemuVersion version, boolean deleted) {

    /** The build's name as its packager gives it, or the release if he gives none. */
    public String packageVersion() {
        return version.build().isEmpty() ? version.release() : version.build();
    }

    @Override
    public String toString() {
        return version + (deleted ? ", replaced on disk" : "");
    }
}
