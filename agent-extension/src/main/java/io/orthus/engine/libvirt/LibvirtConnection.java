// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import io.orthus.engine.qmp.Qmp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.ErrorCallback;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt.VirErrorCallback;
import org.w3c.dom.Element;

/** {@link LibvirtHost} by libvirt-java. */
final class LibvirtConnection implements LibvirtHost {
    /** Every error comes as an exception; without this libvirt prints it to standard error as well. */
    private static final VirErrorCallback SILENT = new ErrorCallback();

    private static final String QEMU_ARGV = "qemu-argv";
    private static final int JOB_BOUNDED = 1;
    private static final int JOB_UNBOUNDED = 2;
    /** Indexed by libvirt's virDomainBlockJobType. */
    private static final List<String> BLOCK_JOBS = List.of("none", "pull", "copy", "commit", "active commit", "backup");

    private final String uri;
    private final Connect connect;
    /** A command line costs the daemon some 50 ms, and is asked for by the preflight and again for the start. */
    private final Map<String, NativeCommand> nativeCommands = new ConcurrentHashMap<>();

    private LibvirtConnection(String uri, Connect connect) {
        this.uri = uri;
        this.connect = connect;
    }

    static LibvirtConnection open(String uri) throws LibvirtFailure {
        String wanted = "be reached at " + uri;
        try {
            Connect.setErrorCallback(SILENT);
            return new LibvirtConnection(uri, new Connect(uri));
        } catch (LibvirtException e) {
            throw new LibvirtFailure(wanted, e);
        } catch (LinkageError e) {
            // Unsatisfied the first time; later the binding's class counts as broken.
            throw new LibvirtFailure(wanted, "its client library is not installed (package libvirt0)");
        }
    }

    @Override
    public String version() throws LibvirtFailure {
        try {
            long version = connect.getLibVersion();
            return version / 1_000_000 + "." + version / 1000 % 1000 + "." + version % 1000;
        } catch (LibvirtException e) {
            throw new LibvirtFailure("tell its version", e);
        }
    }

    @Override
    public List<RunningDomain> runningDomains() throws LibvirtFailure {
        List<RunningDomain> domains = new ArrayList<>();
        for (int id : activeIds()) {
            runningDomain(id).ifPresent(domains::add);
        }
        return domains;
    }

    @Override
    public String liveXml(UUID uuid) throws LibvirtFailure {
        return with(uuid, "give the definition of", domain -> domain.getXMLDesc(Domain.XMLFlags.SECURE));
    }

    @Override
    public NativeCommand nativeArgv(String domainXml) throws IOException {
        NativeCommand known = nativeCommands.get(domainXml);
        if (known != null) {
            return known;
        }
        String line;
        try {
            line = connect.domainXMLToNative(QEMU_ARGV, domainXml, 0);
        } catch (LibvirtException e) {
            throw new LibvirtFailure("make a command line of the definition", e);
        }
        NativeCommand command = NativeCommand.parse(line);
        nativeCommands.put(domainXml, command);
        return command;
    }

    @Override
    public Qmp monitor(UUID uuid) {
        return new LibvirtMonitor(
                uuid.toString(),
                command -> with(
                        uuid, "pass a command to the monitor of", domain -> domain.qemuMonitorCommand(command, 0)));
    }

    @Override
    public String probe(Path emulator, String machine, String virtType) throws LibvirtFailure {
        return DomainCapabilities.query(uri, emulator, machine, virtType);
    }

    @Override
    public Optional<String> activeJob(UUID uuid) throws IOException {
        int type = with(uuid, "tell the job of", domain -> domain.getJobInfo().getType());
        if (type == JOB_BOUNDED || type == JOB_UNBOUNDED) {
            return Optional.of("a job of libvirt (migration, save, dump, snapshot or backup)");
        }
        for (String disk : diskTargets(liveXml(uuid))) {
            int blockJob = with(uuid, "tell the block jobs of", domain -> domain.getBlockJobInfo(disk, 0).type);
            if (blockJob != 0) {
                String kind = blockJob < BLOCK_JOBS.size() ? BLOCK_JOBS.get(blockJob) : "type " + blockJob;
                return Optional.of("a block job (" + kind + ") on disk " + disk);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws LibvirtFailure {
        try {
            connect.close();
        } catch (LibvirtException e) {
            throw new LibvirtFailure("close the connection", e);
        }
    }

    static List<String> diskTargets(String domainXml) throws IOException {
        Element domain = Xml.parse(domainXml.getBytes(StandardCharsets.UTF_8), "the live definition")
                .getDocumentElement();
        List<String> targets = new ArrayList<>();
        for (Element disk : Xml.children(Xml.child(domain, "devices"), "disk")) {
            targets.add(Xml.attribute(Xml.child(disk, "target"), "dev"));
        }
        return targets;
    }

    private int[] activeIds() throws LibvirtFailure {
        try {
            int[] ids = connect.listDomains();
            Arrays.sort(ids);
            return ids;
        } catch (LibvirtException e) {
            throw new LibvirtFailure("list the running domains", e);
        }
    }

    /** Empty if the domain has ended since its id was listed. */
    private Optional<RunningDomain> runningDomain(int id) throws LibvirtFailure {
        try {
            Domain domain = connect.domainLookupByID(id);
            try {
                return Optional.of(new RunningDomain(UUID.fromString(domain.getUUIDString()), domain.getName(), id));
            } finally {
                domain.free();
            }
        } catch (LibvirtException e) {
            LibvirtFailure failure = new LibvirtFailure("look up the domain with id " + id, e);
            if (failure.isNoDomain()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    @FunctionalInterface
    private interface DomainCall<T> {
        T on(Domain domain) throws LibvirtException;
    }

    private <T> T with(UUID uuid, String wanted, DomainCall<T> call) throws LibvirtFailure {
        try {
            Domain domain = connect.domainLookupByUUIDString(uuid.toString());
            try {
                return call.on(domain);
            } finally {
                domain.free();
            }
        } catch (LibvirtException e) {
            throw new LibvirtFailure(wanted + " domain " + uuid, e);
        }
    }
}
