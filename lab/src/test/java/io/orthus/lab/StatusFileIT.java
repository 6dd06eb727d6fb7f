// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The file by which libvirt finds the VM's process again is damaged. */
class StatusFileIT extends FaultTest {
    private String undamaged;

    @Test
    void beforeTheUpgrade() {
        int before = guest.process();
        SharedGuest.inUse();
        damage();
        LabHost.Result result = orthus.run("upgrade", "--json", "--target", newQemu, guest.name());
        assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(3);
        assertThat(result.out()).contains(file());
        assertThat(guest.process()).isEqualTo(before);
        repair();
        allIsWell();
    }

    /** The switch refuses it; by the time that all is begun again, libvirt has had reason to write it anew. */
    @Test
    void beforeTheWindow() {
        try (HeldUpgrade held = held(Moment.ARMED)) {
            damage();
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** It is replaced anyway. */
    @Test
    void inTheWindow() {
        try (HeldUpgrade held = held(Moment.SWITCHING)) {
            damage();
            held.letGo();
            upgraded(held.finish());
        }
        allIsWell();
    }

    /** libvirtd does not find the VM; recovery has it look once more. */
    @Test
    void afterTheWindow() {
        try (HeldUpgrade held = held(Moment.SWITCHED)) {
            damage();
            held.letGo();
            LabHost.Result result = held.finish();
            upgraded(result);
            assertThat(Orthus.vm(result).get("message").getAsString()).contains("run 'orthus recover'");
        }
        orthus.run("recover").ok();
        ranOn(newQemu);
        allIsWell();
    }

    private String file() {
        return "/run/libvirt/qemu/" + guest.name() + ".xml";
    }

    private void damage() {
        undamaged = lab.read(file());
        lab.write(file(), undamaged.substring(0, undamaged.length() / 2), "rw-------");
    }

    private void repair() {
        lab.write(file(), undamaged, "rw-------");
    }
}
