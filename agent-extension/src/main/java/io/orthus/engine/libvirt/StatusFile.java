// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.w3c.dom.Element;

/**
 * What libvirt has on disk about a running domain, by which it finds the process again after a restart of its own.
 *
 * <p>A snapshot: libvirt rewrites the file whenever something changes. Immutable and thread-safe.
 */
public final class StatusFile {
    /** Where the system's libvirt keeps them. */
    public static final Path DIRECTORY = Path.of("/run/libvirt/qemu");

    private static final String NONE = "none";

    private final byte[] bytes;
    private final String state;
    private final String reason;
    private final int pid;
    private final Path monitor;
    private final UUID uuid;
    private final String name;
    private final int id;
    private final SortedMap<Integer, Integer> vcpus;
    private final Path emulator;
    private final Optional<String> asyncJob;
    private final boolean blockJob;

    private StatusFile(byte[] bytes, Element root) throws IOException {
        Element domain = Xml.child(root, "domain");
        this.bytes = bytes;
        this.state = Xml.attribute(root, "state");
        this.reason = Xml.attribute(root, "reason");
        this.pid = Xml.intAttribute(root, "pid");
        this.monitor = Path.of(Xml.attribute(Xml.child(root, "monitor"), "path"));
        this.uuid = parseUuid(Xml.text(domain, "uuid"));
        this.name = Xml.text(domain, "name");
        this.id = Xml.intAttribute(domain, "id");
        this.vcpus = parseVcpus(root);
        this.emulator = Path.of(Xml.text(Xml.child(domain, "devices"), "emulator"));
        this.asyncJob = Xml.findChild(root, "job")
                .flatMap(job -> Xml.findAttribute(job, "async"))
                .filter(job -> !job.equals(NONE));
        this.blockJob = Xml.findChild(root, "blockjobs")
                .flatMap(jobs -> Xml.findAttribute(jobs, "active"))
                .filter("yes"::equals)
                .isPresent();
    }

    /** The file of a domain, by its name, below a directory such as {@link #DIRECTORY}. */
    public static Path path(Path directory, String domainName) {
        return directory.resolve(domainName + ".xml");
    }

    /**
     * The file next to it that has nothing but the process id. In its name, unlike in the other one's, libvirt writes
     * five characters as XML would.
     */
    public static Path pidFile(Path directory, String domainName) {
        String escaped = domainName
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&apos;");
        return directory.resolve(escaped + ".pid");
    }

    /** Reads a status file. */
    public static StatusFile read(Path file) throws IOException {
        return parse(Files.readAllBytes(file), file.toString());
    }

    /**
     * Parses the content of a status file.
     *
     * @param subject where it comes from, for the error message
     */
    public static StatusFile parse(byte[] bytes, String subject) throws IOException {
        byte[] copy = bytes.clone();
        Element root = Xml.parse(copy, subject).getDocumentElement();
        if (!root.getTagName().equals("domstatus")) {
            throw new IOException(
                    subject + " is not a status file of libvirt: it begins with <" + root.getTagName() + ">");
        }
        try {
            return new StatusFile(copy, root);
        } catch (IOException e) {
            throw new IOException(subject + " is not a complete status file: " + e.getMessage(), e);
        }
    }

    /** The file as it was, byte for byte. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** libvirt's word for the state, for example {@code running} or {@code paused}. */
    public String state() {
        return state;
    }

    /** libvirt's word for why it is in that state, for example {@code booted} or {@code user}. */
    public String reason() {
        return reason;
    }

    /** The QEMU process. */
    public int pid() {
        return pid;
    }

    /** The socket of the monitor that libvirt uses. */
    public Path monitor() {
        return monitor;
    }

    public UUID uuid() {
        return uuid;
    }

    public String name() {
        return name;
    }

    /** The domain's id, which is part of the paths that libvirt gave this process. */
    public int id() {
        return id;
    }

    /** Thread ids by number of the vCPU; of vCPUs that are plugged in only. Empty under TCG with a single thread. */
    public SortedMap<Integer, Integer> vcpus() {
        return vcpus;
    }

    /** The emulator of the definition; the process may execute another file by now. */
    public Path emulator() {
        return emulator;
    }

    /** The long-running operation under way, in libvirt's word, for example {@code migration out}. */
    public Optional<String> asyncJob() {
        return asyncJob;
    }

    /** Whether a block job (copy, commit, pull, backup) is under way. */
    public boolean blockJob() {
        return blockJob;
    }

    private static SortedMap<Integer, Integer> parseVcpus(Element root) throws IOException {
        SortedMap<Integer, Integer> vcpus = new TreeMap<>();
        Optional<Element> list = Xml.findChild(root, "vcpus");
        if (list.isPresent()) {
            for (Element vcpu : Xml.children(list.get(), "vcpu")) {
                vcpus.put(Xml.intAttribute(vcpu, "id"), Xml.intAttribute(vcpu, "pid"));
            }
        }
        return Collections.unmodifiableSortedMap(vcpus);
    }

    private static UUID parseUuid(String text) throws IOException {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("not a UUID: " + text, e);
        }
    }
}
