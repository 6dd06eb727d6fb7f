# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""The three ways of moving a guest that are compared.

Each way has start(guests), move(guests) -> list of Move, and stop(guests).
"""

import concurrent.futures
import dataclasses
import json
import subprocess
import time

from qmp import Qmp

COPY_TIMEOUT_S = 90
STEP_TIMEOUT_S = 30


@dataclasses.dataclass(frozen=True)
class Move:
    """Milliseconds; None: it did not come to an end."""

    pause_ms: float | None
    total_ms: float | None


class Engine:
    """orthus upgrade, on libvirt domains. The total is that of the whole
    command: start of its JVM, preflight, return of libvirtd included."""

    name = "orthus"

    def __init__(self, lab):
        self.lab = lab

    def start(self, guests):
        for guest in guests:
            definition = self.lab.make_guest(guest)
            (self.lab.root / f"run/{guest.name}.xml").write_text(definition)
            self.lab.run("virsh", "--quiet", "create", f"/run/{guest.name}.xml")

    def move(self, guests):
        begin = time.monotonic()
        ended = self.lab.run("orthus", "upgrade", "--json", "--canaries", "0",
                             "--target", self.lab.qemu["NEW"],
                             *(guest.name for guest in guests), check=False)
        total_ms = (time.monotonic() - begin) * 1000
        if ended.returncode not in (0, 1):
            raise RuntimeError(f"orthus upgrade: exit status {ended.returncode}: {ended.stderr}")
        moves = []
        for vm in json.loads(ended.stdout)["vms"]:
            if vm["result"] == "upgraded":
                moves.append(Move(vm["pauseMs"], total_ms))
            else:
                print(f"    {vm['name']}: {vm['result']}: {vm['step']}: {vm['message']}", flush=True)
                moves.append(Move(None, None))
        return moves

    def stop(self, guests):
        for guest in guests:
            self.lab.run("virsh", "--quiet", "destroy", guest.name, check=False)


class ByHand:
    """Two QEMUs without libvirt, with the devices of the domain. Each has a tap
    of its own in the bridge."""

    def __init__(self, lab):
        self.lab = lab
        self.processes = []
        self.monitors = {}  # of the QEMU that each guest begins in
        self.connections = []

    def _argv(self, guest, emulator, side):
        images, base = "/var/lib/libvirt/images", f"/run/bench-{guest.name}-{side}"
        return [
            self.lab.qemu[emulator], "-name", guest.name, "-nodefaults", "-no-user-config",
            "-machine", "pc-i440fx-10.0,accel=tcg,aux-ram-share=on,memory-backend=ram",
            "-cpu", "qemu64", "-m", str(guest.cell.ram_mib),
            "-object", f"memory-backend-memfd,id=ram,share=on,size={guest.cell.ram_mib}M",
            "-smp", f"{guest.cell.vcpus},sockets={guest.cell.vcpus},cores=1,threads=1",
            "-display", "none", "-qmp", f"unix:{base}.qmp,server=on,wait=off",
            "-device", "piix3-usb-uhci,id=usb", "-device", "virtio-serial-pci,id=serial",
            "-drive", f"if=none,id=d0,file={images}/{guest.name}-root.qcow2,format=qcow2,cache=none",
            "-device", "virtio-blk-pci,drive=d0,bootindex=1",
            "-drive", f"if=none,id=d1,file={images}/{guest.name}-data.raw,format=raw,cache=none",
            "-device", "virtio-blk-pci,drive=d1",
            "-drive", f"if=none,id=d2,file={images}/{guest.name}.iso,format=raw,readonly=on",
            "-device", "ide-cd,drive=d2",
            "-netdev", f"tap,id=n0,ifname=bt{guest.number}{side},script=no,downscript=no",
            "-device", f"virtio-net-pci,netdev=n0,mac=1e:00:0a:09:00:{guest.number:02x}",
            "-chardev", "null,id=c0", "-device", "isa-serial,chardev=c0",
            "-chardev", f"socket,id=c1,path={base}.agent,server=on,wait=off",
            "-device", "virtserialport,chardev=c1,name=org.qemu.guest_agent.0",
            "-device", "usb-tablet", "-device", "cirrus-vga", "-vnc", "none",
            "-device", "i6300esb", "-device", "virtio-balloon-pci",
            "-object", "rng-random,id=r0,filename=/dev/random", "-device", "virtio-rng-pci,rng=r0",
        ]

    def _spawn(self, guest, emulator, side, *more):
        tap = f"bt{guest.number}{side}"
        self.lab.run("ip", "tuntap", "add", tap, "mode", "tap", check=False)
        self.lab.run("ip", "link", "set", tap, "master", "cloudbr0", "up")
        process = subprocess.Popen(self.lab.command(*self._argv(guest, emulator, side), *more),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.processes.append(process)
        return f"/run/bench-{guest.name}-{side}.qmp"

    def _monitor(self, path):
        monitor = Qmp(f"{self.lab.root}{path}", STEP_TIMEOUT_S)
        self.connections.append(monitor)
        return monitor

    def start(self, guests):
        for guest in guests:
            self.lab.make_guest(guest)
            self.monitors[guest.name] = self._monitor(self._spawn(guest, "OLD", "a"))

    def move(self, guests):
        with concurrent.futures.ThreadPoolExecutor(len(guests)) as pool:
            return list(pool.map(self._move_one, guests))

    def stop(self, _guests):
        for monitor in self.connections:
            try:
                monitor.execute("quit")
            except (OSError, EOFError, RuntimeError):
                pass  # it ended by itself
            monitor.close()
        for process in self.processes:
            try:
                process.wait(STEP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
        self.processes, self.monitors, self.connections = [], {}, []
        self.lab.run("sh", "-c", "rm -f /run/bench-*; for tap in /sys/class/net/bt*; do"
                     " [ ! -e \"$tap\" ] || ip link del \"${tap##*/}\"; done")

    def _finish(self, old, new, begin, timeout_s):
        try:
            stop = old.wait("STOP", timeout_s)
            resume = new.wait("RESUME", STEP_TIMEOUT_S)
        except (TimeoutError, EOFError) as error:
            print(f"    not through: {error}", flush=True)
            return Move(None, None)
        return Move((resume - stop) * 1000, (resume - begin) * 1000)


class BareCpr(ByHand):
    """cpr-transfer with nothing around it: what the engine is measured against."""

    name = "bare CPR"

    def _move_one(self, guest):
        base, old = f"/run/bench-{guest.name}", self.monitors[guest.name]
        begin = time.time()
        channels = [
            {"channel-type": kind, "addr": {"transport": "socket", "type": "unix", "path": f"{base}.{kind}"}}
            for kind in ("main", "cpr")]
        path = self._spawn(guest, "NEW", "b", "-incoming", f"unix:{base}.main",
                           "-incoming", json.dumps(channels[1]))
        old.execute("migrate-set-capabilities", capabilities=[{"capability": "events", "state": True}])
        old.execute("migrate-set-parameters", mode="cpr-transfer")
        self._await_socket(f"{base}.cpr")
        old.execute("migrate", channels=channels)
        return self._finish(old, self._monitor(path), begin, STEP_TIMEOUT_S)

    def _await_socket(self, path):
        deadline = time.monotonic() + STEP_TIMEOUT_S
        while not (self.lab.root / path[1:]).exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the new QEMU does not listen on {path}")
            time.sleep(0.002)


class LiveMigration(ByHand):
    """Pre-copy between two QEMUs of this host, bandwidth unlimited as libvirt has it."""

    name = "live migration"

    def _move_one(self, guest):
        base, old = f"/run/bench-{guest.name}", self.monitors[guest.name]
        begin = time.time()
        new = self._monitor(self._spawn(guest, "NEW", "b", "-incoming", f"unix:{base}.main"))
        for monitor in (old, new):
            monitor.execute("migrate-set-capabilities", capabilities=[
                {"capability": "events", "state": True}, {"capability": "return-path", "state": True}])
        old.execute("migrate-set-parameters", max_bandwidth=0)
        old.execute("migrate", uri=f"unix:{base}.main")
        return self._finish(old, new, begin, COPY_TIMEOUT_S)
