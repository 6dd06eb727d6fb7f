// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    Path root;

    @Test
    void tellsWhatAPauseDependsOnAndNotWhoseMachineItIs() throws IOException {
        write("proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC\nmicrocode\t: 0xa1\n\nprocessor\t: 1\n");
        write("proc/meminfo", "MemTotal:       24683520 kB\nMemFree: 1 kB\n");
        write("proc/sys/kernel/osrelease", "6.12.1\n");
        write("proc/cmdline", "root=UUID=4711 mitigations=off quiet\n");
        write("sys/devices/system/cpu/vulnerabilities/l1tf", "Not affected\n");
        write("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian 13\"\n");
        write("etc/hostname", "secret\n");

        assertThat(new Machine(root).json().toString())
                .isEqualTo("{\"processor\":{\"model_name\":\"AMD"
                        + " EPYC\",\"microcode\":\"0xa1\"},\"processors\":2,\"vulnerabilities\":{\"l1tf\":\"Not"
                        + " affected\"},\"memoryMiB\":24105,\"system\":\"Debian"
                        + " 13\",\"kernel\":\"6.12.1\",\"mitigations\":\"off on the kernel's command line\"}");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
