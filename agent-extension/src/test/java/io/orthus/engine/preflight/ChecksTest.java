// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.MemoryBacking;
import io.orthus.engine.model.RunState;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.model.VmPlan;
import io.orthus.engine.model.Vms;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.PairGate;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
    private static final Vmm TARGET = Vms.qemu("11.1.3");
    private static final VmFacts VM = Vms.vm("a", MemoryBacking.MEMFD_AUX_SHARED);

    private static VmFacts with(RunState state, Optional<String> job) {
        return Vms.vm("a", MemoryBacking.ANONYMOUS, state, Vms.qemu("10.0.2"), "<domain/>", job);
    }

    private static List<Blocker> devices(String devices) throws IOException {
        String xml = "<domain><devices>" + devices + "</devices></domain>";
        VmFacts vm = Vms.vm("a", MemoryBacking.ANONYMOUS, RunState.RUNNING, Vms.qemu("10.0.2"), xml, Optional.empty());
        return new DeviceCheck().check(vm, TARGET, Method.TRANSPLANT);
    }

    @Test
    void namesASerialPortThatIsTheConsoleOnce() throws IOException {
        assertThat(devices("<serial type='udp'><alias name='serial0'/></serial>"
                        + "<console type='udp'><alias name='serial0'/></console>"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<emulator>/x</emulator>",
                "<controller type='usb'/>",
                "<disk type='file' device='disk'/>",
                "<disk type='block'/>",
                "<disk type='network'/>",
                "<interface type='bridge'/>",
                "<interface type='ethernet'/>",
                "<graphics type='vnc'/>",
                "<video><model type='virtio'><acceleration accel3d='no'/></model></video>",
                "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>",
                "<memory model='dimm'/>",
                "<serial type='pty'/>",
                "<console type='pty'/>",
                "<channel type='unix'><source mode='bind' path='/x'/></channel>",
                "<memballoon model='virtio'/>",
                "<watchdog model='i6300esb'/>",
                "<input type='tablet'/>",
                "<hostdev type='pci'/>",
                "<interface type='hostdev'/>",
            })
    void carriesADevice(String device) throws IOException {
        assertThat(devices(device)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<tpm model='tpm-crb'/>",
                "<filesystem type='mount'/>",
                "<redirdev bus='usb'/>",
                "<shmem name='x'/>",
                "<vsock model='virtio'/>",
                "<disk type='vhostuser'/>",
                "<disk type='file'><mirror type='file'/></disk>",
                "<disk type='file'><transient/></disk>",
                "<disk type='block'><source dev='/x'><reservations managed='yes'/></source></disk>",
                "<interface type='vhostuser'/>",
                "<interface type='direct'/>",
                "<hostdev type='mdev'/>",
                "<hostdev type='usb'/>",
                "<graphics type='spice'/>",
                "<video><model type='virtio'><acceleration accel3d='yes'/></model></video>",
                "<rng model='virtio'><backend model='egd'/></rng>",
                "<memory model='virtio-mem'/>",
                "<serial type='tcp'/>",
                "<channel type='spicevmc'/>",
                "<channel type='unix'><source mode='connect' path='/x'/></channel>",
                "<a-device-of-tomorrow/>",
            })
    void refusesADevice(String device) throws IOException {
        assertThat(devices(device)).singleElement().satisfies(blocker -> {
            assertThat(blocker.reason()).isNotBlank();
            assertThat(blocker.remedy()).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<hostdev type='mdev'/>|a mediated device in a legacy container needs the VM's memory to keep its address",
                "<hostdev type='usb'/>|a USB device of the host is opened anew by the new QEMU, which resets it",
                "<hostdev type='scsi'/>|a host device of type 'scsi' is opened anew",
                "<hostdev type='scsi_host'/>|a host device of type 'scsi_host' is opened anew",
                "<hostdev type='pci'><driver name='vfio' iommufd='yes'/></hostdev>|its IOMMU mappings are in an iommufd",
                "<interface type='vhostuser'/>|network backends of type 'vhostuser' have a connection",
                "<interface type='vdpa'/>|network backends of type 'vdpa' have a connection",
                "<vsock model='virtio'/>|the VM's vsock address is held by the old QEMU",
            })
    void saysWhatCanBeDetachedMeanwhile(String device, String words) throws IOException {
        assertThat(devices(device)).singleElement().satisfies(blocker -> {
            assertThat(blocker.reason()).startsWith(words);
            assertThat(blocker.remedy()).startsWith("detach it for the upgrade and attach it again afterwards");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<disk type='vhostuser'/>|disks of type 'vhostuser' have a connection that cannot be handed over",
                "<tpm model='tpm-crb'/>|the TPM emulator ends when the old QEMU lets go of it",
            })
    void saysWhatOnlyARestartHelps(String device, String words) throws IOException {
        assertThat(devices(device)).singleElement().satisfies(blocker -> {
            assertThat(blocker.reason()).isEqualTo(words);
            assertThat(blocker.remedy()).startsWith("restart the VM");
        });
    }

    @Test
    void namesADeviceByItsAlias() throws IOException {
        assertThat(devices("<hostdev type='usb'><alias name='hostdev0'/></hostdev>"))
                .extracting(Blocker::subject)
                .containsExactly("device hostdev0");
    }

    @Test
    void refusesAnEncryptedVm() throws IOException {
        VmFacts vm = Vms.vm(
                "a",
                MemoryBacking.ANONYMOUS,
                RunState.RUNNING,
                Vms.qemu("10.0.2"),
                "<domain><launchSecurity type='sev'/></domain>",
                Optional.empty());
        assertThat(new DeviceCheck().check(vm, TARGET, Method.TRANSPLANT)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, TRANSPLANT, 0",
        "PAUSED, CPR_TRANSFER, 0",
        "PAUSED, TRANSPLANT, 1",
        "OTHER, CPR_TRANSFER, 1",
    })
    void movesRunningAndPausedVms(RunState state, Method method, int blockers) {
        assertThat(new StateCheck().check(with(state, Optional.empty()), TARGET, method))
                .hasSize(blockers);
    }

    @Test
    void leavesAVmWithAJobAlone() {
        assertThat(new StateCheck().check(with(RunState.RUNNING, Optional.of("a backup")), TARGET, Method.CPR_TRANSFER))
                .singleElement()
                .extracting(Blocker::reason)
                .isEqualTo("a backup is under way");
    }

    @Test
    void aTransplantNeedsTheRamOnceMore() throws IOException {
        long enough = VM.ramBytes() + MemoryCheck.MARGIN;
        assertThat(new MemoryCheck(() -> enough).check(VM, TARGET, Method.TRANSPLANT))
                .isEmpty();
        assertThat(new MemoryCheck(() -> enough - 1).check(VM, TARGET, Method.TRANSPLANT))
                .hasSize(1);
        assertThat(new MemoryCheck(() -> 0).check(VM, TARGET, Method.CPR_TRANSFER))
                .isEmpty();
    }

    @Test
    void refusesAKnownBadPair() throws IOException {
        VmFacts vm = Vms.vm(
                "a", MemoryBacking.ANONYMOUS, RunState.RUNNING, Vms.qemu("10.0.13"), "<domain/>", Optional.empty());
        PairCheck check = new PairCheck(PairGate.load());

        assertThat(check.check(vm, TARGET, Method.TRANSPLANT)).hasSize(1);
        assertThat(check.check(VM, TARGET, Method.TRANSPLANT)).isEmpty();
    }

    private static Preflight preflight(Check... checks) {
        return new Preflight(
                new MethodChooser(), method -> Optional.of(Duration.ofMillis(41)), KvmChoice.STAY, List.of(checks));
    }

    @Test
    void asksEveryCheckAndTakesAFailureForABlocker() throws IOException {
        VmPlan plan = preflight(
                        (vm, target, method) -> {
                            throw new IOException("no such luck");
                        },
                        (vm, target, method) -> List.of(new Blocker("x", "y", "z")))
                .plan(VM, TARGET);

        assertThat(plan.movable()).isFalse();
        assertThat(plan.blockers())
                .extracting(Blocker::reason)
                .containsExactly("it could not be looked at: no such luck", "y");
    }

    @Test
    void plansAMove() throws IOException {
        VmPlan plan = preflight().plan(VM, TARGET);

        assertThat(plan.movable()).isTrue();
        assertThat(plan.method()).contains(Method.CPR_TRANSFER);
        assertThat(plan.predictedPause()).contains(Duration.ofMillis(41));
    }

    @Test
    void aVmOnTheTargetIsUpToDateUnlessItsFileWasReplaced() throws IOException {
        Vmm target = Vms.qemu("10.0.2");
        assertThat(preflight().plan(VM, target).upToDate()).isTrue();

        Vmm replaced = new Vmm(target.emulator(), target.version(), true);
        VmFacts vm = Vms.vm("a", MemoryBacking.ANONYMOUS, RunState.RUNNING, replaced, "<domain/>", Optional.empty());
        assertThat(preflight().plan(vm, target).movable()).isTrue();
    }

    @Test
    void aMissingTargetIsABlocker() throws IOException {
        VmPlan plan = preflight().plan(VM, () -> {
            throw new IOException("there is no QEMU at /x");
        });
        assertThat(plan.upToDate()).isFalse();
        assertThat(plan.blockers()).extracting(Blocker::reason).containsExactly("there is no QEMU at /x");
    }
}
