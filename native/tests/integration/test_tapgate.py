# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors

"""liborthus-tapgate in a process that does what a starting QEMU does to a tap.

The process is this file itself, run again with the library loaded, in a network
namespace of its own. Needs root and /dev/net/tun.
"""

import fcntl
import os
import resource
import select
import socket
import struct
import subprocess
import sys
import unittest

from bench import BUILD, Case

TUNSETIFF, TUNGETIFF, TUNSETQUEUE = 0x400454ca, 0x800454d2, 0x400454d9
TUNSETVNETHDRSZ, TUNGETVNETHDRSZ = 0x400454d8, 0x800454d7
TUNSETOFFLOAD, TUNSETSNDBUF, TUNGETSNDBUF = 0x400454d0, 0x400454d4, 0x800454d3
IFF_TAP, IFF_NO_PI, IFF_MULTI_QUEUE, IFF_VNET_HDR = 2, 0x1000, 0x100, 0x4000
ATTACH, DETACH = 0x0200, 0x0400
VFIO_IOMMU_MAP_DMA, VFIO_DMA_MAP_FLAG_VADDR, KVM_RUN = 0x3b71, 4, 0xae80
TUN_F_CSUM, TUN_F_TSO4, TUN_F_UNKNOWN = 1, 2, 1 << 30
# USO whole and in part; tunnels alone, beside TSO, with checksum; nonsense.
OFFLOADS = (0x60, 0x20, 0x80, 0x180, 0x82, 0x182, 0x102, TUN_F_UNKNOWN)


def flags(value):
    return struct.pack("16sH22x", b"", value)


def make_tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack(
        "16sH22x", name, IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_VNET_HDR))
    return fd


def header_size(fd):
    return struct.unpack("i", fcntl.ioctl(fd, TUNGETVNETHDRSZ, b"\0" * 4))[0]


def send_buffer(fd):
    return struct.unpack("i", fcntl.ioctl(fd, TUNGETSNDBUF, b"\0" * 4))[0]


def is_detached(fd):
    got = fcntl.ioctl(fd, TUNGETIFF, b"\0" * 40)
    return bool(struct.unpack("16sH22x", got)[1] & DETACH)


def takes_offload(fd, bits):
    try:
        fcntl.ioctl(fd, TUNSETOFFLOAD, bits)
        return True
    except OSError:
        return False


def has_packet(fd):
    try:
        return len(os.read(fd, 65536)) > 0
    except BlockingIOError:
        return False


def gives_up_core(fd, times):
    """Does each of so many reads in vain wait for something?"""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
    for _ in range(times):
        check(not has_packet(fd), "there is a packet, but not for us")
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - before >= times


def check(condition, what):
    if not condition:
        print("not so: " + what)
        sys.exit(1)


def takes_address(fd):
    """Is said to take an address of guest RAM; no descriptor here really does."""
    try:
        fcntl.ioctl(fd, VFIO_IOMMU_MAP_DMA, struct.pack(
            "IIQQQ", 32, VFIO_DMA_MAP_FLAG_VADDR, 0x7000, 0x1000, 0x1000))
        return True
    except OSError:
        return False


def enter_guest(fd):
    try:
        fcntl.ioctl(fd, KVM_RUN, 0)
    except OSError:
        pass


