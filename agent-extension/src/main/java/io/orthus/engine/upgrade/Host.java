// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import io.orthus.engine.adopt.Window;
import io.orthus.engine.journal.Journal;
import io.orthus.engine.kvm.ExchangeJournal;
import io.orthus.engine.kvm.KvmExchange;
import io.orthus.engine.kvm.KvmHost;
import io.orthus.engine.kvm.KvmModules;
import io.orthus.engine.libvirt.Daemon;
import io.orthus.engine.libvirt.LibvirtFailure;
import io.orthus.engine.libvirt.LibvirtHost;
import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Deadline;
import io.orthus.engine.vmm.VmmStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What an upgrade works with on this host. The libvirt connection is renewed when libvirtd was exchanged. */
public final class Host implements AutoCloseable {
    /** How long libvirtd may take to come back after a window, with all its domains. */
    private static final Duration LIBVIRT_BACK = Duration.ofSeconds(90);

    private final Layout layout;
    private final Journal journal;
    private final Daemon daemon;
    private final Commands commands = Commands.local();
    private final VmmStore kept;
    private final KvmHost kvms;
    private volatile LibvirtHost libvirt;

    /**
     * Connects to libvirt.
     *
     * @throws LibvirtFailure if libvirt cannot be reached
     * @throws IOException if the host's libvirt daemon cannot be found out
     */
    public Host(Layout layout) throws LibvirtFailure, IOException {
        this.layout = layout;
        this.journal = new Journal(layout.journal());
        this.kept = new VmmStore(layout.keptBuilds(), commands);
        this.kvms = new KvmHost(Path.of("/"), layout.kvmRecords());
        this.daemon = Daemon.find(commands);
        this.libvirt = LibvirtHost.open(LibvirtHost.SYSTEM);
    }

    /** Where things are. */
    public Layout layout() {
        return layout;
    }

    /** Runs programs. */
    public Commands commands() {
        return commands;
    }

    /** Builds that are kept for a rollback. */
    public VmmStore kept() {
        return kept;
    }

    /** What is under way. */
    public Journal journal() {
        return journal;
    }

    /** The KVMs that are loaded. */
    public KvmHost kvms() {
        return kvms;
    }

    /** How one of them takes another's place. */
    public KvmExchange kvmExchange() {
        return new KvmExchange(kvms, new KvmModules(kvms, commands), new ExchangeJournal(layout.kvmJournal()));
    }

    /** The libvirt daemon. */
    public Daemon daemon() {
        return daemon;
    }

    /** The connection to it. */
    public LibvirtHost libvirt() {
        return libvirt;
    }

    /** Waits until libvirtd is back and connects again. */
    void reconnect() throws IOException {
        LibvirtHost gone = libvirt;
        libvirt = daemon.awaitReady(() -> LibvirtHost.open(LibvirtHost.SYSTEM), Deadline.after(LIBVIRT_BACK));
        try {
            gone.close();
        } catch (LibvirtFailure e) {
            // It broke when libvirtd ended.
        }
    }

    /** Connects again if somebody has restarted libvirtd. */
    void revive() throws IOException {
        try {
            libvirt.version();
        } catch (LibvirtFailure e) {
            reconnect();
        }
    }

    Window.Settings windowSettings(Options options) throws IOException {
        return new Window.Settings(
                layout.switcher(),
                layout.gate(),
                layout.statusDirectory(),
                daemon.mainProcess(),
                options.longestPause());
    }

    @Override
    public void close() throws LibvirtFailure {
        libvirt.close();
    }
}
