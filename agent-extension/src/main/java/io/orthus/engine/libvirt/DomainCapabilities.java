// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Binds virConnectGetDomainCapabilities(), which libvirt-java 0.5.3 lacks.
 *
 * <p>On a connection of its own, because libvirt-java does not give its handle away.
 */
final class DomainCapabilities {
    private interface Virt extends Library {
        Virt INSTANCE = Native.load("virt", Virt.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

        Pointer virConnectOpen(String uri);

        int virConnectClose(Pointer connection);

        Pointer virConnectGetDomainCapabilities(
                Pointer connection, String emulator, String arch, String machine, String virtType, int flags);

        String virGetLastErrorMessage();
    }

    private DomainCapabilities() {}

    static String query(String uri, Path emulator, String machine, String virtType) throws LibvirtFailure {
        String wanted = "tell the capabilities of " + emulator + " (machine " + machine + ", " + virtType + ")";
        Pointer connection = Virt.INSTANCE.virConnectOpen(uri);
        if (connection == null) {
            throw new LibvirtFailure(wanted, Virt.INSTANCE.virGetLastErrorMessage());
        }
        try {
            // No architecture: libvirt asks the emulator for its own.
            Pointer xml = Virt.INSTANCE.virConnectGetDomainCapabilities(
                    connection, emulator.toString(), null, machine, virtType, 0);
            if (xml == null) {
                throw new LibvirtFailure(wanted, Virt.INSTANCE.virGetLastErrorMessage());
            }
            try {
                return xml.getString(0, "UTF-8");
            } finally {
                Native.free(Pointer.nativeValue(xml));
            }
        } finally {
            Virt.INSTANCE.virConnectClose(connection);
        }
    }
}
