// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/** The next start of libvirtd is held, after the gate of the window has let it pass. */
final class HeldLibvirtd implements Hold {
    private static final String DROP_IN = "/run/systemd/system/libvirtd.service.d/90-held.conf";

    private final LabHost lab;
    private final Barrier barrier;

    HeldLibvirtd(LabHost lab) {
        this.lab = lab;
        barrier = new Barrier(lab, "libvirtd");
        lab.write(DROP_IN, """
                [Service]
                TimeoutStartSec=infinity
                ExecStartPre=/bin/sh -c '%s'
                """.formatted(barrier.commands()), "rw-r--r--");
        reload();
    }

    @Override
    public void awaitHeld() {
        barrier.awaitHeld();
    }

    @Override
    public void release() {
        barrier.say("go");
    }

    @Override
    public void close() {
        barrier.close();
        lab.run("rm", "-f", DROP_IN).ok();
        reload();
    }

    private void reload() {
        lab.run("systemctl", "daemon-reload").ok();
    }
}
