// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Whether a QEMU that starts with a PCI device of the host resets it, although it was handed over open. With CPR QEMU
 * leaves out the reset of the device itself, but not, up to 11.1 at least, the hot reset that it gives at its start to
 * devices that cannot be reset by function: it first disables such a device, and the guest that still drives it dies.
 *
 * <p>QEMU's rule ({@code vfio_pci_compute_needs_reset} in hw/vfio/pci.c): the device has no reset at all, or none by
 * function (FLR) but one by power states. Offsets and bits are those of the PCI Local Bus and PCI Express specifications,
 * as in the kernel's pci_regs.h.
 */
final class PciReset {
    private static final int STATUS = 0x06;
    private static final int STATUS_CAPABILITIES = 1 << 4;
    private static final int FIRST_CAPABILITY = 0x34;
    private static final int POWER_MANAGEMENT = 0x01;
    private static final int POWER_CONTROL = 4;
    private static final int NO_SOFT_RESET = 1 << 3;
    private static final int EXPRESS = 0x10;
    /** The highest byte of the device capabilities. */
    private static final int EXPRESS_DEVICE = 4 + 3;

    private static final int EXPRESS_FLR = 1 << 4;
    private static final int ADVANCED_FEATURES = 0x13;
    private static final int ADVANCED_CAPABILITIES = 3;
    /** Transactions pending, and function level reset: QEMU wants both. */
    private static final int ADVANCED_FLR = 1 | 1 << 1;

    private final byte[] config;

    private PciReset(byte[] config) {
        this.config = config;
    }

    /**
     * Looks at one device.
     *
     * @param device its directory in sysfs
     */
    static boolean neededBy(Path device) throws IOException {
        if (!Files.exists(device.resolve("reset_method"))) {
            return true;
        }
        PciReset reset = new PciReset(Files.readAllBytes(device.resolve("config")));
        return reset.hasByPower() && !reset.hasByFunction();
    }

    private boolean hasByFunction() {
        OptionalInt express = capability(EXPRESS);
        OptionalInt advanced = capability(ADVANCED_FEATURES);
        return (express.isPresent() && (at(express.getAsInt() + EXPRESS_DEVICE) & EXPRESS_FLR) != 0)
                || (advanced.isPresent()
                        && (at(advanced.getAsInt() + ADVANCED_CAPABILITIES) & ADVANCED_FLR) == ADVANCED_FLR);
    }

    private boolean hasByPower() {
        OptionalInt power = capability(POWER_MANAGEMENT);
        return power.isPresent() && (at(power.getAsInt() + POWER_CONTROL) & NO_SOFT_RESET) == 0;
    }

    /** Where in the list of capabilities one is. The list may be damaged: no byte of it is visited twice. */
    private OptionalInt capability(int id) {
        if ((at(STATUS) & STATUS_CAPABILITIES) == 0) {
            return OptionalInt.empty();
        }
        int where = at(FIRST_CAPABILITY) & ~3;
        for (int visited = 0; where != 0 && visited < config.length; visited++) {
            if (at(where) == id) {
                return OptionalInt.of(where);
            }
            where = at(where + 1) & ~3;
        }
        return OptionalInt.empty();
    }

    /** 0 behind the end: only root is shown more than the first 64 bytes. */
    private int at(int offset) {
        return offset < config.length ? Byte.toUnsignedInt(config[offset]) : 0;
    }
}
