// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** An upgrade of one guest that has come to a certain moment and stays there until it is let go. */
final class HeldUpgrade implements AutoCloseable {
    private final LabHost lab;
    private final Orthus orthus;
    private final Guest guest;
    private final Hold hold;
    private final Process upgrade;
    /** The new QEMU, if it is that which stands still; else 0. */
    private int stopped;

    /** Starts one and waits until it has come there. */
    HeldUpgrade(LabHost lab, Orthus orthus, Guest guest, Moment moment, Supplier<Process> start) {
        this.lab = lab;
        this.orthus = orthus;
        this.guest = guest;
        int old = guest.process();
        int daemon = lab.libvirtd();
        hold = holdAt(moment);
        upgrade = start.get();
        try {
            hold.awaitHeld();
            switch (moment) {
                case PREPARING -> goOnWithStoppedQemu(old, "the preparation", () -> orthus.isAt(guest, "PREPARE"));
                case SWITCHING -> goOnWithStoppedQemu(old, "the window", () -> !lab.alive(daemon));
                case ADOPTING -> goOnWithStoppedQemu(old, "the adoption", () -> orthus.isAt(guest, "ADOPT"));
                default -> {}
            }
        } catch (AssertionError e) {
            throw neverCameThere(moment, e);
        }
    }

    /** The next test must not be held, and whoever reads of this one wants to know what the upgrade said. */
    private AssertionError neverCameThere(Moment moment, AssertionError why) {
        close();
        upgrade.destroy();
        LabHost.Result said = finish();
        return new AssertionError(
                "the upgrade did not come to %s; exit code %d; it said: %s%s"
                        .formatted(moment, said.exit(), said.out(), said.err()),
                why);
    }

    private Hold holdAt(Moment moment) {
        return switch (moment) {
            case LAUNCHING -> HoldPoint.beforeLaunch(lab);
            case LAUNCHED, PREPARING -> HoldPoint.afterLaunch(lab);
            case ARMED, SWITCHING -> HoldPoint.beforeGo(lab);
            case SWITCHED, ADOPTING -> new HeldLibvirtd(lab);
        };
    }

    private void goOnWithStoppedQemu(int old, String to, Callable<Boolean> condition) {
        List<Integer> processes = new ArrayList<>(guest.processes());
        processes.remove(Integer.valueOf(old));
        stopped = processes.get(0);
        lab.signal("STOP", stopped);
        hold.release();
        LabHost.await(to, condition);
    }

    void killEngine() {
        lab.signal("KILL", orthus.engine("upgrade"));
        finish();
    }

    void killNewQemu() {
        lab.signal("KILL", stopped == 0 ? orthus.newProcess(guest) : stopped);
    }

    /** Whatever holds it lets it go on. */
    void letGo() {
        if (stopped == 0) {
            hold.release();
        } else {
            // It may have been ended meanwhile, as it should when its engine was killed.
            lab.run("kill", "-CONT", Integer.toString(stopped));
        }
    }

    /** At {@link Moment#ARMED}: as if the engine, which is dead by now, had not said "go". */
    void neverSaidGo() {
        ((HoldPoint) hold).drop();
    }

    LabHost.Result finish() {
        return LabHost.finish(upgrade);
    }

    @Override
    public void close() {
        hold.close();
    }
}
