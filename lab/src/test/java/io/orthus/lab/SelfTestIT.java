// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code orthus selftest}, on a host of its own: it has to be a spare one. */
class SelfTestIT {
    private static final String REPORT = "/var/tmp/report.json";
    private static final String GUARD = "orthus-selftest.service";

    private static LabHost spare;
    private static String kernel;

    @BeforeAll
    static void aSpareHost() throws IOException {
        LabHost first = LabHost.running();
        spare = LabHost.up(first.name() + "-spare");
        LabHost.outside("./lab", "install", spare.name(), "../target/stage").ok();
        kernel = installKernel();
    }

    @AfterAll
    static void end() {
        spare.down();
    }

    /** A lab host has neither kernel nor xz; it gets the guests' kernel, and this machine's xz. */
    private static String installKernel() throws IOException {
        Path root = spare.path("/");
        Path unpacked = spare.path("/var/tmp/kernel");
        Path deb = Watcher.guestFiles().resolve("kernel.deb");
        LabHost.outside("dpkg-deb", "--extract", deb.toString(), unpacked.toString())
                .ok();
        String release;
        try (var images = Files.newDirectoryStream(unpacked.resolve("boot"), "vmlinuz-*")) {
            Path image = images.iterator().next();
            release = image.getFileName().toString().substring("vmlinuz-".length());
            Files.createDirectories(root.resolve("boot"));
            Files.copy(image, root.resolve("boot").resolve(image.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(root.resolve("usr/lib/modules"));
        Path modules = unpacked.resolve("usr/lib/modules");
        LabHost.outside(
                        "mv",
                        (Files.exists(modules) ? modules : unpacked.resolve("lib/modules"))
                                .resolve(release)
                                .toString(),
                        root.resolve("usr/lib/modules").toString())
                .ok();
        LabHost.outside("depmod", "--basedir", root.toString(), release).ok();
        Files.copy(
                Path.of("/usr/bin/xz"),
                root.resolve("usr/bin/xz"),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        return release;
    }

    @Test
    void guestsAreMovedForthAndBackAndTheReportSaysSo() throws Exception {
        LabHost.Result result = finish(selftest(REPORT));

        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        JsonObject report = JsonParser.parseString(spare.read(REPORT)).getAsJsonObject();
        assertThat(report.get("result").getAsString()).isEqualTo("good");
        assertThat(report.getAsJsonObject("startedOn").get("version").getAsString())
                .startsWith(spare.version("OLD"));
        assertThat(report.getAsJsonObject("movedTo").get("version").getAsString())
                .startsWith(spare.version("NEW"));
        assertThat(report.getAsJsonArray("guests")).hasSize(4).allSatisfy(guest -> {
            assertThat(guest.getAsJsonObject().get("verdict").getAsString()).isEqualTo("good");
            assertThat(guest.getAsJsonObject().getAsJsonArray("moves")).hasSize(4);
        });
        assertThat(result.out()).contains("all is well");
        nothingIsLeft();
    }

    @Test
    void killedItLeavesNothingBehind() throws Exception {
        Process process = selftest("/var/tmp/killed.json");
        untilAGuestRuns();
        spare.signal("KILL", jvm());
        assertThat(finish(process).exit()).isNotZero();
        LabHost.await("the guard to end", () -> !show("ActiveState").matches("active|deactivating"));
        nothingIsLeft();
    }

    private static Process selftest(String report) {
        List<String> command = new ArrayList<>(List.of("orthus", "selftest", "--max-pause", "60000"));
        command.addAll(List.of("--kernel", kernel, "--report", report));
        command.addAll(List.of("--from", spare.qemu("OLD"), "--target", spare.qemu("NEW")));
        return spare.start(command.toArray(String[]::new));
    }

    /** A busy machine takes minutes. */
    private static LabHost.Result finish(Process process) throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.MINUTES))
                .as("the self-test ends")
                .isTrue();
        return LabHost.finish(process);
    }

    private static void untilAGuestRuns() {
        LabHost.await(
                "a guest",
                () -> spare.run("virsh", "--quiet", "list", "--name").ok().out().contains("orthus-selftest-"));
    }

    private static int jvm() {
        return spare.processes("-jar", "/usr/share/orthus/orthus.jar", "selftest")
                .get(0);
    }

    private static String show(String property) {
        return spare.run("systemctl", "show", "--value", "--property", property, GUARD)
                .ok()
                .out()
                .strip();
    }

    private static void nothingIsLeft() {
        assertThat(spare.run("virsh", "--quiet", "list", "--all", "--name").ok().out())
                .as("domains")
                .isBlank();
        assertThat(spare.exists("/sys/class/net/orthus-test")).as("the bridge").isFalse();
        assertThat(spare.list("/var/lib/libvirt/images")).as("files").isEmpty();
        assertThat(spare.list("/var/lib/orthus/history")).as("reports of moves").isEmpty();
        assertThat(spare.list(Orthus.JOURNAL)).as("journal entries").isEmpty();
        assertThat(spare.processes("serve", "192.0.2.1")).as("the watcher").isEmpty();
    }
}
