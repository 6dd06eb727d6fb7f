// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders of a management server, from the command on the wire to the VM and back to the answer. */
class CloudStackAgentIT {
    private static final LabHost LAB = LabHost.running();

    private static InstalledQemu installed;
    private static Guest guest;

    private final Orthus orthus = new Orthus(LAB);
    private final CloudStackAgent agent = new CloudStackAgent(LAB);

    @BeforeAll
    static void aVmWhoseQemuWasReplaced() {
        installed = new InstalledQemu(LAB);
        installed.replaceBy(LAB.qemu("OLD"));
        guest = Guest.boot(LAB, 41, "--memory", "graftable", "--emulator", InstalledQemu.PROGRAM);
        installed.replaceBy(LAB.qemu("NEW"));
    }

    @AfterAll
    static void end() {
        if (guest != null) {
            guest.end();
        }
        installed.close();
    }

    @BeforeEach
    void onTheOldQemu() {
        if (runs("NEW")) {
            guest.mayBeStopped();
            orthus.run("rollback", "--max-pause=20000", guest.name()).ok();
        }
    }

    @Test
    void aVmIsLookedAtAndMovedAndMovedBack() throws Exception {
        JsonObject looked = carriedOut("PREFLIGHT", List.of());
        JsonObject ready = vm(looked);
        assertThat(ready.get("verdict").getAsString()).as("%s", ready).isEqualTo("READY");
        assertThat(qemu(ready, "runsOn")).startsWith(LAB.version("OLD"));
        assertThat(looked.getAsJsonObject("host").getAsJsonArray("qemus"))
                .as("what is installed")
                .anyMatch(qemu -> qemu.getAsString().startsWith(LAB.version("NEW")));

        guest.mayBeStopped();
        JsonObject moved = vm(carriedOut("UPGRADE", List.of(guest.uuid())));
        assertThat(moved.get("result").getAsString()).as("%s", moved).isEqualTo("UPGRADED");
        assertThat(qemu(moved, "from")).startsWith(LAB.version("OLD"));
        assertThat(qemu(moved, "runsOn")).startsWith(LAB.version("NEW"));
        assertThat(runs("NEW")).isTrue();
        guest.isManaged();

        guest.mayBeStopped();
        JsonObject back = vm(carriedOut("ROLLBACK", List.of(guest.uuid())));
        assertThat(back.get("result").getAsString()).as("%s", back).isEqualTo("UPGRADED");
        assertThat(qemu(back, "runsOn")).startsWith(LAB.version("OLD"));
        assertThat(runs("OLD")).isTrue();
        guest.isManaged();
        guest.verdictIsGood();
    }

    /** Its unit is over then; the switch goes on nevertheless, and the agent recovers by itself. */
    @Test
    void anEngineThatIsKilledInTheWindow() throws Exception {
        String token = UUID.randomUUID() + "/1";
        guest.mayBeStopped();
        try (HeldUpgrade held = new HeldUpgrade(
                LAB,
                orthus,
                guest,
                Moment.SWITCHING,
                () -> agent.start(
                        "StartOrderCommand", CloudStackAgent.order(token, "UPGRADE", List.of(guest.uuid()))))) {
            held.killEngine();
            held.letGo();
        }
        JsonObject report = agent.ended(token);
        JsonObject vm = vm(report);
        assertThat(vm.get("result").getAsString()).as("%s", report).isEqualTo("UPGRADED");
        assertThat(runs("NEW")).isTrue();
        assertThat(LAB.list(Orthus.JOURNAL)).as("journal entries").isEmpty();
        guest.isManaged();
        guest.verdictIsGood();
    }

    private JsonObject carriedOut(String kind, List<String> vms) throws InterruptedException {
        JsonObject report = agent.carriedOut(CloudStackAgent.order(UUID.randomUUID() + "/1", kind, vms));
        assertThat(report.get("state").getAsString()).as("%s", report).isEqualTo("DONE");
        return report;
    }

    /** What a report says of the guest; the lab may have others. */
    private static JsonObject vm(JsonObject report) {
        for (var vm : report.getAsJsonArray("vms")) {
            if (vm.getAsJsonObject().get("uuid").getAsString().equals(guest.uuid())) {
                return vm.getAsJsonObject();
            }
        }
        throw new AssertionError("the guest is not in " + report);
    }

    private static String qemu(JsonObject vm, String which) {
        return vm.getAsJsonObject(which).get("qemu").getAsString();
    }

    private boolean runs(String build) {
        String inventory = orthus.run("inventory", "--json", guest.name()).ok().out();
        return JsonParser.parseString(inventory)
                .getAsJsonObject()
                .getAsJsonArray("vms")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("qemu")
                .get("version")
                .getAsString()
                .startsWith(LAB.version(build));
    }
}
