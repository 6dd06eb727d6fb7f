// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.sys.Commands;
import java.io.IOException;
import java.util.List;

/** Finds out which of libvirt's daemons manages QEMU on this host. */
final class DaemonFinder {
    /** The one of the split daemons that has the QEMU driver, and the one of the undivided libvirt. */
    private static final List<String> NAMES = List.of("virtqemud", "libvirtd");

    /** How sure it is that a unit is the one, in rising order. */
    private enum Sign {
        NOT_INSTALLED,
        INSTALLED,
        SOCKET_LISTENS,
        NOT_AT_REST,
        RUNS
    }

    private final Commands commands;

    DaemonFinder(Commands commands) {
        this.commands = commands;
    }

    /**
     * The unit's name. A daemon that runs counts most; one that has failed or is being restarted is still the one;
     * one whose socket listens will be started by the next client.
     */
    String find() throws IOException {
        String best = null;
        Sign bestSign = Sign.NOT_INSTALLED;
        for (String name : NAMES) {
            Sign sign = sign(name);
            if (sign == Sign.RUNS && bestSign == Sign.RUNS) {
                throw new IOException("both " + best + ".service and " + name
                        + ".service are running; stop the one that does not manage this host's domains");
            }
            if (sign.compareTo(bestSign) > 0) {
                best = name;
                bestSign = sign;
            }
        }
        if (best == null) {
            throw new IOException("systemd knows neither virtqemud.service nor libvirtd.service on this host;"
                    + " is libvirt installed?");
        }
        return best + ".service";
    }

    private Sign sign(String name) throws IOException {
        UnitProperties service =
                UnitProperties.show(commands, name + ".service", "LoadState", "ActiveState", "MainPID");
        if (!service.get("LoadState").equals("loaded")) {
            return Sign.NOT_INSTALLED;
        }
        if (service.pid("MainPID") != 0) {
            return Sign.RUNS;
        }
        if (!service.get("ActiveState").equals("inactive")) {
            return Sign.NOT_AT_REST;
        }
        UnitProperties socket = UnitProperties.show(commands, name + ".socket", "ActiveState");
        return socket.get("ActiveState").equals("active") ? Sign.SOCKET_LISTENS : Sign.INSTALLED;
    }
}
