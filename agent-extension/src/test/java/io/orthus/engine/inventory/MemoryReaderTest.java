// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Vmm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "q -m 1024; ANONYMOUS",
                "q -machine pc,aux-ram-share=on -object memory-backend-memfd,id=m,share=on; MEMFD_AUX_SHARED",
                "q -machine pc -object memory-backend-memfd,id=m,share=yes; MEMFD",
                "q -machine pc,aux-ram-share=on -object memory-backend-ram,id=m,share=on; ANONYMOUS",
                "q -object memory-backend-file,id=m,share=on; SHARED_FILE",
                "q -object memory-backend-file,id=m,share=off; ANONYMOUS",
                "q -object {\"qom-type\":\"memory-backend-memfd\",\"id\":\"m\",\"share\":true}; MEMFD",
                "q -object {\"id\":\"memory-backend-x\",\"share\":true}; ANONYMOUS",
                "q -object memory-backend-memfd,share=on -object memory-backend-ram,id=n; ANONYMOUS",
            })
    void tellsWhatRamIsMadeOf(String commandLine, MemoryBacking expected) {
        assertThat(MemoryReader.read(List.of(commandLine.split(" ")))).isEqualTo(expected);
    }

    @Test
    void countsVmsByBuild() {
        Vmm installed = Vms.qemu("10.0.2");
        List<Build> builds = Build.of(
                List.of(Vms.vm("a", MemoryBacking.MEMFD), Vms.vm("b", MemoryBacking.MEMFD)),
                running -> Optional.of(installed));

        assertThat(builds).singleElement().satisfies(build -> {
            assertThat(build.vms()).isEqualTo(2);
            assertThat(build.outdated()).isFalse();
        });
    }

    @Test
    void aBuildIsOutdatedWhenAnotherOneIsInstalledOrNone() {
        Vmm running = Vms.qemu("10.0.2");
        assertThat(new Build(running, 1, Optional.of(Vms.qemu("11.1.3"))).outdated())
                .isTrue();
        assertThat(new Build(running, 1, Optional.empty()).outdated()).isTrue();
        Vmm replaced = new Vmm(running.emulator(), running.version(), true);
        assertThat(new Build(replaced, 1, Optional.of(running)).outdated()).isTrue();
    }
}
