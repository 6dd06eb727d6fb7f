// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import java.nio.file.Path;
import java.util.List;

/**
 * One of the self-test's VMs.
 *
 * @param number 1 to 200; name and address come from it
 * @param chipset which board it has
 * @param ram what its memory is made of, and so by which method it can be moved
 */
record TestGuest(int number, Chipset chipset, Ram ram) {
    /** How the name of each begins; {@code selftest-clean} ends the domains that are called so. */
    static final String PREFIX = "orthus-selftest-";

    /** Each way by which a VM can be moved, and both chipsets. */
    static final List<TestGuest> ALL = List.of(
            new TestGuest(1, Chipset.I440FX, Ram.GRAFTABLE),
            new TestGuest(2, Chipset.Q35, Ram.GRAFTABLE),
            new TestGuest(3, Chipset.I440FX, Ram.SHARED_FILE),
            new TestGuest(4, Chipset.I440FX, Ram.ANONYMOUS));

    /** A board, with the disks and drives that CloudStack gives it. */
    enum Chipset {
        /** virtio-blk, CD on IDE. */
        I440FX("pc", "virtio", "vd", "ide", "hdc", "cirrus"),
        /** virtio-scsi, CD on SATA. */
        Q35("q35", "scsi", "sd", "sata", "sdc", "vga");

        final String machine;
        final String diskBus;
        final String disk;
        final String cdBus;
        final String cd;
        final String video;

        Chipset(String machine, String diskBus, String disk, String cdBus, String cd, String video) {
            this.machine = machine;
            this.diskBus = diskBus;
            this.disk = disk;
            this.cdBus = cdBus;
            this.cd = cd;
            this.video = video;
        }
    }

    /** What a VM's RAM is made of. */
    enum Ram {
        /** A shared memfd, firmware and video memory too. */
        GRAFTABLE("graftable"),
        /** A shared file; firmware and video memory are private. */
        SHARED_FILE("shared file"),
        /** Private, as CloudStack starts VMs. */
        ANONYMOUS("anonymous");

        final String label;

        Ram(String label) {
            this.label = label;
        }
    }

    String name() {
        return PREFIX + number;
    }

    String address() {
        return Bench.SUBNET + (10 + number);
    }

    /** Locally administered. */
    String mac() {
        return "1e:00:c0:00:02:%02x".formatted(10 + number);
    }

    Path bootDisk() {
        return Bench.FILES.resolve(name() + "-boot.raw");
    }

    Path dataDisk() {
        return Bench.FILES.resolve(name() + "-data.raw");
    }

    Path configDrive() {
        return Bench.FILES.resolve(name() + ".iso");
    }

    /** What the workload is to do, read by it from its config drive. */
    String settings(boolean emulated) {
        return """
            name=%s
            ip=%s/24
            peer=%s
            light=%d
            touch=32
            disks=2
            """.formatted(name(), address(), Bench.HOST, emulated ? 6 : 1);
    }
}
