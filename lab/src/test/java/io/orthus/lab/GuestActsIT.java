// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The guest does something by itself while it is upgraded. */
class GuestActsIT extends FaultTest {
    @Test
    void reboots() {
        int boots = guest.boots();
        meanwhile("reboot");
        guest.awaitBoots(boots + 1);
        allIsWell();
    }

    /** A kernel that panics reboots after a second. */
    @Test
    void crashes() {
        int boots = guest.boots();
        meanwhile("crash");
        guest.awaitBoots(boots + 1);
        allIsWell();
    }

    @Test
    void powersOff() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            guest.tell("poweroff");
            LabHost.await("the guest to be off", () -> guest.state().equals("shut off"));
            held.letGo();
            ended(held.finish(), 1, "ended");
        }
        assertThat(guest.processes()).isEmpty();
        nothingIsLeft();
        guest.start();
        allIsWell();
    }

    /** Its QEMU runs whatever its kernel does, so it is moved. */
    private void meanwhile(String deed) {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            guest.tell(deed);
            held.letGo();
            upgraded(held.finish());
        }
    }
}
