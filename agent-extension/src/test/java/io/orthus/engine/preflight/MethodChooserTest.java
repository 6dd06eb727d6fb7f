// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodChooserTest {
    @ParameterizedTest
    @CsvSource({
        "MEMFD_AUX_SHARED, 10.0.2, 11.1.3, CPR_TRANSFER",
        "MEMFD_AUX_SHARED, 10.0.0, 10.0.0, CPR_TRANSFER",
        "MEMFD_AUX_SHARED, 9.2.0, 11.1.3, TRANSPLANT",
        "MEMFD_AUX_SHARED, 11.1.3, 10.0.2, TRANSPLANT",
        "SHARED_FILE, 9.2.0, 11.1.3, SHARED_RAM",
        "SHARED_FILE, 11.1.3, 10.0.2, TRANSPLANT",
        "MEMFD, 8.0.4, 11.1.3, SHARED_RAM",
        "MEMFD, 8.1.0, 11.1.3, TRANSPLANT",
        "ANONYMOUS, 10.0.2, 11.1.3, TRANSPLANT",
    })
    void choosesTheBestMethodThatFits(MemoryBacking memory, String from, String to, Method expected) {
        VmFacts vm = Vms.vm("a", memory, RunState.RUNNING, Vms.qemu(from), "<domain/>", Optional.empty());

        MethodChooser.Choice choice = new MethodChooser().choose(vm, Vms.qemu(to));

        assertThat(choice.method()).isEqualTo(expected);
        assertThat(choice.why()).isNotBlank();
    }
}
