// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.qmp.Qmp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A connection to the libvirt that manages this host's domains. Thread-safe.
 *
 * <p>It does not survive an end of the daemon: after that every call fails, and a new connection has to be opened.
 */
public interface LibvirtHost extends AutoCloseable {
    /** The system's own libvirt. */
    String SYSTEM = "qemu:///system";

    /**
     * Connects, which starts the daemon if it listens at a socket only. Waits as long as the daemon takes: libvirt has
     * no limit for that.
     *
     * @param uri for example {@link #SYSTEM}
     */
    static LibvirtHost open(String uri) throws LibvirtFailure {
        return LibvirtConnection.open(uri);
    }

    /** The daemon's version, for example {@code 11.3.0}. */
    String version() throws LibvirtFailure;

    /** Every domain that has a process, in the order of ids. */
    List<RunningDomain> runningDomains() throws LibvirtFailure;

    /** The live definition, secrets such as the VNC password included. Must not be logged. */
    String liveXml(UUID uuid) throws LibvirtFailure;

    /**
     * The command with which libvirt would start this definition. Nothing is started; the descriptors that libvirt
     * would pass are not there, and paths that contain the domain's id have {@code -1} in its place.
     */
    NativeCommand nativeArgv(String domainXml) throws IOException;

    /**
     * The domain's own monitor, commands going through libvirt. It marks the domain as tainted by custom commands.
     * Closing it does nothing. Events are not seen.
     */
    Qmp monitor(UUID uuid);

    /**
     * Has libvirt look at an emulator, so that its cache of capabilities is that of this very file.
     *
     * @param emulator absolute path
     * @param machine a machine type that the emulator knows
     * @param virtType {@code kvm} or {@code qemu}
     * @return the domain capabilities as XML
     */
    String probe(Path emulator, String machine, String virtType) throws LibvirtFailure;

    /**
     * What is under way on the domain that must not be cut off: migration, save, dump, snapshot, backup or a block
     * job, in words for an operator; empty if the domain is at rest.
     */
    Optional<String> activeJob(UUID uuid) throws IOException;

    @Override
    void close() throws LibvirtFailure;
}
