// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.launch.CommandLine;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineLineTest {
    private static final Path RAM = Path.of("/run/trial");

    /** The command lines of real VMs. */
    private static CommandLine recorded(String name, String file) throws IOException {
        String resource = "/io/orthus/engine/launch/" + name + "/" + file;
        try (InputStream stream = MachineLineTest.class.getResourceAsStream(resource)) {
            return CommandLine.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    private static CommandLine qemu(String... options) {
        return CommandLine.parse(
                Stream.concat(Stream.of("qemu"), Stream.of(options)).toList());
    }

    private static List<String> argv(CommandLine line, Method method) {
        List<String> argv = MachineLine.of(line, method, RAM).toArgv();
        return argv.subList(1, argv.size());
    }

    @Test
    void itRunsOnTheHostsStandardKvm() {
        CommandLine line = qemu("-accel", "kvm,dirty-ring-size=4096,device=/dev/fdset/7", "-add-fd", "set=7,fd=9");

        assertThat(argv(line, Method.CPR_TRANSFER)).containsExactly("-accel", "kvm,dirty-ring-size=4096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"graftable", "q35scsi", "uefi", "multiqueue", "stock", "sharedfile", "hotplug"})
    void nothingOfARealVmLeadsOutside(String name) throws IOException {
        for (String file : List.of("native.argv", "running.argv")) {
            CommandLine line = recorded(name, file);
            CommandLine machine = MachineLine.of(line, Method.CPR_TRANSFER, RAM);

            assertThat(machine.toArgv().subList(1, machine.toArgv().size()))
                    .noneMatch(word -> word.contains("/var/")
                            || word.contains("/usr/")
                            || word.contains("/dev/")
                            || word.contains("fd=")
                            || word.contains("\"fd\"")
                            || word.contains("secret")
                            || word.contains("mac\""));
            assertThat(machine.values("device").count())
                    .isEqualTo(line.values("device").count());
            assertThat(machine.options())
                    .extracting(CommandLine.Option::name)
                    .doesNotContain("name", "uuid", "vnc", "S");
        }
    }

    /** Each thing that a device names is there. */
    @ParameterizedTest
    @ValueSource(strings = {"graftable", "q35scsi", "uefi", "multiqueue", "stock", "sharedfile", "hotplug"})
    void whatADeviceNeedsIsThere(String name) throws IOException {
        CommandLine machine = MachineLine.of(recorded(name, "native.argv"), Method.TRANSPLANT, RAM);
        String all = String.join("\n", machine.toArgv());

        machine.values("device").forEach(device -> {
            for (String key : List.of("drive", "netdev", "chardev", "rng")) {
                int at = device.indexOf("\"" + key + "\":\"");
                if (at >= 0) {
                    int begin = at + key.length() + 4;
                    String value = device.substring(begin, device.indexOf('"', begin));
                    assertThat(all)
                            .containsAnyOf("\"node-name\":\"" + value + "\"", "id=" + value, "\"id\":\"" + value);
                }
            }
        });
    }

    @Test
    void vmsOfOneShapeGiveTheSameLine() {
        CommandLine one =
                qemu("-name", "a", "-device", "virtio-net-pci,netdev=n,id=net0,mac=02:00:00:00:00:01", "-m", "1");
        CommandLine other =
                qemu("-name", "b", "-m", "1", "-device", "virtio-net-pci,netdev=n,id=net0,mac=02:00:00:00:00:02");

        assertThat(argv(one, Method.CPR_TRANSFER))
                .containsExactlyInAnyOrderElementsOf(argv(other, Method.CPR_TRANSFER));
    }

    @Test
    void ramIsAMemfdWithCprAndAFileOtherwise() {
        CommandLine line = qemu(
                "-object",
                "{\"qom-type\":\"memory-backend-ram\",\"id\":\"pc.ram\",\"size\":1048576,\"prealloc\":true,"
                        + "\"x-use-canonical-path-for-ramblock-id\":false}");

        assertThat(argv(line, Method.CPR_TRANSFER))
                .containsExactly(
                        "-object",
                        "{\"qom-type\":\"memory-backend-memfd\",\"id\":\"pc.ram\",\"size\":1048576,\"share\":true,"
                                + "\"x-use-canonical-path-for-ramblock-id\":false}");
        assertThat(argv(line, Method.TRANSPLANT))
                .containsExactly(
                        "-object",
                        "{\"qom-type\":\"memory-backend-file\",\"id\":\"pc.ram\",\"size\":1048576,\"share\":true,"
                                + "\"mem-path\":\"/run/trial/pc.ram\",\"x-use-canonical-path-for-ramblock-id\":false}");
    }

    @Test
    void ramOfUnknownSizeIsRefused() {
        CommandLine line = qemu("-object", "memory-backend-ram,id=pc.ram,size=64M");

        assertThatThrownBy(() -> MachineLine.of(line, Method.TRANSPLANT, RAM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pc.ram");
    }

    @Test
    void devicesOfTheHostAreLeftOut() {
        CommandLine line = qemu(
                "-device", "{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\",\"id\":\"hostdev0\"}",
                "-device", "usb-host,hostbus=1,id=hostdev1",
                "-device", "virtio-balloon-pci,id=balloon0");

        assertThat(argv(line, Method.CPR_TRANSFER)).containsExactly("-device", "virtio-balloon-pci,id=balloon0");
    }

    @Test
    void theSourceGetsWhatWasPluggedAndLosesWhatWasUnplugged() {
        CommandLine running = qemu("-device", "a,id=one", "-device", "b,id=gone", "-S");
        CommandLine planned =
                qemu("-device", "a,id=one", "-device", "c,id=new", "-object", "iothread,id=io", "-incoming", "defer");

        assertThat(MachineLine.withDevicesOf(planned, running).toArgv())
                .containsExactly(
                        "qemu", "-device", "a,id=one", "-S", "-device", "c,id=new", "-object", "iothread,id=io");
    }
}
