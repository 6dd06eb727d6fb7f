// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The operations of libvirt, each on a domain in a process that libvirt has not started but adopted. Those that end the
 * process come last, because the domain must be moved again after them, or boot.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class MovedDomain {
    private static final String IMAGES = "/var/lib/libvirt/images/";
    private static final int RAM_KIB = 160 << 10;

    private final LabHost lab = LabHost.running();
    private final Orthus orthus = new Orthus(lab);
    private final int number;
    private final String memory;
    private final String method;

    private Guest guest;
    private String definitionBefore;
    /** Whether libvirt has the domain in an adopted process, not in one that it started itself. */
    private boolean moved;

    /** A domain with this kind of memory (see lab/domains/make), moved by {@code method}. */
    MovedDomain(int number, String memory, String method) {
        this.number = number;
        this.memory = memory;
        this.method = method;
    }

    @BeforeAll
    void boot() {
        guest = Guest.boot(lab, number, "--memory", memory, "--emulator", lab.qemu("OLD"));
    }

    @AfterAll
    void end() {
        guest.end();
    }

    /** Back and forth, until the last way was the one that is meant. */
    @BeforeEach
    void move() {
        while (!moved) {
            String target = lab.qemu(guest.qemu().equals(lab.qemu("OLD")) ? "NEW" : "OLD");
            definitionBefore = definition();
            guest.mayBeStopped();
            LabHost.Result result =
                    orthus.run("upgrade", "--json", "--max-pause=20000", "--target", target, guest.name());
            assertThat(result.exit()).as(result.err()).isZero();
            moved = Orthus.vm(result).get("method").getAsString().equals(method);
        }
    }

    @Test
    void itsStateIsKnown() {
        assertThat(virsh("domstate", "--reason")).startsWith("running");
        guest.isManaged();
        guest.verdictIsGood();
    }

    /** First, because others change it. */
    @Test
    @Order(1)
    void itsDefinitionIsWhatItWas() {
        List<String> before = DefinitionLines.of(definitionBefore);
        List<String> after = DefinitionLines.of(definition());
        assertThat(after).containsExactlyElementsOf(before);
    }

    @Test
    void suspendAndResume() {
        guest.mayBeStopped();
        virsh("suspend");
        assertThat(guest.state()).isEqualTo("paused");
        virsh("resume");
        assertThat(guest.state()).isEqualTo("running");
        guest.awaitUp();
        guest.verdictIsGood();
    }

    @Test
    void diskStatistics() {
        long before = writes();
        LabHost.await("libvirt to see the guest write", () -> writes() > before);
    }

    @Test
    void attachAndDetachADisk() {
        String image = IMAGES + guest.name() + "-more.raw";
        lab.run("truncate", "--size", "8M", image).ok();
        virsh("attach-disk", image, "vdz", "--live", "--driver", "qemu", "--subdriver", "raw", "--cache", "none");
        assertThat(virsh("domblklist")).contains("vdz");
        assertThat(virsh("domblkinfo", "vdz")).contains("8388608");
        detach(() -> virsh("detach-disk", "vdz", "--live"), "domblklist", "vdz");
        lab.run("rm", image).ok();
        guest.verdictIsGood();
    }

    @Test
    void attachAndDetachANic() {
        String mac = "1e:00:0a:09:ff:%02x".formatted(number);
        virsh("attach-interface", "bridge", "cloudbr0", "--model", "virtio", "--mac", mac, "--live");
        assertThat(virsh("domiflist")).contains(mac);
        detach(() -> virsh("detach-interface", "bridge", "--mac", mac, "--live"), "domiflist", mac);
        guest.verdictIsGood();
    }

    @Test
    void snapshotWithMemory() {
        guest.mayBeStopped();
        String memory = IMAGES + guest.name() + ".memory";
        String[] files = {memory, IMAGES + guest.name() + "-root.s1", IMAGES + guest.name() + "-data.s1"};
        remove(files);
        virsh(
                "snapshot-create-as",
                "s1",
                "--memspec",
                "file=" + memory + ",snapshot=external",
                "--diskspec",
                "vda,snapshot=external",
                "--diskspec",
                "vdb,snapshot=external");
        assertThat(virsh("snapshot-info", "s1")).containsPattern("State: +running");
        assertThat(virsh("domblklist")).contains("-root.s1", "-data.s1");
        for (String disk : List.of("vda", "vdb")) {
            // Not to the end of the chain: that is the image which all guests of the lab have in common, and lock.
            virsh("blockcommit", disk, "--shallow", "--active", "--pivot", "--wait");
        }
        virsh("snapshot-delete", "s1", "--metadata");
        assertThat(virsh("domblklist")).doesNotContain(".s1");
        remove(files);
        guest.verdictIsGood();
    }

    @Test
    void balloon() {
        setMemory(RAM_KIB - (16 << 10));
        setMemory(RAM_KIB);
    }

    @Test
    void console() {
        String transcript = "/var/tmp/" + guest.name() + ".console";
        lab.run("rm", "-f", transcript).ok();
        int boots = guest.boots();
        Process reader =
                lab.start("script", "--quiet", "--flush", "--command", "virsh console " + guest.name(), transcript);
        try {
            LabHost.await("the console to be open", () -> lab.read(transcript).contains("Escape character"));
            guest.tell("reboot");
            LabHost.await("the guest's kernel on the console", () -> lab.read(transcript)
                    .contains("Restarting system"));
        } finally {
            reader.destroy();
            LabHost.finish(reader);
        }
        guest.awaitBoots(boots + 1);
        guest.isManaged();
    }

    @Test
    void vncAsksForThePassword() {
        assertThat(Vnc.answer(lab, virsh("vncdisplay").strip(), "orthus"))
                .as("the right password")
                .isEqualTo(Vnc.Answer.ADMITTED);
        assertThat(Vnc.answer(lab, virsh("vncdisplay").strip(), "wrong"))
                .as("a wrong password")
                .isEqualTo(Vnc.Answer.REFUSED);
    }

    @Test
    void guestAgent() {
        LabHost.await("the guest to open its agent's channel", () -> virsh("dumpxml")
                .contains("name='org.qemu.guest_agent.0' state='connected'"));
        assertThat(virsh("qemu-agent-command", "{\"execute\":\"guest-ping\"}")).contains("{\"return\":{}}");
    }

    @Test
    void libvirtdIsRestarted() {
        String id = virsh("domid");
        lab.run("systemctl", "restart", "libvirtd.service").ok();
        guest.isManaged();
        assertThat(guest.state()).isEqualTo("running");
        assertThat(virsh("domid")).isEqualTo(id);
        guest.verdictIsGood();
    }

    /**
     * libvirt 11.3 can start no saved domain on QEMU 11.1, moved or not: it passes a descriptor where that QEMU wants a
     * name. The older one takes the image.
     */
    @Test
    @Order(Order.DEFAULT + 1)
    void managedSave() {
        guest.mayBeStopped();
        int boots = guest.boots();
        virsh("managedsave");
        moved = false;
        assertThat(guest.processes()).isEmpty();
        String saved = virsh("managedsave-dumpxml", "--security-info").replace(lab.qemu("NEW"), lab.qemu("OLD"));
        String file = "/var/tmp/" + guest.name() + ".saved.xml";
        lab.write(file, saved, "rw-------");
        virsh("managedsave-define", file);
        guest.start();
        // No verdict: whoever spoke to it meanwhile spoke to nobody.
        assertThat(guest.boots()).as("boots: it went on where it was").isEqualTo(boots);
    }

    @Test
    @Order(Order.DEFAULT + 2)
    void migrateToAnotherHost() {
        try (PeerHost peer = PeerHost.linkedTo(lab)) {
            String boot = guest.bootId();
            virsh("migrate", "--live", "--unsafe", peer.libvirt(), peer.migration());
            moved = false;
            assertThat(guest.processes()).as("QEMUs on the host it left").isEmpty();
            Guest there = peer.receive(guest);
            there.awaitUp();
            there.isManaged();
            assertThat(there.bootId()).as("its boot: it was never down").isEqualTo(boot);
            there.end();
        }
        guest.start();
    }

    @Test
    @Order(Order.DEFAULT + 3)
    void shutDown() {
        virsh("shutdown");
        moved = false;
        LabHost.await("the guest to shut down", () -> {
            assertThat(guest.state()).isEqualTo("shut off");
            nothingIsLeft();
            return true;
        });
        guest.start();
        guest.verdictIsGood();
    }

    @Test
    @Order(Order.DEFAULT + 4)
    void destroy() {
        virsh("destroy");
        moved = false;
        assertThat(guest.state()).isEqualTo("shut off");
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        assertThat(guest.processes()).as("QEMUs of %s", guest).isEmpty();
        assertThat(lab.list("/run/libvirt/qemu"))
                .as("libvirt's files of a running domain")
                .doesNotContain(guest.name() + ".xml", guest.name() + ".pid");
        // Other guests may be there; each has one NIC.
        assertThat(lab.list("/sys/class/net/cloudbr0/brif"))
                .as("taps in the bridge")
                .hasSize((int) lab.run("virsh", "list", "--name")
                        .ok()
                        .out()
                        .lines()
                        .filter(name -> !name.isBlank())
                        .count());
    }

    private void remove(String... files) {
        for (String file : files) {
            lab.run("rm", "-f", file).ok();
        }
    }

    private void setMemory(int kib) {
        virsh("setmem", Integer.toString(kib), "--live");
        LabHost.await(
                "the balloon to be of " + kib + " KiB",
                () -> virsh("dommemstat").lines().anyMatch(("actual " + kib)::equals));
    }

    /** The guest has a word in it. */
    private void detach(Runnable request, String list, String what) {
        request.run();
        LabHost.await("the guest to give back " + what, () -> !virsh(list).contains(what));
    }

    private long writes() {
        return virsh("domblkstat", "vda")
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals("wr_req"))
                .mapToLong(words -> Long.parseLong(words[2]))
                .findFirst()
                .orElseThrow();
    }

    private String definition() {
        return virsh("dumpxml", "--security-info");
    }

    /** A virsh command, whose first argument is always the domain. */
    private String virsh(String command, String... arguments) {
        List<String> whole = new ArrayList<>(List.of("virsh", "-q", command, guest.name()));
        whole.addAll(List.of(arguments));
        return lab.run(whole.toArray(String[]::new)).ok().out();
    }
}
