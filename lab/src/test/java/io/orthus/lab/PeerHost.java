// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

/**
 * Another lab host, joined to the first by a cable of its own, with the same disks: hard links, so both open the very
 * same files and see each other's locks.
 */
final class PeerHost implements AutoCloseable {
    private static final String CABLE = "peer";
    private static final String HERE = "10.10.0.1";
    private static final String THERE = "10.10.0.2";

    private final LabHost lab;
    private final LabHost peer;

    private PeerHost(LabHost lab, LabHost peer) {
        this.lab = lab;
        this.peer = peer;
    }

    static PeerHost linkedTo(LabHost lab) {
        PeerHost host = new PeerHost(lab, LabHost.up(lab.name() + "-peer"));
        try {
            host.join();
            host.shareDisks();
            host.listen();
            Watcher.start(host.peer);
            return host;
        } catch (RuntimeException | AssertionError e) {
            host.close();
            throw e;
        }
    }

    /** Its libvirt, as the first host reaches it. */
    String libvirt() {
        return "qemu+tcp://%s/system".formatted(THERE);
    }

    /** Where QEMU there awaits a domain. */
    String migration() {
        return "tcp://" + THERE;
    }

    /** The guest as it is there. */
    Guest receive(Guest guest) {
        return guest.on(peer);
    }

    /** Sends a signal to a process of it. */
    void signal(String signal, int pid) {
        peer.signal(signal, pid);
    }

    @Override
    public void close() {
        // The cable goes with the network namespace of the host.
        peer.down();
    }

    /** Guests find their neighbour where they knew it: the bridge of both hosts has the same address. */
    private void join() {
        String address = lab.read("/sys/class/net/cloudbr0/address").strip();
        peer.run("ip", "link", "set", "cloudbr0", "address", address).ok();
        LabHost.outside(
                        "ip",
                        "link",
                        "add",
                        CABLE,
                        "netns",
                        lab.init(),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        CABLE,
                        "netns",
                        peer.init())
                .ok();
        plug(lab, HERE);
        plug(peer, THERE);
    }

    private void append(String file, String line) {
        peer.write(file, peer.read(file) + line, "rw-r--r--");
    }

    private static void plug(LabHost host, String address) {
        host.run("ip", "address", "add", address + "/30", "dev", CABLE).ok();
        host.run("ip", "link", "set", CABLE, "up").ok();
    }

    private void shareDisks() {
        LabHost.outside(
                        "cp",
                        "--link",
                        "--force",
                        "--recursive",
                        "--no-target-directory",
                        lab.files() + "/libvirt/images",
                        peer.files() + "/libvirt/images")
                .ok();
    }

    /** Nobody but the first host reaches it. The disks are the first host's, which has given them to QEMU's user. */
    private void listen() {
        append("/etc/libvirt/libvirtd.conf", "auth_tcp = \"none\"\n");
        append("/etc/libvirt/qemu.conf", "dynamic_ownership = 0\n");
        peer.run("systemctl", "stop", "libvirtd.socket", "libvirtd.service").ok();
        peer.run("systemctl", "start", "libvirtd-tcp.socket", "libvirtd.service")
                .ok();
    }
}
