// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orthus.engine.sys.Commands;
import io.orthus.engine.sys.Executable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shell script stands for QEMU; it looks for its data next to itself as QEMU does. */
class VmmStoreTest {

    private static final QemuVersion VERSION = QemuVersion.parse("10.0.2 (Debian 1:10.0.2+ds-2)");
    private static final Map<Path, Path> NOTHING = Map.of();
    private static final String NAME = "Debian_1_10.0.2+ds-2";

    private Path root;
    private Path host;
    private Path store;
    private Path qemu;

    @BeforeEach
    void makeHost() throws IOException {
        // Not below /tmp: the store must be in a place where only root can write.
        Path home = Path.of(System.getProperty("user.home"));
        assumeTrue("root".equals(System.getProperty("user.name")), "the store belongs to root");
        root = Files.createTempDirectory(home, ".orthus-test-");
        host = Files.createDirectories(root.resolve("host"));
        store = root.resolve("store/vmm");
        write("usr/share/qemu/vgabios.bin", "rom");
        write("usr/share/qemu/keymaps/de", "keys");
        Files.createSymbolicLink(host.resolve("usr/share/qemu/dangling.rom"), Path.of("/nonexistent"));
        write("usr/lib/x86_64-linux-gnu/qemu/block-new.so", "module of the new build");
        write("run/qemu/" + NAME + "/block-old.so", "module of the old build");
        qemu = host.resolve("usr/bin/qemu-system-x86_64");
        write("usr/bin/qemu-system-x86_64", script("10.0.2 (Debian 1:10.0.2+ds-2)"));
    }

    @AfterEach
    void removeHost() throws IOException {
        if (root != null) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    @Test
    void keepsAProgramWithItsDataAndModules() throws IOException {
        VmmStore.Kept kept = newStore().keep(running(true), NOTHING, VERSION);

        Path build = store.resolve(NAME);
        assertThat(kept.vmm()).isEqualTo(new Vmm(build.resolve("usr/bin/qemu-system-x86_64"), VERSION, false));
        assertThat(kept.vmm().emulator()).isExecutable();
        assertThat(Files.readSymbolicLink(build.resolve("usr/bin/qemu-bundle"))).isEqualTo(Path.of("../.."));
        assertThat(build.resolve("usr/share/qemu/vgabios.bin")).hasContent("rom");
        assertThat(build.resolve("usr/share/qemu/keymaps/de")).hasContent("keys");
        assertThat(build.resolve("usr/share/qemu/dangling.rom")).doesNotExist();
        assertThat(build.resolve("usr/lib/x86_64-linux-gnu/qemu/block-old.so")).hasContent("module of the old build");
        assertThat(build.resolve("usr/lib/x86_64-linux-gnu/qemu/block-new.so")).doesNotExist();
        assertThat(kept.remarks()).singleElement().asString().contains("those of the replaced package are gone");
    }

    @Test
    void keptFilesAreReadableByTheUserThatRunsQemu() throws IOException {
        newStore().keep(running(true), NOTHING, VERSION);

        try (Stream<Path> paths = Files.walk(store)) {
            assertThat(paths.filter(path -> !Files.isSymbolicLink(path)))
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .endsWith(Files.isDirectory(path) ? "r-x" : Files.isExecutable(path) ? "r-x" : "r--")
                            .doesNotMatch("....w.*|.{7}w."));
        }
    }

    @Test
    void findsWhatItKept() throws IOException {
        VmmStore store = newStore();
        assertThat(store.find(VERSION)).isEmpty();

        Vmm kept = store.keep(running(true), NOTHING, VERSION).vmm();

        assertThat(store.find(VERSION)).contains(kept);
        assertThat(store.find(QemuVersion.parse("10.0.2"))).isEmpty();
    }

    @Test
    void keepingTwiceIsKeepingOnce() throws IOException {
        VmmStore.Kept first = newStore().keep(running(true), NOTHING, VERSION);
        Files.delete(qemu);

        assertThat(newStore().keep(running(true), NOTHING, VERSION)).isEqualTo(first);
    }

    @Test
    void tellsWhenModulesAreGone() throws IOException {
        Files.delete(host.resolve("run/qemu/" + NAME + "/block-old.so"));
        Files.delete(host.resolve("run/qemu/" + NAME));

        assertThat(newStore().keep(running(true), NOTHING, VERSION).remarks())
                .anyMatch(remark -> remark.contains("modules") && remark.contains("are gone"));
    }

