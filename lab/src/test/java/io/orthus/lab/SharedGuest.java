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

    static synchronized void forget() {
        guest = null;
    }
}
