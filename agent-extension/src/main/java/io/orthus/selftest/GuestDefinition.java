// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import java.nio.file.Path;

/**
 * The libvirt definition of a guest, as CloudStack's KVM agent writes them: disks without cache, a NIC on a bridge, VNC,
 * serial console, the guest agent's channel, watchdog, balloon, RNG. Booted from a kernel, not from a disk. All that
 * goes into the text is ours, so nothing needs to be quoted.
 */
final class GuestDefinition {
    private static final int RAM_MIB = 256;

    private GuestDefinition() {}

    /**
     * The definition's XML.
     *
     * @param emulator the QEMU to start it on; a path without characters that XML or libvirt would not take as they are
     * @param emulated whether the host has no KVM
     */
    static String of(TestGuest guest, Path emulator, boolean emulated) {
        return """
            <domain type='%s' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
              <name>%s</name>
            %s  <memory unit='MiB'>%d</memory>
              <vcpu>1</vcpu>
              %s
              <os>
                <type arch='x86_64' machine='%s'>hvm</type>
                <kernel>%s</kernel>
                <initrd>%s</initrd>
                <cmdline>%s</cmdline>
              </os>
              <features><pae/><apic/><acpi/></features>
              <clock offset='utc'><timer name='kvmclock'/></clock>
              <on_reboot>restart</on_reboot>
              <on_poweroff>destroy</on_poweroff>
              <on_crash>destroy</on_crash>
              <devices>
                <emulator>%s</emulator>
            %s    <interface type='bridge'>
                  <source bridge='%s'/>
                  <mac address='%s'/>
                  <model type='virtio'/>
                </interface>
                <serial type='pty'><target port='0'/></serial>
                <channel type='unix'>
                  <source mode='bind' path='/var/lib/libvirt/qemu/%s.org.qemu.guest_agent.0'/>
                  <target type='virtio' name='org.qemu.guest_agent.0'/>
                </channel>
                <input type='tablet' bus='usb'/>
                <graphics type='vnc' autoport='yes' listen='127.0.0.1'/>
                <video><model type='%s'/></video>
                <watchdog model='i6300esb' action='none'/>
                <memballoon model='virtio'><stats period='60'/></memballoon>
                <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
              </devices>
            %s</domain>
            """.formatted(
                emulated ? "qemu" : "kvm",
                guest.name(),
                backing(guest.ram()),
                RAM_MIB,
                emulated ? "<cpu mode='custom' match='exact'><model>qemu64</model></cpu>" : "<cpu mode='host-model'/>",
                guest.chipset().machine,
                Bench.KERNEL,
                Bench.INITRAMFS,
                GuestKernel.COMMAND_LINE,
                emulator,
                disks(guest),
                Bench.BRIDGE,
                guest.mac(),
                guest.name(),
                guest.chipset().video,
                auxiliary(guest.ram()));
    }

    private static String backing(TestGuest.Ram ram) {
        if (ram == TestGuest.Ram.ANONYMOUS) {
            return "";
        }
        return "  <memoryBacking><source type='%s'/><access mode='shared'/></memoryBacking>\n"
                .formatted(ram == TestGuest.Ram.GRAFTABLE ? "memfd" : "file");
    }

    private static String auxiliary(TestGuest.Ram ram) {
        if (ram != TestGuest.Ram.GRAFTABLE) {
            return "";
        }
        return "  <qemu:commandline><qemu:arg value='-machine'/><qemu:arg"
                + " value='aux-ram-share=on'/></qemu:commandline>\n";
    }

    private static String disks(TestGuest guest) {
        String controller = guest.chipset().diskBus.equals("scsi")
                ? "    <controller type='scsi' index='0' model='virtio-scsi'/>\n"
                : "";
        return controller
                + disk(guest, guest.bootDisk(), "a")
                + disk(guest, guest.dataDisk(), "b")
                + """
                    <disk type='file' device='cdrom'>
                      <driver name='qemu' type='raw'/>
                      <source file='%s'/>
                      <target dev='%s' bus='%s'/>
                    </disk>
                """.formatted(guest.configDrive(), guest.chipset().cd, guest.chipset().cdBus);
    }

    private static String disk(TestGuest guest, Path file, String letter) {
        return """
                <disk type='file' device='disk'>
                  <driver name='qemu' type='raw' cache='none'/>
                  <source file='%s'/>
                  <target dev='%s%s' bus='%s'/>
                </disk>
            """.formatted(file, guest.chipset().disk, letter, guest.chipset().diskBus);
    }
}
