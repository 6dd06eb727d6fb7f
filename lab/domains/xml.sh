# SPDX-License-Identifier: Apache-2.0
# Copyright the Orthus for CloudStack authors
# shellcheck shell=bash disable=SC2154  # the variables are those of make
#
# The domain definition, section by section, as CloudStack's KVM agent writes
# them (createVMFromSpec of LibvirtComputingResource, and LibvirtVMDef, of 4.22).
# All variables have been checked: nothing here needs quoting.

domain_xml() {
    echo "<domain type='$type' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
    identity_xml
    memory_xml
    os_xml
    policy_xml
    echo "  <devices>"
    echo "    <emulator>$emulator</emulator>"
    disks_xml
    nic_xml
    devices_xml
    hostdevs_xml
    echo "  </devices>"
    commandline_xml
    echo "</domain>"
}

identity_xml() {
    cat <<XML
  <name>$name</name>
  <uuid>$uuid</uuid>
  <description>Debian GNU/Linux 13 (64-bit)</description>
  <sysinfo type='smbios'>
    <system>
      <entry name='manufacturer'>Apache Software Foundation</entry>
      <entry name='product'>CloudStack KVM Hypervisor</entry>
      <entry name='uuid'>$uuid</entry>
      <entry name='serial'>$uuid</entry>
    </system>
  </sysinfo>
XML
}

# CloudStack writes no memoryBacking at all: that is "anonymous".
memory_xml() {
    local source cores=1
    # A socket has six or four cores where that comes out even.
    if ((vcpus % 6 == 0)); then
        cores=6
    elif ((vcpus % 4 == 0)); then
        cores=4
    fi
    case $memory in
    anonymous) source='' ;;
    shared-file) source='file' ;;
    memfd | graftable) source='memfd' ;;
    esac
    [[ -z $source ]] || cat <<XML
  <memoryBacking>
    <source type='$source'/>
    <access mode='shared'/>
  </memoryBacking>
XML
    cat <<XML
  <memory unit='KiB'>$((ram * 1024))</memory>
  <currentMemory unit='KiB'>$((ram * 1024))</currentMemory>
  <vcpu current='$vcpus'>$vcpus</vcpu>
  <cpu mode='custom' match='exact'>
    <model fallback='allow'>$cpu</model>
    <topology sockets='$((vcpus / cores))' cores='$cores' threads='1'/>
  </cpu>
XML
}

os_xml() {
    echo "  <os>"
    echo "    <type arch='x86_64' machine='$machine'>hvm</type>"
    [[ $kind != uefi ]] || cat <<XML
    <loader readonly='yes' secure='no' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
    <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/qemu/nvram/$uuid.fd</nvram>
XML
    cat <<XML
    <boot dev='cdrom'/>
    <boot dev='hd'/>
    <smbios mode='sysinfo'/>
XML
    [[ -z $kernel ]] || cat <<XML
    <kernel>$kernel/vmlinuz</kernel>
    <initrd>$kernel/initrd</initrd>
    <cmdline>$(<"$root$kernel/cmdline")</cmdline>
XML
    echo "  </os>"
}

policy_xml() {
    cat <<XML
  <features>
    <pae/>
    <apic/>
    <acpi/>
  </features>
  <clock offset='utc'>
    <timer name='kvmclock'/>
  </clock>
  <on_reboot>restart</on_reboot>
  <on_poweroff>destroy</on_poweroff>
  <on_crash>destroy</on_crash>
XML
}

disk_xml() { # FORMAT FILE TARGET BUS [IOTUNE]
    local discard=''
    [[ $4 != scsi ]] || discard=" discard='unmap'"
    cat <<XML
    <disk type='file' device='disk'>
      <driver name='qemu' type='$1' cache='none'$discard/>
      <source file='$images/$2'/>
      <target dev='$3' bus='$4'/>
      <serial>$(md5sum <<<"$2" | cut -c1-20)</serial>
      ${5:-}
    </disk>
XML
}

# In that slot, and with a queue for each vCPU.
scsi_controller_xml() {
    cat <<XML
    <controller type='scsi' index='0' model='virtio-scsi'>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x09' function='0x0'/>
      <driver queues='$vcpus'/>
    </controller>
XML
}

disks_xml() {
    local bus=virtio one=vda two=vdb cd_bus=ide cd=hdc limits=''
    case $kind in
    i440fx) limits='<iotune><read_iops_sec>2000</read_iops_sec><write_iops_sec>2000</write_iops_sec></iotune>' ;;
    q35) bus=scsi one=sda two=sdb cd_bus=sata cd=sdc ;;
    uefi) cd_bus=sata cd=sdc ;;
    esac
    [[ $bus != scsi ]] || scsi_controller_xml
    disk_xml qcow2 "$name-root.qcow2" "$one" "$bus"
    disk_xml raw "$name-data.raw" "$two" "$bus" "$limits"
    cat <<XML
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <source file='$images/$name.iso'/>
      <target dev='$cd' bus='$cd_bus'/>
    </disk>
XML
}

# name='qemu': no vhost in a lab. A queue for each vCPU where there are several.
nic_xml() {
    local queues=''
    ((vcpus == 1)) || queues=" queues='$vcpus'"
    cat <<XML
    <interface type='bridge'>
      <source bridge='cloudbr0'/>
      <mac address='$mac'/>
      <model type='virtio'/>
      <driver name='qemu'$queues/>
      <link state='up'/>
    </interface>
XML
}

devices_xml() {
    cat <<XML
    <serial type='pty'>
      <target port='0'/>
    </serial>
    <console type='pty'>
      <target port='0'/>
    </console>
    <channel type='unix'>
      <source mode='bind' path='/var/lib/libvirt/qemu/$name.org.qemu.guest_agent.0'/>
      <address type='virtio-serial'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <input type='tablet' bus='usb'/>
    <graphics type='vnc' autoport='yes' listen='10.9.0.1' passwd='orthus'/>
    <video>
      <model type='$video'/>
    </video>
    <watchdog model='i6300esb' action='none'/>
    <memballoon model='virtio'>
      <stats period='60'/>
    </memballoon>
    <rng model='virtio'>
      <rate period='1000' bytes='2048'/>
      <backend model='random'>/dev/random</backend>
    </rng>
XML
}

# managed: libvirt takes the device from its driver, and gives it back.
hostdevs_xml() {
    local address number=0
    for address in "${pci[@]}"; do
        cat <<XML
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address $(pci_address "$address")/></source>
    </hostdev>
XML
    done
    for address in "${pci_nics[@]}"; do
        number=$((number + 1))
        cat <<XML
    <interface type='hostdev' managed='yes'>
      <mac address='$(mac_of "${ip%/*}" "$number")'/>
      <source><address type='pci' $(pci_address "$address")/></source>
    </interface>
XML
    done
}

pci_address() {
    local domain bus slot function
    IFS=:. read -r domain bus slot function <<<"$1"
    echo "domain='0x$domain' bus='0x$bus' slot='0x$slot' function='0x$function'"
}

commandline_xml() {
    [[ $memory != graftable ]] || cat <<XML
  <qemu:commandline>
    <qemu:arg value='-machine'/>
    <qemu:arg value='aux-ram-share=on'/>
  </qemu:commandline>
XML
}
