# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
"""The three ways of moving a guest that are compared.

Each way has start(guests), rehearse(guests), which is not measured,
move(guests) -> list of Move, and stop(guests).
"""

import concurrent.futures
import dataclasses
import json
import subprocess
import time

from qmp import Qmp

COPY_TIMEOUT_S = 60
STEP_TIMEOUT_S = 30


@dataclasses.dataclass(frozen=True)
class Move:
    """Milliseconds; None: it did not come to an end.

    total_ms: from the start of the process that the move begins with, orthus or
    the new QEMU, to RESUME of the guest, by QEMU's time stamp. command_ms: until
    the command was through, where there is one."""

    pause_ms: float | None
    total_ms: float | None
    command_ms: float | None = None


class Engine:
    """orthus upgrade, on libvirt domains. Start of its JVM, inventory and
    preflight are in the total, return of libvirtd and report are not."""

    name = "orthus"

    def __init__(self, lab):
        self.lab = lab

    def start(self, guests):
        for guest in guests:
            definition = self.lab.make_guest(guest)
            (self.lab.root / f"run/{guest.name}.xml").write_text(definition)
            self.lab.run("virsh", "--quiet", "create", f"/run/{guest.name}.xml")

    def rehearse(self, guests):
        """The dry run that comes before. It has a throw-away VM moved if this
        shape of machine is new, and libvirt look at the new QEMU."""
        self._orthus("preflight", guests)

    def move(self, guests):
        report = self._orthus("upgrade", guests, "--canaries", "0")
        moves = []
        for vm in report["vms"]:
            if vm["result"] == "upgraded":
                moves.append(Move(vm["pauseMs"], vm["totalMs"], report["totalMs"]))
            else:
                print(f"    {vm['name']}: {vm['result']}: {vm['step']}: {vm['message']}", flush=True)
                moves.append(Move(None, None))
        return moves

    def _orthus(self, command, guests, *options):
        ended = self.lab.run("orthus", command, "--json", *options, "--target", self.lab.qemu["NEW"],
                             *(guest.name for guest in guests), check=False)
        if ended.returncode not in (0, 1):
            raise RuntimeError(f"orthus {command}: exit status {ended.returncode}: {ended.stderr}")
        return json.loads(ended.stdout)

    def stop(self, guests):
        for guest in guests:
            self.lab.run("virsh", "--quiet", "destroy", guest.name, check=False)


class ByHand:
    """Two QEMUs without libvirt, with the devices of the domain. Each has a tap
    of its own in the bridge."""

    # What the guest's RAM is made of, as options of QEMU.
    machine = "pc-i440fx-10.0,accel=tcg"

    def __init__(self, lab):
        self.lab = lab
        self.processes = []
        self.monitors = {}  # of the QEMU that each guest begins in
        self.connections = []

    def _argv(self, guest, emulator, side):
        images, base = "/var/lib/libvirt/images", f"/run/bench-{guest.name}-{side}"
        return [
            self.lab.qemu[emulator], "-name", guest.name, "-nodefaults", "-no-user-config",
            "-machine", self.machine, "-cpu", "qemu64", "-m", str(guest.cell.ram_mib), *self._ram(guest),
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

    def _ram(self, _guest):
        return []

    def _spawn(self, guest, emulator, side, *more):
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
            for side in "ab":
                tap = f"bt{guest.number}{side}"
                self.lab.run("ip", "tuntap", "add", tap, "mode", "tap")
                self.lab.run("ip", "link", "set", tap, "master", "cloudbr0", "up")
            self.monitors[guest.name] = self._monitor(self._spawn(guest, "OLD", "a"))

    def rehearse(self, guests):
        """Nothing: there are no checks."""

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

    def _finish(self, old, new, timeout_s):
        try:
            stop = old.wait("STOP", timeout_s)
            resume = new.wait("RESUME", STEP_TIMEOUT_S)
        except (TimeoutError, EOFError) as error:
            print(f"    not through: {error}", flush=True)
            return Move(None, None)
        return Move((resume - stop) * 1000, (resume - new.peer_started()) * 1000)


class BareCpr(ByHand):
    """cpr-transfer with nothing around it: what the engine is measured against."""

    name = "bare CPR"
    machine = "pc-i440fx-10.0,accel=tcg,aux-ram-share=on,memory-backend=ram"

    def _ram(self, guest):
        return ["-object", f"memory-backend-memfd,id=ram,share=on,size={guest.cell.ram_mib}M"]

    def _move_one(self, guest):
        base, old = f"/run/bench-{guest.name}", self.monitors[guest.name]
        channels = [
            {"channel-type": kind, "addr": {"transport": "socket", "type": "unix", "path": f"{base}.{kind}"}}
            for kind in ("main", "cpr")]
        path = self._spawn(guest, "NEW", "b", "-incoming", f"unix:{base}.main",
                           "-incoming", json.dumps(channels[1]))
        old.execute("migrate-set-capabilities", capabilities=[{"capability": "events", "state": True}])
        old.execute("migrate-set-parameters", mode="cpr-transfer")
        self._migrate(old, channels)
        return self._finish(old, self._monitor(path), STEP_TIMEOUT_S)

    def _migrate(self, old, channels):
        """The new QEMU's socket appears a moment before it listens there."""
        deadline = time.monotonic() + STEP_TIMEOUT_S
        while True:
            try:
                old.execute("migrate", channels=channels)
                return
            except RuntimeError as error:
                early = "Connection refused" in str(error) or "No such file" in str(error)
                if not early or time.monotonic() > deadline:
                    raise
            time.sleep(0.002)


class LiveMigration(ByHand):
    """Pre-copy between two QEMUs of this host, bandwidth unlimited as libvirt has
    it. RAM is anonymous, as it is in a VM that nobody has prepared for anything;
    in a shared memfd both sides would fill even the pages that were never used."""

    name = "live migration"

    def _move_one(self, guest):
        base, old = f"/run/bench-{guest.name}", self.monitors[guest.name]
        new = self._monitor(self._spawn(guest, "NEW", "b", "-incoming", f"unix:{base}.main"))
        for monitor in (old, new):
            monitor.execute("migrate-set-capabilities", capabilities=[
                {"capability": "events", "state": True}, {"capability": "return-path", "state": True}])
        old.execute("migrate-set-parameters", max_bandwidth=0)
        old.execute("migrate", uri=f"unix:{base}.main")
        return self._finish(old, new, COPY_TIMEOUT_S)
