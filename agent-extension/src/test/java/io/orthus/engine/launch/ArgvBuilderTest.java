// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static io.orthus.engine.vmm.Method.CPR_TRANSFER;
import static io.orthus.engine.vmm.Method.SHARED_RAM;
import static io.orthus.engine.vmm.Method.TRANSPLANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.vmm.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgvBuilderTest {

    /** Options of the new QEMU that the running one does not have, and the other way round. */
    private static List<String> difference(Fixture fixture, Method method) throws Exception {
        List<String> running = lines(fixture.runningCommandLine());
        List<String> fresh = lines(fixture.build(method).commandLine());
        List<String> difference = new ArrayList<>();
        running.stream().filter(line -> !fresh.contains(line)).forEach(line -> difference.add("- " + line));
        fresh.stream().filter(line -> !running.contains(line)).forEach(line -> difference.add("+ " + line));
        return difference;
    }

    private static List<String> lines(CommandLine commandLine) {
        return commandLine.options().stream()
                .map(option -> "-" + option.name()
                        + option.value().map(value -> " " + value).orElse(""))
                .toList();
    }

    private static List<String> reasons(Fixture fixture, Method method) {
        List<String> reasons = new ArrayList<>();
        assertThatThrownBy(() -> fixture.build(method))
                .isInstanceOfSatisfying(VmNotCarriedException.class, e -> reasons.addAll(e.reasons()));
        return reasons;
    }

    private static String cprIncoming() {
        return "-incoming {\"channel-type\":\"cpr\",\"addr\":{\"transport\":\"socket\",\"type\":\"unix\",\"path\":\""
                + Fixture.CPR_SOCKET + "\"}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"graftable", "q35scsi", "uefi", "multiqueue"})
    void withCprNothingChangesButWhatMust(String name) throws Exception {
        Fixture fixture = Fixture.of(name);
        String vnc = fixture.runningCommandLine().values("vnc").findFirst().orElseThrow();

        assertThat(difference(fixture, CPR_TRANSFER))
                .containsExactlyInAnyOrder(
                        "- -cpu qemu64",
                        "+ -cpu qemu64,hypervisor=on,lahf-lm=on",
                        "- -vnc " + vnc,
                        "+ -vnc none" + vnc.substring(vnc.indexOf(',')),
                        "+ -incoming defer",
                        "+ " + cprIncoming());
    }

    @Test
    void theNewEmulatorIsStarted() throws Exception {
        LaunchPlan plan = Fixture.of("graftable").build(CPR_TRANSFER);

        assertThat(plan.commandLine().toArgv().get(0)).isEqualTo("/opt/qemu-11.1/usr/bin/qemu-system-x86_64");
        assertThat(plan.commandLine().options())
                .filteredOn(option -> option.is("S"))
                .hasSize(1);
    }

    @Test
    void aPluggedDiskAndNicASnapshotAndAnEjectedCd() throws Exception {
        LaunchPlan plan = Fixture.of("hotplug").build(CPR_TRANSFER);
        List<String> blockdevs = plan.commandLine().values("blockdev").toList();

        assertThat(blockdevs).hasSize(11);
        assertThat(plan.commandLine().find("device", "virtio-disk0").flatMap(disk -> disk.get("drive")))
                .contains("libvirt-7-format");
        assertThat(plan.commandLine().find("device", "virtio-disk2").flatMap(disk -> disk.get("drive")))
                .contains("libvirt-5-format");
        assertThat(plan.commandLine().find("device", "ide0-1-0").flatMap(cd -> cd.get("drive")))
                .isEmpty();
        assertThat(node(plan, "libvirt-7-format").get("backing")).contains("libvirt-3-format");
        assertThat(node(plan, "libvirt-3-format").get("backing")).contains("libvirt-4-format");
        assertThat(node(plan, "libvirt-5-format").get("backing")).contains("libvirt-6-format");
        assertThat(node(plan, "libvirt-7-format").get("file")).contains("libvirt-7-storage");
        assertThat(node(plan, "libvirt-7-storage").get("filename")).contains("/var/lib/libvirt/images/g-root.s1");
        // two disks on the same base image: each has its own nodes for it
        assertThat(node(plan, "libvirt-4-storage").get("filename")).contains("/var/lib/libvirt/images/base.qcow2");
        assertThat(node(plan, "libvirt-6-storage").get("filename")).contains("/var/lib/libvirt/images/base.qcow2");
        assertThat(plan.commandLine().values("device"))
                .contains("{\"driver\":\"virtio-net-pci\",\"netdev\":\"hostnet1\",\"id\":\"net1\","
                        + "\"mac\":\"02:00:0a:09:01:16\",\"bus\":\"pci.0\",\"addr\":\"0xb\"}");
        assertThat(plan.commandLine().values("netdev"))
                .containsExactly(
                        "{\"type\":\"tap\",\"fd\":\"45\",\"id\":\"hostnet0\"}",
                        "{\"type\":\"tap\",\"id\":\"hostnet1\",\"fd\":\"30\"}");
        assertThat(plan.fds()).contains(new Fd(45, 45), new Fd(30, 30));
    }

    private static OptionValue node(LaunchPlan plan, String name) {
        return plan.commandLine()
                .values("blockdev")
                .map(OptionValue::parse)
                .filter(value -> value.get("node-name").filter(name::equals).isPresent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pathsAreThoseOfTheRunningDomain() throws Exception {
        for (String name : List.of("stock", "sharedfile")) {
            Method method = name.equals("stock") ? TRANSPLANT : SHARED_RAM;
            assertThat(Fixture.of(name).build(method).commandLine().toArgv())
                    .noneMatch(argument -> argument.contains("-1-i-2"))
                    .anyMatch(argument -> argument.matches(".*/domain-1[38]-i-2-1[05]-VM/master-key.aes.*"));
        }
    }

    @Test
    void aPathThatNobodyKnowsIsRefused() {
        assertThat(reasons(
                        Fixture.of("graftable").nativeLine("/dev/urandom", "/var/lib/x/domain--1-i-2-11-VM/rng"),
                        CPR_TRANSFER))
                .singleElement()
                .asString()
                .contains("names a path that only a new run of the VM would have");
    }

    @Test
    void descriptorsAreTakenByNumber() throws Exception {
        assertThat(Fixture.of("graftable").build(CPR_TRANSFER).fds())
                .containsExactlyInAnyOrder(new Fd(34, 34), new Fd(33, 33), new Fd(35, 35));
        assertThat(Fixture.of("multiqueue").build(CPR_TRANSFER).fds())
                .containsExactlyInAnyOrder(new Fd(40, 40), new Fd(39, 39), new Fd(41, 41), new Fd(43, 43));
    }

    @Test
    void aLogIsTakenFromTheSetAndNotFromTheNumberOfTheStart() throws Exception {
        LaunchPlan plan = Fixture.of("sharedfile").build(SHARED_RAM);

        assertThat(plan.fds()).contains(new Fd(6, 6)).doesNotContain(new Fd(42, 42));
        assertThat(plan.commandLine().values("add-fd")).containsExactly("set=0,fd=6,opaque=serial0-log");
        assertThat(plan.commandLine().values("chardev"))
                .contains("pty,id=charserial0,logfile=/dev/fdset/0,logappend=on");
    }

    @Test
    void aSocketThatWasClosedIsRefused() {
        assertThat(reasons(Fixture.of("graftable").running("fd=33,server=on", "fd=999,server=on"), CPR_TRANSFER))
                .containsExactly("chardev charchannel0: descriptor 999 of the running QEMU is not a socket any more");
    }

    @Test
    void aSocketThatQemuOpenedItselfIsRefused() {
        assertThat(reasons(
                        Fixture.of("graftable").running("id=charchannel0,fd=33", "id=charchannel0,path=/x"),
                        CPR_TRANSFER))
                .containsExactly("chardev charchannel0 has a socket that libvirt did not pass to QEMU;"
                        + " it cannot be handed over");
    }

    @Test
    void aFileIsNotTruncated() throws Exception {
        Fixture fixture = Fixture.of("graftable");
        fixture.nativeLine("pty,id=charserial0", "file,id=charserial0,path=/var/log/a,,b.log");
        fixture.running("pty,id=charserial0", "file,id=charserial0,path=/var/log/a,,b.log");

        assertThat(fixture.build(CPR_TRANSFER).commandLine().values("chardev"))
                .contains("file,id=charserial0,path=/var/log/a,,b.log,append=on");
    }

    @Test
    void allQueuesOfATapAreTaken() throws Exception {
        assertThat(Fixture.of("multiqueue").build(CPR_TRANSFER).commandLine().values("netdev"))
                .containsExactly("{\"type\":\"tap\",\"fds\":\"41:43\",\"id\":\"hostnet0\"}");
    }

    @Test
    void aTapWithAQueueTooFewIsRefused() {
        assertThat(reasons(Fixture.of("multiqueue").status("queues='2'", "queues='3'"), CPR_TRANSFER))
                .containsExactly("network interface net0: the running QEMU has 2 queues of tap \"vnet16\" open,"
                        + " its definition says 3");
    }

    @Test
    void vhostIsOpenedAfresh() throws Exception {
        LaunchPlan plan = Fixture.of("multiqueue")
                .running("\"fds\":\"41:43\"", "\"fds\":\"41:43\",\"vhost\":true,\"vhostfds\":\"44:45\"")
                .openVhosts(2)
                .build(CPR_TRANSFER);

        assertThat(plan.opens())
                .containsExactly(
                        new FreshFd(Path.of("/dev/vhost-net"), 102), new FreshFd(Path.of("/dev/vhost-net"), 103));
        assertThat(plan.commandLine().values("netdev"))
                .containsExactly("{\"type\":\"tap\",\"fds\":\"41:43\",\"vhost\":true,"
                        + "\"vhostfds\":\"102:103\",\"id\":\"hostnet0\"}");
        assertThat(plan.fds()).noneMatch(fd -> fd.source() >= 44);
    }

    @Test
    void aPluggedNicUsesVhostIfTheRunningQemuHasOneMore() throws Exception {
        assertThat(Fixture.of("hotplug")
                        .openVhosts(1)
                        .build(CPR_TRANSFER)
                        .commandLine()
                        .values("netdev"))
                .containsExactly(
                        "{\"type\":\"tap\",\"fd\":\"45\",\"id\":\"hostnet0\"}",
                        "{\"type\":\"tap\",\"id\":\"hostnet1\",\"fd\":\"30\",\"vhost\":true,\"vhostfd\":\"101\"}");
        assertThat(reasons(Fixture.of("hotplug").openVhosts(2), CPR_TRANSFER))
                .singleElement()
                .asString()
                .contains("some use vhost and some do not");
    }

    @Test
    void aPluggedNicFromItsDefinition() throws Exception {
        Fixture fixture = Fixture.of("multiqueue");
        // as if the running QEMU had been started with another card in its place
        fixture.running("02:00:0a:09:00:0e", "02:00:0a:09:00:ff");

        assertThat(fixture.build(CPR_TRANSFER).commandLine().values("device"))
                .contains("{\"driver\":\"virtio-net-pci\",\"netdev\":\"hostnet0\",\"id\":\"net0\","
                        + "\"mac\":\"02:00:0a:09:00:0e\",\"bus\":\"pci.0\",\"addr\":\"0x3\",\"mq\":true,\"vectors\":6,"
                        + "\"rx_queue_size\":512}");
    }

    @Test
    void aPluggedNicWithWhatIsNotUnderstoodIsRefused() {
        Fixture fixture = Fixture.of("multiqueue").running("02:00:0a:09:00:0e", "02:00:0a:09:00:ff");
        fixture.status("queues='2'", "queues='2' packed='on'");
        fixture.status("<mac address='02:00:0a:09:00:0e'/>", "<mac address='02:00:0a:09:00:0e'/><teaming type='x'/>");

        assertThat(reasons(fixture, CPR_TRANSFER)).singleElement().asString().endsWith(": driver/@packed, teaming");
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "vhostuser", "user", "vdpa"})
    void aNicThatIsNoTapIsRefused(String type) {
        assertThat(reasons(
                        Fixture.of("graftable").status("<interface type='bridge'>", "<interface type='" + type + "'>"),
                        CPR_TRANSFER))
                .contains("network interface net0 of type \"" + type + "\" cannot be handed to a new QEMU");
    }

    @Test
    void aNodeOfTheRunningQemuThatIsNotInTheDefinitionIsRefused() {
        assertThat(reasons(Fixture.of("graftable").blockNodes("\"libvirt-1-storage\"", "\"scratch\""), CPR_TRANSFER))
                .containsExactly(
                        "block node scratch of the running QEMU is not in the domain's definition",
                        "block node libvirt-1-storage of the domain's definition is not in the running QEMU");
    }

    @Test
    void aRawFormatNodeThatLibvirtLeavesOutByNowIsAdded() throws Exception {
        LaunchPlan plan = Fixture.of("graftable")
                .status(
                        "<nodename type='storage' name='libvirt-2-storage'/>",
                        "<nodename type='storage' name='libvirt-2-storage'/>"
                                + "<nodename type='format' name='libvirt-2-format'/>")
                .blockNodes(
                        "\"node-name\": \"libvirt-2-storage\"",
                        "\"node-name\": \"libvirt-2-storage\"}, {" + "\"node-name\": \"libvirt-2-format\"")
                .build(CPR_TRANSFER);

        assertThat(node(plan, "libvirt-2-format"))
                .hasToString("{\"node-name\":\"libvirt-2-format\",\"read-only\":false,\"driver\":\"raw\","
                        + "\"file\":\"libvirt-2-storage\"}");
        assertThat(plan.commandLine().find("device", "virtio-disk1").flatMap(disk -> disk.get("drive")))
                .contains("libvirt-2-format");
    }

    @Test
    void aChainThatIsShorterInTheStatusFileIsRefused() {
        assertThat(reasons(
                        Fixture.of("graftable")
                                .status("<nodename type='storage' name='libvirt-4-storage'/>", "")
                                .status("<nodename type='format' name='libvirt-4-format'/>", ""),
                        CPR_TRANSFER))
                .first()
                .asString()
                .startsWith("disk virtio-disk0: libvirt's status file and its definition disagree");
    }

    @Test
    void aTransplantMakesTheRamShareable() throws Exception {
        assertThat(difference(Fixture.of("stock"), TRANSPLANT))
                .contains(
                        "- -object {\"qom-type\":\"memory-backend-ram\",\"id\":\"pc.ram\",\"size\":134217728}",
                        "+ -object {\"qom-type\":\"memory-backend-memfd\",\"id\":\"pc.ram\",\"size\":134217728,"
                                + "\"share\":true}",
                        "+ -machine aux-ram-share=on",
                        "+ -incoming defer")
                .doesNotContain("+ " + cprIncoming());
    }

    @Test
    void aTransplantNeverMapsTheSameFile() throws Exception {
        assertThat(Fixture.of("sharedfile").build(TRANSPLANT).commandLine().values("object"))
                .contains("{\"qom-type\":\"memory-backend-memfd\",\"id\":\"pc.ram\",\"share\":true,"
                        + "\"x-use-canonical-path-for-ramblock-id\":false,\"size\":134217728}");
    }

    @Test
    void aTransplantKeepsHugePagesAndPlacement() throws Exception {
        assertThat(Fixture.of("stock")
                        .status(
                                "<currentMemory",
                                "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages>"
                                        + "</memoryBacking><currentMemory")
                        .nativeLine(
                                "\"memory-backend-ram\",\"id\":\"pc.ram\"",
                                "\"memory-backend-file\",\"id\":\"pc.ram\",\"mem-path\":\"/dev/hugepages/libvirt/qemu/-1-i-2-10-VM\","
                                        + "\"prealloc\":true,\"host-nodes\":[0],\"policy\":\"bind\"")
                        .build(TRANSPLANT)
                        .commandLine()
                        .values("object"))
                .contains(
                        "{\"qom-type\":\"memory-backend-memfd\",\"id\":\"pc.ram\",\"prealloc\":true,\"host-nodes\":[0],"
                                + "\"policy\":\"bind\",\"size\":134217728,\"share\":true,\"hugetlb\":true,"
                                + "\"hugetlbsize\":2097152}");
    }

    @Test
    void ramThatIsNotInHugePagesIsNotPutThere() throws Exception {
        assertThat(Fixture.of("stock")
                        .status("<currentMemory", "<memoryBacking><hugepages/></memoryBacking><currentMemory")
                        .build(TRANSPLANT)
                        .commandLine()
                        .values("object"))
                .noneMatch(value -> value.contains("hugetlb"));
    }

    @Test
    void aSharedFileIsMappedAgain() throws Exception {
        LaunchPlan plan = Fixture.of("sharedfile")
                .nativeLine("\"share\":true", "\"share\":true,\"discard-data\":true")
                .build(SHARED_RAM);

        assertThat(plan.commandLine().values("object"))
                .contains("{\"qom-type\":\"memory-backend-file\",\"id\":\"pc.ram\","
                        + "\"mem-path\":\"/var/lib/libvirt/qemu/ram/18-i-2-15-VM/pc.ram\",\"share\":true,"
                        + "\"x-use-canonical-path-for-ramblock-id\":false,\"size\":134217728}");
        assertThat(plan.commandLine().machineHas("aux-ram-share", "on")).isTrue();
    }

    @Test
    void aSharedFileThatIsNotMappedIsRefused() {
        assertThat(reasons(Fixture.of("sharedfile").nativeLine("/pc.ram", "/other.ram"), SHARED_RAM))
                .containsExactly("RAM pc.ram: the running QEMU does not have"
                        + " /var/lib/libvirt/qemu/ram/18-i-2-15-VM/other.ram mapped");
    }

    @ParameterizedTest
    @CsvSource({"stock, CPR_TRANSFER", "stock, SHARED_RAM", "graftable, SHARED_RAM"})
    void ramThatIsNotSharedIsRefused(String name, Method method) {
        assertThat(reasons(Fixture.of(name), method))
                .contains("RAM pc.ram is not shared in the way that " + method + " needs");
    }

    @Test
    void cprNeedsAuxRamShare() {
        assertThat(reasons(Fixture.of("graftable").running("aux-ram-share=on", "aux-ram-share=off"), CPR_TRANSFER))
                .containsExactly("it was started without aux-ram-share=on, so CPR cannot hand all of its RAM over");
    }

    @Test
    void auxRamShareIsThereOnce() throws Exception {
        assertThat(Fixture.of("graftable").build(TRANSPLANT).commandLine().values("machine"))
                .filteredOn(value -> value.contains("aux-ram-share"))
                .containsExactly("aux-ram-share=on");
    }

    @Test
    void anOldQemuIsNotGivenWhatItDoesNotKnow() throws Exception {
        assertThat(Fixture.of("graftable")
                        .target("9.2.4")
                        .build(TRANSPLANT)
                        .commandLine()
                        .toArgv())
                .noneMatch(argument -> argument.contains("aux-ram-share"));
    }

    @Test
    void theVncServerListensLater() throws Exception {
        assertThat(Fixture.of("graftable").build(CPR_TRANSFER).afterNew())
                .extracting(JsonObject::toString)
                .containsExactly(
                        "{\"execute\":\"set_password\",\"arguments\":{\"protocol\":\"vnc\",\"password\":\"secret11\"}}",
                        "{\"execute\":\"display-update\",\"arguments\":{\"type\":\"vnc\",\"addresses\":"
                                + "[{\"type\":\"inet\",\"host\":\"127.0.0.1\",\"port\":\"5901\"}]}}");
    }

    @Test
    void aPasswordThatExpires() throws Exception {
        assertThat(Fixture.of("uefi").build(CPR_TRANSFER).afterNew())
                .extracting(JsonObject::toString)
                .contains("{\"execute\":\"expire_password\",\"arguments\":{\"protocol\":\"vnc\","
                        + "\"time\":\"2082855845\"}}");
    }

    @Test
    void anEmptyPasswordLetsNobodyIn() throws Exception {
        assertThat(Fixture.of("graftable")
                        .status("passwd='secret11'", "passwd=''")
                        .build(CPR_TRANSFER)
                        .afterNew())
                .extracting(JsonObject::toString)
                .contains("{\"execute\":\"expire_password\",\"arguments\":{\"protocol\":\"vnc\",\"time\":\"now\"}}");
    }

    @Test
    void aVncSocket() throws Exception {
        assertThat(Fixture.of("graftable")
                        .status(
                                "<listen type='address' address='127.0.0.1' fromConfig='0' autoGenerated='no'/>",
                                "<listen type='socket' socket='/var/lib/libvirt/qemu/domain-14-i-2-11-VM/vnc.sock'/>")
                        .build(CPR_TRANSFER)
                        .afterNew())
                .extracting(JsonObject::toString)
                .contains("{\"execute\":\"display-update\",\"arguments\":{\"type\":\"vnc\",\"addresses\":"
                        + "[{\"type\":\"unix\",\"path\":\"/var/lib/libvirt/qemu/domain-14-i-2-11-VM/vnc.sock\"}]}}");
    }

    @Test
    void aVncServerThatCannotBeCarried() {
        assertThat(reasons(
                        Fixture.of("graftable").nativeLine("password=on", "password=on,websocket=5700"), CPR_TRANSFER))
                .containsExactly("its VNC server has a websocket, which QEMU cannot open again after its start");
        assertThat(reasons(Fixture.of("graftable").status(" passwd='secret11'", ""), CPR_TRANSFER))
                .singleElement()
                .asString()
                .contains("vnc_password in qemu.conf");
        assertThat(reasons(
                        Fixture.of("graftable").status("<graphics type='vnc'", "<graphics type='spice'"), CPR_TRANSFER))
                .singleElement()
                .asString()
                .contains("only one can be handed over");
    }

    @Test
    void secretsAreThoseOfTheRunningQemu() throws Exception {
        String mine = "-object\n{\"qom-type\":\"secret\",\"id\":\"disk0-secret\",\"data\":\"bWluZQ==\"}\n-machine\npc";
        String fresh = mine.replace("bWluZQ==", "ZnJlc2g=");

        assertThat(Fixture.of("graftable")
                        .running("-machine\npc", mine)
                        .nativeLine("-machine\npc", fresh)
                        .build(CPR_TRANSFER)
                        .commandLine()
                        .values("object"))
                .anyMatch(value -> value.contains("bWluZQ=="))
                .noneMatch(value -> value.contains("ZnJlc2g="));
        assertThat(reasons(Fixture.of("graftable").nativeLine("-machine\npc", fresh), CPR_TRANSFER))
                .containsExactly("secret disk0-secret was given to the VM while it ran and cannot be read back");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-device|vfio-ccw,id=hostdev0|device hostdev0 is a passthrough device",
                "-device|tpm-crb,id=tpm0|device tpm0 is a TPM",
                "-device|{\"driver\":\"vhost-user-fs-pci\",\"id\":\"fs0\"}|device fs0 is a device whose back end",
                "-tpmdev|emulator,id=tpm-tpm0|it has a TPM (-tpmdev)",
                "-spice|port=5900|it has a SPICE display (-spice)",
                "-object|{\"qom-type\":\"sev-guest\",\"id\":\"lsec0\"}|it has an object of kind \"sev-guest\"",
                "-object|iommufd,id=iommufd0|it has an object of kind \"iommufd\"",
                "-object|dbus-vmstate,id=x|it has an object of kind \"dbus-vmstate\"",
                "-display|dbus,addr=x|it has a display of kind \"dbus\"",
                "-add-fd|set=1,fd=9|it has descriptors that libvirt passes",
                "-chardev|udp,id=charserial9,host=x|chardev charserial9 of kind \"udp\"",
                "-chardev|socket,id=charx,host=h,port=1|chardev charx has a socket that libvirt did not pass"
            })
    void whatExistsOnceIsRefused(String option, String value, String reason) {
        assertThat(reasons(Fixture.of("graftable").nativeLine("-msg", option + "\n" + value + "\n-msg"), CPR_TRANSFER))
                .anyMatch(each -> each.startsWith(reason));
    }

    @Test
    void aPassthroughDeviceGoesAlongByCprOnly() throws Exception {
        String device = "{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\",\"id\":\"hostdev0\"}";
        Fixture fixture = Fixture.of("graftable")
                .nativeLine("-msg", "-device\n" + device + "\n-msg")
                .status("<device alias='net0'/>", "<device alias='net0'/><device alias='hostdev0'/>");

        assertThat(fixture.build(CPR_TRANSFER).commandLine().values("device")).contains(device);
        assertThat(reasons(fixture, TRANSPLANT))
                .contains("device hostdev0 is a passthrough device (vfio-pci), which cannot be handed to a new QEMU");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<interface type='hostdev'>%s</interface>",
                "<interface type='network'><source network='pool'/><actual type='hostdev'>%s</actual></interface>",
            })
    void aNicThatIsADeviceOfTheHostHasNoBackEnd(String nic) throws Exception {
        String device = "{\"driver\":\"vfio-pci\",\"host\":\"0000:01:10.0\",\"id\":\"hostdev0\"}";
        Fixture fixture = Fixture.of("graftable")
                .nativeLine("-msg", "-device\n" + device + "\n-msg")
                .status("<device alias='net0'/>", "<device alias='net0'/><device alias='hostdev0'/>")
                .status(
                        "<interface type='bridge'>",
                        nic.formatted(address(0x10)).replace("</interface>", "<alias name='hostdev0'/></interface>")
                                + "<interface type='bridge'>");

        LaunchPlan plan = fixture.build(CPR_TRANSFER);

        assertThat(plan.commandLine().values("device")).contains(device);
        assertThat(plan.commandLine().values("netdev")).hasSize(1);
    }

    private static String address(int slot) {
        return "<source><address type='pci' domain='0x0000' bus='0x01' slot='0x%x' function='0x0'/></source>"
                .formatted(slot);
    }

    @Test
    void passthroughDevicesKeepTheirNames() throws Exception {
        // The drive came first, but libvirt counts interfaces first; hostdev1 was detached meanwhile.
        LaunchPlan plan = Fixture.of("graftable")
                .nativeLine("-msg", """
                        -device
                        {"driver":"vfio-pci","host":"0000:01:10.0","id":"hostdev0"}
                        -device
                        {"driver":"vfio-pci","host":"0000:01:02.0","id":"hostdev1"}
                        -msg""")
                .status(
                        "<device alias='net0'/>",
                        "<device alias='net0'/><device alias='hostdev0'/><device alias='hostdev2'/>")
                .status(
                        "<interface type='bridge'>",
                        "<hostdev type='pci'>" + address(0x02) + "<alias name='hostdev0'/></hostdev>"
                                + "<interface type='hostdev'>" + address(0x10)
                                + "<alias name='hostdev2'/></interface><interface type='bridge'>")
                .build(CPR_TRANSFER);

        assertThat(plan.commandLine().find("device", "hostdev0").flatMap(device -> device.get("host")))
                .contains("0000:01:02.0");
        assertThat(plan.commandLine().find("device", "hostdev2").flatMap(device -> device.get("host")))
                .contains("0000:01:10.0");
    }

    @Test
    void devicesThatWouldGetOtherNamesAreRefused() {
        assertThat(reasons(
                        Fixture.of("graftable").nativeLine("\"id\":\"channel0\"", "\"id\":\"channel1\""), CPR_TRANSFER))
                .containsExactly(
                        "device channel0 of the running QEMU would be missing in the new one",
                        "device channel1 would be in the new QEMU, the running one does not have it");
    }

    @Test
    void aPluggedVcpuIsNotMissed() throws Exception {
        assertThat(Fixture.of("graftable")
                        .status("<device alias='rng0'/>", "<device alias='rng0'/><device alias='vcpu1'/>")
                        .build(CPR_TRANSFER)
                        .commandLine()
                        .values("smp"))
                .hasSize(1);
    }

    @Test
    void aDiskThatIsBeingCopiedIsRefused() {
        assertThat(reasons(
                        Fixture.of("graftable").status("<target dev='vda'", "<mirror/><target dev='vda'"),
                        CPR_TRANSFER))
                .containsExactly("a disk has <mirror>, which cannot be rebuilt");
    }

    @Test
    void hostileNamesDoNotMatter() throws Exception {
        String name = "i-2,\"11\"'\\$(x)";
        Fixture fixture = Fixture.of("graftable")
                .status(
                        "domain-14-i-2-11-VM",
                        "domain-14-" + name.replace("\"", "&quot;").replace("'", "&apos;"))
                .nativeLine(
                        "domain--1-i-2-11-VM",
                        "domain--1-" + name.replace("\\", "\\\\").replace("\"", "\\\""));
        fixture.nativeLine("guest=i-2-11-VM", "guest=" + name);

        LaunchPlan plan = fixture.build(CPR_TRANSFER);

        assertThat(plan.commandLine().find("object", "masterKey0").flatMap(key -> key.get("file")))
                .contains("/var/lib/libvirt/qemu/domain-14-" + name + "/master-key.aes");
        assertThat(plan.commandLine().values("name")).containsExactly("guest=" + name + ",debug-threads=on");
    }

    @Test
    void allReasonsAreToldAtOnce() {
        assertThat(reasons(
                        Fixture.of("stock").nativeLine("-msg", "-spice\nport=1\n-tpmdev\nx,id=y\n-msg"), CPR_TRANSFER))
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void theDocumentForTheLauncher() throws Exception {
        JsonObject document = Fixture.of("graftable")
                .build(CPR_TRANSFER)
                .toDocument(
                        new ProcessId(4711, 99),
                        Map.of("LD_PRELOAD", Optional.of("/x.so"), "OLD", Optional.empty()),
                        new LaunchPlan.Guards(
                                Path.of("/run/orthus/lease"),
                                Path.of("/run/orthus/new"),
                                Path.of("/run/orthus/uncommitted"),
                                new ProcessId(134, 9)));

        assertThat(document.keySet())
                .containsExactly(
                        "like",
                        "emulator",
                        "argv",
                        "env",
                        "fds",
                        "open",
                        "openOnHost",
                        "lease",
                        "record",
                        "uncommitted",
                        "daemon");
        assertThat(document.getAsJsonObject("env").get("OLD").isJsonNull()).isTrue();
        assertThat(document.getAsJsonArray("argv").get(0)).isEqualTo(document.get("emulator"));
        assertThat(document.get("fds").toString()).contains("{\"source\":34,\"target\":34}");
        assertThat(document.get("lease").getAsString()).isEqualTo("/run/orthus/lease");
        assertThat(document.get("record").getAsString()).isEqualTo("/run/orthus/new");
        assertThat(document.get("uncommitted").getAsString()).isEqualTo("/run/orthus/uncommitted");
        assertThat(ProcessId.fromJson(document.getAsJsonObject("daemon"))).isEqualTo(new ProcessId(134, 9));
    }

    /** The fixtures were taken where QEMU emulates; libvirt spells KVM the same way. */
    private static Fixture onKvm(String accelerator) {
        return Fixture.of("graftable").nativeLine("-accel\ntcg\n", "-accel\n" + accelerator + "\n");
    }

    @Test
    void aSecondKvmIsADescriptorThatTheHostOpens() throws Exception {
        LaunchPlan plan = onKvm("kvm,dirty-ring-size=4096").kvm("kvm_a").build(CPR_TRANSFER);

        assertThat(plan.opensOnHost()).singleElement().satisfies(open -> {
            assertThat(open.path()).isEqualTo(Path.of("/dev/kvm-a"));
            assertThat(plan.commandLine().values("accel"))
                    .containsExactly("kvm,dirty-ring-size=4096,device=/dev/fdset/1048576");
            assertThat(plan.commandLine().values("add-fd"))
                    .contains("set=1048576,fd=%d,opaque=orthus-kvm".formatted(open.target()));
            assertThat(plan.fds()).extracting(Fd::target).doesNotContain(open.target());
            assertThat(plan.opens()).extracting(FreshFd::target).doesNotContain(open.target());
        });
    }

    @Test
    void theOlderSpellingOfTheAcceleratorIsReplaced() throws Exception {
        LaunchPlan plan = Fixture.of("graftable")
                .nativeLine("-accel\ntcg\n", "-machine\naccel=kvm,usb=off\n")
                .kvm("kvm_a")
                .build(CPR_TRANSFER);

        assertThat(plan.commandLine().values("accel")).containsExactly("kvm,device=/dev/fdset/1048576");
        assertThat(plan.commandLine().machineHas("accel", "kvm")).isFalse();
        assertThat(plan.commandLine().machineHas("usb", "off")).isTrue();
    }

    @Test
    void theKernelsOwnKvmIsDevKvm() throws Exception {
        LaunchPlan plan = onKvm("kvm").kvm("kvm").build(CPR_TRANSFER);

        assertThat(plan.opensOnHost()).isEmpty();
        assertThat(plan.commandLine().values("accel")).containsExactly("kvm");
    }

    @Test
    void aSecondKvmNeedsAQemuThatCanBeGivenOne() {
        assertThat(reasons(onKvm("kvm").kvm("kvm_a").target("8.0.5"), TRANSPLANT))
                .contains("QEMU 8.0.5 can use no other KVM than /dev/kvm, 8.1 is the first that can");
        assertThat(reasons(Fixture.of("graftable").kvm("kvm_a"), CPR_TRANSFER))
                .contains("its command line does not say that it uses KVM");
    }
}
