// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A host with eight VMs: seven that share one absence of libvirtd, and one whose RAM is a shared memfd but whose firmware
 * and video memory are private, so it is copied.
 */
class EightGuestsIT {
    private static final int FIRST = 41;
    private static final int GRAFTABLE = 7;

    private final LabHost lab = LabHost.running();
    private final Orthus orthus = new Orthus(lab);
    private final List<Guest> guests = new ArrayList<>();

    @AfterEach
    void end() {
        guests.forEach(Guest::end);
    }

    @Test
    void allOfThemMove() {
        for (int i = 0; i < GRAFTABLE; i++) {
            guests.add(launched(FIRST + i, "graftable"));
        }
        guests.add(launched(FIRST + GRAFTABLE, "memfd"));
        guests.forEach(Guest::awaitUp);
        guests.forEach(Guest::mayBeStopped);

        List<String> command = new ArrayList<>(
                List.of("upgrade", "--json", "--max-pause=20000", "--canaries=0", "--target", lab.qemu("NEW")));
        guests.forEach(guest -> command.add(guest.name()));
        LabHost.Result result = orthus.run(command.toArray(String[]::new));

        assertThat(result.exit()).as(result.err()).isZero();
        JsonObject report = JsonParser.parseString(result.out()).getAsJsonObject();
        assertThat(report.getAsJsonArray("libvirtdOutagesMs"))
                .as("absences of libvirtd: of the seven, and of the one that is copied")
                .hasSize(2);
        List<String> methods = new ArrayList<>();
        for (JsonElement vm : report.getAsJsonArray("vms")) {
            methods.add(vm.getAsJsonObject().get("method").getAsString());
        }
        assertThat(methods)
                .hasSize(GRAFTABLE + 1)
                .endsWith("transplant")
                .filteredOn("cpr-transfer"::equals)
                .hasSize(GRAFTABLE);
        for (Guest guest : guests) {
            assertThat(guest.qemu()).isEqualTo(lab.qemu("NEW"));
            guest.isManaged();
            guest.verdictIsGood();
        }
    }

    /** They boot side by side; slow guests leave CPU time for each other. */
    private Guest launched(int number, String memory) {
        Guest guest = Guest.define(lab, number, "--memory", memory, "--emulator", lab.qemu("OLD"), "--light", "16");
        guest.launch();
        return guest;
    }
}