    @Test
    void takesTheModulesThatEachProcessHasLoaded() throws IOException {
        Path rbd = Files.writeString(root.resolve("rbd"), "rbd of the old build");
        Path curl = Files.writeString(root.resolve("curl"), "curl of the old build");
        Path modules = Path.of("/usr/lib/x86_64-linux-gnu/qemu");
        newStore()
                .keep(
                        running(true),
                        Map.of(
                                modules.resolve("block-rbd.so"),
                                rbd,
                                Path.of("/usr/lib/x86_64-linux-gnu/libc.so.6"),
                                rbd),
                        VERSION);
        newStore().keep(running(true), Map.of(modules.resolve("block-curl.so"), curl), VERSION);

        Path kept = store.resolve(NAME + modules);
        assertThat(kept.resolve("block-rbd.so")).hasContent("rbd of the old build");
        assertThat(kept.resolve("block-curl.so")).hasContent("curl of the old build");
        assertThat(kept.toFile().list()).containsExactlyInAnyOrder("block-old.so", "block-rbd.so", "block-curl.so");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.resolve("block-curl.so"))))
                .isEqualTo("rw-r--r--");
    }

    @Test
    void knowsWhereAKeptProgramWasInstalled() throws IOException {
        Path kept = newStore().keep(running(true), NOTHING, VERSION).vmm().emulator();

        assertThat(newStore().installedPath(kept)).isEqualTo(Path.of("/usr/bin/qemu-system-x86_64"));
        assertThat(newStore().installedPath(Path.of("/opt/qemu"))).isEqualTo(Path.of("/opt/qemu"));
    }

    @Test
    void removesWhatIsNotNeeded() throws IOException {
        newStore().keep(running(true), NOTHING, VERSION);
        Files.createDirectories(store.resolve(".partial-123/usr"));

        assertThat(newStore().retainOnly(Set.of(VERSION))).isEmpty();
        assertThat(store.toFile().list()).containsExactly(NAME);

        assertThat(newStore().retainOnly(Set.of())).containsExactly(NAME);
        assertNothingLeft();
        assertThat(newStore().find(VERSION)).isEmpty();
    }

    @Test
    void aStoreThatWasNeverUsedHasNothingToRemove() throws IOException {
        assertThat(newStore().retainOnly(Set.of())).isEmpty();
    }

    @Test
    void takesTheInstalledModulesOfAProgramThatIsStillInstalled() throws IOException {
        newStore().keep(running(false), NOTHING, VERSION);

        assertThat(store.resolve(NAME + "/usr/lib/x86_64-linux-gnu/qemu/block-new.so"))
                .exists();
    }

    @Test
    void aProgramThatSaysItIsAnotherVersionIsNotKept() throws IOException {
        write("usr/bin/qemu-system-x86_64", script("10.0.3 (Debian 1:10.0.3+ds-1)"));

        assertThatThrownBy(() -> newStore().keep(running(true), NOTHING, VERSION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("10.0.3")
                .hasMessageContaining("must be 10.0.2");
        assertNothingLeft();
    }

    @Test
    void aProgramThatDoesNotRunIsNotKept() throws IOException {
        write("usr/bin/qemu-system-x86_64", "#!/bin/sh\necho 'libaio.so.1: cannot open' >&2\nexit 127\n");

        assertThatThrownBy(() -> newStore().keep(running(true), NOTHING, VERSION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not run on this host any more")
                .hasMessageContaining("libaio.so.1");
        assertNothingLeft();
    }

    @Test
    void whatWasKeptIsTriedAgain() throws IOException {
        newStore().keep(running(true), NOTHING, VERSION);
        Files.writeString(store.resolve(NAME + "/usr/bin/qemu-system-x86_64"), "#!/bin/sh\nexit 1\n");

        assertThatThrownBy(() -> newStore().keep(running(true), NOTHING, VERSION))
                .hasMessageContaining("does not run");
    }

    @Test
    void aStoreThatOthersCanWriteToIsRefused() throws IOException {
        Files.createDirectories(store);
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> newStore().keep(running(true), NOTHING, VERSION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(store.toString());
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        assertThat(store.toFile().list()).isEmpty();
    }

    private VmmStore newStore() {
        return new VmmStore(store, host, Commands.local());
    }

    private Executable running(boolean deleted) {
        return new Executable(Path.of("/usr/bin/qemu-system-x86_64"), deleted, 1, 2, 3, qemu);
    }

    private void write(String path, String content) throws IOException {
        Path file = host.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static String script(String version) {
        return String.join(
                "\n",
                List.of(
                        "#!/bin/sh",
                        "case $1 in",
                        "--version) echo 'QEMU emulator version " + version + "'; echo 'Copyright';;",
                        "-L) d=$(dirname \"$0\")/qemu-bundle; echo $d/usr/share/qemu; echo $d/usr/share/seabios;"
                                + " echo /elsewhere;;",
                        "esac",
                        ""));
    }
}