def main(path):
    """With the library loaded; @path is that of the migration channel."""
    gated = bool(os.environ.get("ORTHUS_TAPGATE_SOCKET"))
    first, second = make_tap(b"tg0"), make_tap(b"tg0")
    old_size, old_buffer = header_size(first), send_buffer(first)
    subprocess.run(["ip", "link", "set", "tg0", "up"], check=True)
    subprocess.run(["ip", "addr", "add", "192.0.2.1/24", "dev", "tg0"],
                   check=True)
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)

    def packet():
        out.sendto(b"x", ("192.0.2.255", 9))

    def any_packet():
        return has_packet(first) | has_packet(second)

    fcntl.ioctl(first, TUNSETVNETHDRSZ, struct.pack("i", 12))
    fcntl.ioctl(first, TUNSETSNDBUF, struct.pack("i", 4096))
    check((header_size(first) == old_size) == gated, "header size is kept")
    check((send_buffer(first) == old_buffer) == gated, "send buffer is kept")
    check(takes_offload(first, TUN_F_CSUM | TUN_F_TSO4), "TSO is offered")
    # The answers of the gate must be those of the kernel; see below.
    said = [takes_offload(first, TUN_F_CSUM | bits)
            for bits in OFFLOADS]
    check(takes_offload(first, 0), "offloads can be cleared")
    fcntl.ioctl(second, TUNSETQUEUE, flags(DETACH))
    check(is_detached(second) != gated, "queue stays attached")
    if not gated:
        fcntl.ioctl(second, TUNSETQUEUE, flags(ATTACH))
    packet()
    check(any_packet() != gated, "packets are left alone")
    if gated:
        waiting = select.select([first, second], [], [])[0][0]
        check(gives_up_core(waiting, 20), "a loop that reads in vain does not spin")
    # Other descriptors are as ever.
    reader, writer = os.pipe()
    os.write(writer, b"y")
    check(os.read(reader, 5) == b"y", "a pipe can be read")
    check(takes_address(reader) == gated, "addresses are held")
    with open(path + ".file", "w+b", buffering=0) as file:
        check(os.pwrite(file.fileno(), b"z", (1 << 33) + 4) == 1 and
              os.pread(file.fileno(), 5, 1 << 33) == b"\0\0\0\0z",
              "a file is written to, far behind")

    if gated:
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(path + ".other")
            other.listen(1)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path + ".other")
                other.accept()[0].close()
        check(not any_packet(), "another socket does not open the gate")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1)
        client = socket.socket(socket.AF_UNIX)
        client.connect(path)
        channel, _ = listener.accept()
        fcntl.ioctl(first, TUNSETVNETHDRSZ, struct.pack("i", 12))
        check(header_size(first) == 12, "loading devices set the header size")
        # What is attached already, or detached, may be so.
        fcntl.ioctl(second, TUNSETQUEUE, flags(ATTACH))
        check(not is_detached(second), "attached")
        for _ in range(2):
            fcntl.ioctl(second, TUNSETQUEUE, flags(DETACH))
            check(is_detached(second), "detached")
        for _ in range(2):
            fcntl.ioctl(second, TUNSETQUEUE, flags(ATTACH))
            check(not is_detached(second), "attached again")
        try:
            fcntl.ioctl(reader, TUNSETQUEUE, flags(ATTACH))
            check(False, "a pipe has no queues")
        except OSError:
            pass
        packet()  # what a detached queue held may be gone
        check(not any_packet(), "packets wait while state is loading")
        waiting = select.select([first, second], [], [])[0][0]
        check(gives_up_core(waiting, 20), "nor does it while state is awaited")
        client.send(b"s")
        check(not gives_up_core(waiting, 20), "state that has come is not kept waiting")
        channel.close()
        check(any_packet(), "packets come when all is loaded")
        check(takes_address(reader), "addresses are held until the guest runs")
    enter_guest(reader)
    check(not takes_address(reader), "then they are the kernel's business")
    truth = [takes_offload(first, TUN_F_CSUM | bits)
             for bits in OFFLOADS]
    check(said == truth, f"offloads: said {said}, are {truth}")
    fcntl.ioctl(first, TUNSETVNETHDRSZ, struct.pack("i", 10))
    check(header_size(first) == 10, "afterwards all is as ever")
    print("good")


@unittest.skipUnless(os.geteuid() == 0 and os.path.exists("/dev/net/tun"),
                     "needs root and /dev/net/tun")
class TapgateTest(Case):
    def run_with(self, gated):
        env = dict(os.environ, LD_PRELOAD=os.path.join(
            BUILD, "liborthus-tapgate.so"))
        if gated:
            env["ORTHUS_TAPGATE_SOCKET"] = self.path("main")
        done = subprocess.run(
            ["unshare", "--net", sys.executable, os.path.abspath(__file__),
             self.path("main")], env=env, capture_output=True, text=True,
            check=False)
        self.assertEqual(done.stdout, "good\n", done.stderr)
        # What was held was set, by the kernel, which refused.
        self.assertEqual(done.stderr.count("cannot be set for VFIO"),
                         2 if gated else 0, done.stderr)

    def test_gate(self):
        self.run_with(gated=True)

    def test_without_a_channel_nothing_is_held(self):
        self.run_with(gated=False)


if __name__ == "__main__":
    main(sys.argv[1])
