// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

/** The package manager replaces QEMU under a running VM, which has a device that QEMU loads from a module. */
class KeepAsideIT {
    private static final String KEPT = "/var/lib/orthus/vmm";
    private static final String MODULES = "usr/lib/x86_64-linux-gnu/qemu";
    private static final String MODULE = "hw-display-virtio-vga.so";

    private final LabHost lab = LabHost.running();
    private final Orthus orthus = new Orthus(lab);

    @Test
    void fromThePackageThatWasToTheOneThatIsAndBack() {
        try (InstalledQemu installed = new InstalledQemu(lab)) {
            installed.replaceBy(lab.qemu("OLD"));
            // It could go back to the build that is kept here.
            SharedGuest.end();
            Guest guest = Guest.boot(
                    lab, 31, "--memory", "graftable", "--video", "virtio", "--emulator", InstalledQemu.PROGRAM);
            try {
                runs(guest, "OLD", InstalledQemu.PROGRAM, false);

                installed.replaceBy(lab.qemu("NEW"));
                runs(guest, "OLD", InstalledQemu.PROGRAM, true);

                move(guest, "upgrade", "upgraded");
                runs(guest, "NEW", InstalledQemu.PROGRAM, false);

                move(guest, "rollback", "moved back");
                String kept = KEPT + "/" + lab.list(KEPT).get(0);
                runs(guest, "OLD", kept + InstalledQemu.PROGRAM, true);
                assertThat(lab.read("/proc/%d/maps".formatted(guest.process())))
                        .as("files that the QEMU that was kept has mapped")
                        .contains("%s/%s/%s".formatted(kept, MODULES, MODULE));
                assertThat(lab.run("virsh", "dumpxml", guest.name()).ok().out())
                        .as("the definition, which other hosts must understand")
                        .contains("<emulator>%s</emulator>".formatted(InstalledQemu.PROGRAM));
                guest.verdictIsGood();

                assertThat(orthus.run("rollback", guest.name()).exit())
                        .as("a second rollback")
                        .isEqualTo(2);

                move(guest, "upgrade", "upgraded");
                runs(guest, "NEW", InstalledQemu.PROGRAM, false);
                guest.verdictIsGood();
                assertThat(lab.list(KEPT))
                        .as("builds that somebody may go back to")
                        .hasSize(1);

                // Going back a second time, too, and then nobody is left who could.
                move(guest, "rollback", "moved back");
                lab.run("virsh", "-q", "destroy", guest.name()).ok();
                guest.start();
                orthus.run("upgrade", guest.name()).ok();
                runs(guest, "NEW", InstalledQemu.PROGRAM, false);
                assertThat(lab.list(KEPT))
                        .as("builds that nobody can go back to")
                        .isEmpty();
            } finally {
                guest.end();
            }
        }
    }

    private void move(Guest guest, String command, String word) {
        guest.mayBeStopped();
        LabHost.Result result = orthus.run(command, "--max-pause=20000", guest.name());
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains(word);
        guest.isManaged();
    }

    /** What {@code orthus inventory} says of the guest. */
    private void runs(Guest guest, String build, String program, boolean outdated) {
        JsonObject inventory = JsonParser.parseString(
                        orthus.run("inventory", "--json", guest.name()).ok().out())
                .getAsJsonObject();
        JsonObject qemu = only(inventory, "vms").getAsJsonObject("qemu");
        assertThat(qemu.get("version").getAsString()).startsWith(lab.version(build));
        assertThat(qemu.get("emulator").getAsString()).isEqualTo(program);
        JsonObject running = only(inventory, "builds");
        assertThat(running.get("outdated").getAsBoolean()).as("outdated").isEqualTo(outdated);
        assertThat(guest.qemu()).as("what the process executes").startsWith(program);
    }

    private static JsonObject only(JsonObject inventory, String list) {
        assertThat(inventory.getAsJsonArray(list)).hasSize(1);
        JsonElement element = inventory.getAsJsonArray(list).get(0);
        return element.getAsJsonObject();
    }
}
