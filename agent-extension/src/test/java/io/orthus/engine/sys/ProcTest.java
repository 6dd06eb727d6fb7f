// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTest {
    private static final int PID = 42;
    private static final String REST_OF_STAT = " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ";

    @TempDir
    private Path root;

    private Path directory;
    private Proc proc;

    @BeforeEach
    void aProcess() throws IOException {
        directory = Files.createDirectories(root.resolve(Integer.toString(PID)));
        startedAt(99);
        proc = Proc.of(root, PID);
    }

    private void startedAt(long ticks) throws IOException {
        file("stat", PID + " (qemu) S" + REST_OF_STAT + ticks + " 0\n");
    }

    private void file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void link(String name, String target) throws IOException {
        Path link = directory.resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    @Test
    void argumentsMayBeEmptyAndHaveBlanks() throws IOException {
        file("cmdline", "/usr/bin/qemu\0-name\0guest=a b\0\0-S\0");

        assertThat(proc.commandLine()).containsExactly("/usr/bin/qemu", "-name", "guest=a b", "", "-S");
    }

    @Test
    void argumentsThatAreNotTextAreNotGuessedAt() throws IOException {
        Files.write(directory.resolve("cmdline"), new byte[] {'q', (byte) 0xff, 0});

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(proc::commandLine)
                .withMessageContaining("is not UTF-8");
    }

    @Test
    void firstOfTwoVariablesCounts() throws IOException {
        file("environ", "A=1\0B=x=y\0A=2\0broken\0");

        assertThat(proc.environment()).containsExactly(entry("A", "1"), entry("B", "x=y"));
    }

    @Test
    void findsMemfdsByInode() throws IOException {
        file("maps", """
                55d0c0000000-55d0c0001000 r--p 00000000 fe:01 1311 /usr/bin/qemu system
                7f0000000000-7f0010000000 rw-s 00000000 00:01 1047 /memfd:ram0 (deleted)
                7f0010000000-7f0010010000 rw-s 00000000 00:01 1048 /memfd:memory-backend-memfd (deleted)
                7f0020000000-7f0020010000 rw-s 00010000 00:01 1048 /memfd:memory-backend-memfd (deleted)
                7f0030000000-7f0030010000 rw-p 00000000 00:01 1049 /memfd:private (deleted)
                7f0040000000-7f0040010000 rw-p 00000000 00:00 0\s
                7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0    [stack]
                """);

        assertThat(proc.memfds())
                .containsExactlyInAnyOrder(new Memfd(1047, "ram0"), new Memfd(1048, "memory-backend-memfd"));
        assertThat(proc.mappings()).hasSize(5).contains(new Mapping("r--p", "fe:01", 1311, "/usr/bin/qemu system"));
    }

    @Test
    void aMappedFileIsOpenedByItsRangeOfAddresses() throws IOException {
        file("maps", """
                00400000-0045f000 r-xp 00000000 fe:01 1311 /usr/lib/qemu system/block-rbd.so (deleted)
                7f5c00000000-7f5c00001000 r--p 00001000 fe:01 1311 /usr/lib/qemu system/block-rbd.so (deleted)
                7f5c1f000000-7f5c1f001000 rw-p 00000000 00:00 0 [heap]
                """);

        assertThat(proc.mappedFiles())
                .containsExactly(entry(
                        Path.of("/usr/lib/qemu system/block-rbd.so"), directory.resolve("map_files/400000-45f000")));
    }

    @Test
    void findsTapsByInterface() throws IOException {
        file("fdinfo/3", "pos:\t0\nflags:\t02\n");
        file("fdinfo/31", "pos:\t0\nflags:\t0104002\nmnt_id:\t12\nino:\t5\niff:\tvnet0\n");
        file("fdinfo/30", "pos:\t0\niff:\tvnet0\n");
        file("fdinfo/9", "pos:\t0\niff:\tvnet1\n");

        assertThat(proc.tapDescriptors()).containsExactly(entry("vnet0", List.of(30, 31)), entry("vnet1", List.of(9)));
    }

    @Test
    void listsDescriptors() throws IOException {
        link("fd/10", "socket:[4711]");
        link("fd/2", "pipe:[1]");

        assertThat(proc.descriptors()).containsExactly(entry(2, "pipe:[1]"), entry(10, "socket:[4711]"));
    }

    @Test
    void readsStatusTasksNamespaceAndCgroup() throws IOException {
        file("status", "Name:\tqemu\nUid:\t64055\t64055\t64055\t64055\nUidx:\t1\n");
        Files.createDirectories(directory.resolve("task/42"));
        Files.createDirectories(directory.resolve("task/7"));
        link("ns/mnt", "mnt:[4026531840]");
        file("cgroup", "1:name=systemd:/old\n0::/machine.slice/vm.scope/libvirt\n");

        assertThat(proc.status("Uid")).contains("64055\t64055\t64055\t64055");
        assertThat(proc.status("Nothing")).isEmpty();
        assertThat(proc.tasks()).containsExactly(7, 42);
        assertThat(proc.mountNamespace()).isEqualTo(4026531840L);
        assertThat(proc.cgroup()).contains("/machine.slice/vm.scope/libvirt");
    }

    @Test
    void neverAnswersForAnotherProcess() throws IOException {
        file("cmdline", "other\0");
        file("maps", "");
        Files.createDirectories(directory.resolve("task/42"));
        Files.createDirectories(directory.resolve("fd"));
        Files.createDirectories(directory.resolve("fdinfo"));
        link("ns/mnt", "mnt:[1]");
        link("exe", directory.resolve("cmdline").toString());
        startedAt(100);

        for (Deadline.Condition<RuntimeException> read : List.<Deadline.Condition<RuntimeException>>of(
                () -> proc.commandLine().isEmpty(),
                () -> proc.mappings().isEmpty(),
                () -> proc.tasks().isEmpty(),
                () -> proc.descriptors().isEmpty(),
                () -> proc.tapDescriptors().isEmpty(),
                () -> proc.mountNamespace() == 1,
                () -> proc.executable().deleted())) {
            assertThatExceptionOfType(NoSuchProcessException.class)
                    .isThrownBy(read::holds)
                    .withMessageContaining("belongs to another process");
        }
    }

    @Test
    void saysThatTheProcessIsGone() throws IOException {
        assertThatExceptionOfType(NoSuchProcessException.class)
                .isThrownBy(proc::commandLine)
                .withMessage("process 42 does not exist");
    }

    @Test
    void aDeletedExecutableCanStillBeOpened() throws IOException {
        Path program = Files.copy(Path.of("/bin/cat"), root.resolve("cat"));
        long size = Files.size(program);
        try (LineChild child = LineChild.start(List.of(program.toString()))) {
            Proc running = Proc.of(child.pid());
            Executable before = running.executable();
            assertThat(before.path()).isEqualTo(program);
            assertThat(before.deleted()).isFalse();
            assertThat(before.size()).isEqualTo(size);

            Files.delete(program);
            Files.writeString(program, "another file of that name");

            Executable after = running.executable();
            assertThat(after.path()).isEqualTo(program);
            assertThat(after.deleted()).isTrue();
            assertThat(after.inode()).isEqualTo(before.inode());
            assertThat(Files.size(after.link())).isEqualTo(size);
        }
    }

    @Test
    void aNameThatEndsLikeADeletedOneIsNotDeleted() throws IOException {
        Path program = Files.copy(Path.of("/bin/cat"), root.resolve("cat (deleted)"));
        try (LineChild child = LineChild.start(List.of(program.toString()))) {
            Executable executable = Proc.of(child.pid()).executable();

            assertThat(executable.deleted()).isFalse();
            assertThat(executable.path()).isEqualTo(program);
        }
    }

    @Test
    void readsARealProcess() throws IOException {
        Proc self = Proc.of(Math.toIntExact(ProcessHandle.current().pid()));

        assertThat(self.commandLine().get(0)).contains("java");
        assertThat(self.environment()).containsAllEntriesOf(Map.of("PATH", System.getenv("PATH")));
        assertThat(self.tasks()).contains(self.id().pid());
        assertThat(self.status("Threads")).isPresent();
        assertThat(self.mountNamespace()).isPositive();
        assertThat(self.descriptors()).containsKey(0);
        assertThat(self.mappings()).anyMatch(mapping -> mapping.path().contains("libjvm.so"));
        assertThat(self.mappedFiles().keySet()).anyMatch(path -> path.endsWith("libjvm.so"));
        assertThat(self.tapDescriptors()).isEmpty();
        assertThat(self.memfds()).isNotNull();
    }

    @Test
    void findsCharacterDevicesByNumberOnly() throws IOException {
        try (FileChannel zero = FileChannel.open(Path.of("/dev/zero"))) {
            Proc self = Proc.of(Math.toIntExact(ProcessHandle.current().pid()));
            long number = (Long) Files.getAttribute(Path.of("/dev/zero"), "unix:rdev");

            assertThat(zero.isOpen()).isTrue();
            assertThat(self.characterDevices()).contains(number).doesNotContain(0L);
        }
    }

    @Test
    void aChildIsReadUnderItsOwnName() throws IOException {
        try (LineChild child = LineChild.start(List.of("sleep", "1000"))) {
            Proc running = Proc.of(child.pid());

            // Between fork and exec the child still shows another command line.
            Deadline.after(Duration.ofSeconds(10))
                    .await("sleep to be executed", () -> running.commandLine().equals(List.of("sleep", "1000")));
        }
    }
}
