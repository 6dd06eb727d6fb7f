// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine's JVM is killed; nobody but {@code orthus recover} comes to its help. */
class EngineKilledIT extends FaultTest {
    @ParameterizedTest
    @EnumSource(Moment.class)
    void at(Moment moment) {
        try (HeldUpgrade held = held(moment)) {
            held.killEngine();
            if (moment == Moment.ARMED) {
                held.neverSaidGo();
            } else {
                held.letGo();
            }
            recovered(moment.compareTo(Moment.ARMED) <= 0 ? oldQemu : newQemu);
        }
        if (guest.qemu().equals(oldQemu)) {
            isAsBefore();
        }
        allIsWell();
    }

    @Test
    void justAfterItSaidGo() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            held.killEngine();
            held.letGo();
            recovered(newQemu);
        }
        allIsWell();
    }

    /** The window ends well with nobody's help; recovery only closes the books. */
    @Test
    void inTheWindowAndNobodyRecovers() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            held.killEngine();
            held.letGo();
        }
        LabHost.await("the switch to finish", () -> guest.processes().size() == 1);
        ranOn(newQemu);
        LabHost.await("libvirt to manage it", () -> guest.state().equals("running"));
        guest.isManaged();
        guest.verdictIsGood();
        recovered(newQemu);
        allIsWell();
    }

    private void recovered(String qemu) {
        orthus.run("recover").ok();
        ranOn(qemu);
        isOnceAndManaged();
    }
}
