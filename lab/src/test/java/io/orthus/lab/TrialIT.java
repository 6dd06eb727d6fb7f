// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A throw-away VM finds out what the real one would run into, and leaves nothing behind. */
class TrialIT {
    private static final String TRIALS = "/var/lib/orthus/trials";
    private static final String NAME = "shape";
    private static final String DEFINITION = """
            <domain type='qemu'><name>%s</name><memory unit='MiB'>64</memory>
            <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
            <vcpu>1</vcpu><os><type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type></os>
            <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
            <devices><emulator>%s</emulator><rng model='virtio'>
            <backend model='random'>/dev/urandom</backend></rng><memballoon model='none'/></devices></domain>
            """;

    private final LabHost lab = LabHost.running();
    private final Orthus orthus = new Orthus(lab);

    @BeforeEach
    void forget() {
        lab.run("rm", "-rf", TRIALS).ok();
    }

    @AfterEach
    void destroy() {
        lab.run("virsh", "destroy", NAME);
    }

    @Test
    void aPairThatDoesNotFitIsRefusedInQemusWords() {
        start(lab.qemu("HOST"));

        LabHost.Result result = orthus.run("preflight", "--target", lab.qemu("NEW"), NAME);

        assertThat(result.exit()).as(result.err()).isEqualTo(3);
        assertThat(result.out()).contains("trial").contains("vring.num").contains("virtio-rng");
        nothingIsLeft();
    }

    @Test
    void theSameShapeIsTriedOnce() {
        start(lab.qemu("OLD"));

        orthus.run("preflight", "--target", lab.qemu("NEW"), NAME).ok();
        List<String> kept = lab.list(TRIALS);
        assertThat(kept).hasSize(1);
        String tried = lab.read(TRIALS + "/" + kept.get(0));
        assertThat(tried).doesNotContain("refusal");

        lab.run("virsh", "destroy", NAME).ok();
        start(lab.qemu("OLD"));
        orthus.run("preflight", "--target", lab.qemu("NEW"), NAME).ok();

        assertThat(lab.list(TRIALS)).isEqualTo(kept);
        assertThat(lab.read(TRIALS + "/" + kept.get(0))).isEqualTo(tried);
        nothingIsLeft();
    }

    @Test
    void aTargetThatOnlySaysItsVersionIsRefused() {
        String fake = "/usr/local/bin/qemu-that-answers";
        lab.write(
                fake,
                "#!/bin/sh\ncase \" $* \" in *' orthus-trial '*) echo 'cannot start today' >&2; exit 1;; esac\nexec "
                        + lab.qemu("NEW")
                        + " \"$@\"\n",
                "rwxr-xr-x");
        start(lab.qemu("OLD"));

        LabHost.Result result = orthus.run("upgrade", "--target", fake, NAME);

        assertThat(result.exit()).as(result.err()).isEqualTo(3);
        assertThat(result.out() + result.err()).contains("cannot start today");
        nothingIsLeft();
    }

    private void start(String emulator) {
        lab.write("/var/tmp/shape.xml", DEFINITION.formatted(NAME, emulator), "rw-------");
        lab.run("virsh", "create", "/var/tmp/shape.xml").ok();
    }

    private void nothingIsLeft() {
        assertThat(lab.list("/run")).noneMatch(name -> name.startsWith("orthus-trial"));
        assertThat(lab.run("pgrep", "-f", "orthus-trial").out()).isEmpty();
    }
}
