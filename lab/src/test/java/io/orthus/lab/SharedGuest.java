// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/** The guest that the tests of this JVM share: booting one takes longer than any test. */
final class SharedGuest {
    private static Guest guest;
    private static boolean well;

    private SharedGuest() {}

    static synchronized Guest of(LabHost lab) {
        if (guest == null) {
            guest = Guest.boot(lab, 11, "--memory", "graftable", "--emulator", lab.qemu("OLD"));
        }
        well = true;
        return guest;
    }

    static synchronized void inUse() {
        well = false;
    }

    static synchronized void leftWell() {
        well = true;
    }

    static synchronized boolean isLeftWell() {
        return well;
    }

    /** For a test of what is left on a host when no VM is; the next one that needs it boots another. */
    static synchronized void end() {
        if (guest != null) {
            guest.end();
            guest = null;
        }
    }

    static synchronized void forget() {
        guest = null;
    }
}
