// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DomainPathsTest {

    private final DomainPaths paths = new DomainPaths(List.of(
            Path.of("/var/lib/libvirt/qemu/domain-7-vm1"),
            Path.of("/run/libvirt/qemu/channel/7-vm1"),
            Path.of("/var/lib/libvirt/qemu/ram/7-vm1")));

    private String fix(String text) {
        return paths.fix(OptionValue.parse(text)).toString();
    }

    @Test
    void directoriesAndWhatIsBelowThem() {
        assertThat(fix("file,path=/var/lib/libvirt/qemu/domain--1-vm1/x"))
                .isEqualTo("file,path=/var/lib/libvirt/qemu/domain-7-vm1/x");
        assertThat(fix("{\"mem-path\":\"/var/lib/libvirt/qemu/ram/-1-vm1\"}"))
                .isEqualTo("{\"mem-path\":\"/var/lib/libvirt/qemu/ram/7-vm1\"}");
        assertThat(fix("socket,path=/run/libvirt/qemu/channel/-1-vm1/a"))
                .isEqualTo("socket,path=/run/libvirt/qemu/channel/7-vm1/a");
    }

    @Test
    void anotherDomainWhoseNameBeginsAlikeIsLeftAlone() {
        String other = "file,path=/var/lib/libvirt/qemu/domain--1-vm11/x";

        assertThat(fix(other)).isEqualTo(other);
        assertThat(DomainPaths.leftIn(OptionValue.parse(other))).isTrue();
    }

    @Test
    void theWholePathCounts() {
        String elsewhere = "file,path=/backup/var/lib/libvirt/qemu/domain--1-vm1/x";

        assertThat(fix(elsewhere)).isEqualTo(elsewhere);
    }

    @Test
    void aGoodPathIsNotLeftOver() {
        assertThat(DomainPaths.leftIn(OptionValue.parse(fix("file,path=/var/lib/libvirt/qemu/domain--1-vm1/x"))))
                .isFalse();
    }
}
