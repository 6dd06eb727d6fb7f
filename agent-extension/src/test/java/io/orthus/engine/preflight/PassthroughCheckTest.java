// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassthroughCheckTest {
    private static final String DRIVE =
            "<hostdev type='pci' managed='yes'><source><address domain='0x0000' bus='0x01' slot='0x1f' function='0x0'/>"
                    + "</source><alias name='hostdev0'/></hostdev>";
    private static final String NIC =
            "<interface type='hostdev'><source><address type='pci' domain='0x0000' bus='0x03' slot='0x10' function='0x2'/>"
                    + "</source><alias name='hostdev1'/></interface>";

    @TempDir
    private Path sys;

    private boolean allowed = true;

    @BeforeEach
    void devices() throws IOException {
        driver("0000:01:1f.0", "vfio-pci");
        driver("0000:03:10.2", "vfio-pci");
    }

    private void driver(String address, String driver) throws IOException {
        Path device = Files.createDirectories(sys.resolve("bus/pci/devices").resolve(address));
        Files.deleteIfExists(device.resolve("driver"));
        Files.createSymbolicLink(device.resolve("driver"), Path.of("../../../bus/pci/drivers", driver));
    }

    private List<Blocker> blockers(String devices, String from, String to, Method method) throws IOException {
        String xml = "<domain><devices><interface type='bridge'/>" + devices + "</devices></domain>";
        VmFacts vm =
                Vms.vm("a", MemoryBacking.MEMFD_AUX_SHARED, RunState.RUNNING, Vms.qemu(from), xml, Optional.empty());
        return new PassthroughCheck(sys, allowed).check(vm, Vms.qemu(to), method);
    }

    @Test
    void carriesDevicesAndInterfaces() throws IOException {
        assertThat(blockers(DRIVE + NIC, "10.1.0", "11.1.3", Method.CPR_TRANSFER))
                .isEmpty();
    }

    @Test
    void onlyWhereItWasAskedFor() throws IOException {
        allowed = false;

        assertThat(blockers(DRIVE, "10.1.0", "11.1.3", Method.CPR_TRANSFER))
                .singleElement()
                .satisfies(blocker -> {
                    assertThat(blocker.reason()).contains("experimental");
                    assertThat(blocker.remedy()).contains("--passthrough");
                });
        assertThat(blockers("", "10.1.0", "11.1.3", Method.CPR_TRANSFER)).isEmpty();
    }

    @Test
    void bothQemusMustKnowHow() throws IOException {
        assertThat(blockers(DRIVE + NIC, "10.0.2", "11.1.3", Method.CPR_TRANSFER))
                .extracting(Blocker::subject)
                .containsExactly("device hostdev0", "device hostdev1");
        assertThat(blockers(DRIVE, "10.0.2", "11.1.3", Method.CPR_TRANSFER))
                .singleElement()
                .extracting(Blocker::reason)
                .asString()
                .startsWith("QEMU 10.0.2, which it runs on,");
        assertThat(blockers(DRIVE, "10.1.0", "10.0.2", Method.TRANSPLANT))
                .singleElement()
                .extracting(Blocker::reason)
                .asString()
                .startsWith("QEMU 10.0.2, the target,");
    }

    @Test
    void onlyCprCarriesThem() throws IOException {
        assertThat(blockers(DRIVE, "11.1.3", "11.1.3", Method.TRANSPLANT))
                .singleElement()
                .extracting(Blocker::reason)
                .asString()
                .contains("would be moved by transplant");
    }

    @Test
    void onlyThePlainDriverIsKnown() throws IOException {
        driver("0000:01:1f.0", "mlx5_vfio_pci");

        assertThat(blockers(DRIVE + NIC, "11.1.3", "11.1.3", Method.CPR_TRANSFER))
                .singleElement()
                .satisfies(blocker -> {
                    assertThat(blocker.subject()).isEqualTo("device hostdev0");
                    assertThat(blocker.reason()).contains("mlx5_vfio_pci");
                });
    }

    @Test
    void interruptsMustBeRemapped() throws IOException {
        Path unsafe = sys.resolve("module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
        Files.createDirectories(unsafe.getParent());
        Files.writeString(unsafe, "N\n");
        assertThat(blockers(DRIVE, "11.1.3", "11.1.3", Method.CPR_TRANSFER)).isEmpty();

        Files.writeString(unsafe, "Y\n");
        assertThat(blockers(DRIVE, "11.1.3", "11.1.3", Method.CPR_TRANSFER))
                .singleElement()
                .extracting(Blocker::reason)
                .asString()
                .contains("allow_unsafe_interrupts");
    }

    @Test
    void aDeviceWithoutAnAddressIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> blockers(
                        "<hostdev type='pci'><alias name='hostdev7'/></hostdev>",
                        "11.1.3",
                        "11.1.3",
                        Method.CPR_TRANSFER))
                .withMessageContaining("hostdev7");
    }
}
