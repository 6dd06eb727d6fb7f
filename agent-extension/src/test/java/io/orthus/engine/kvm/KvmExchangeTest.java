// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.orthus.engine.kvm.KvmExchange.Users;
import io.orthus.engine.kvm.Settlement.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmExchangeTest {
    private static final String KERNELS = KvmInstance.KERNELS;

    @TempDir
    private Path root;

    private FakeHost fake;
    private KvmInstance ours;

    @BeforeEach
    void host() throws IOException {
        fake = new FakeHost(root);
        ours = fake.ours("a");
    }

    /** As if VMs had been moved until those were left on each. */
    private Users users(int onKernels, int onOurs) throws IOException {
        if (fake.host.kernelsModule().isPresent()) {
            fake.use(KERNELS, onKernels);
        }
        if (fake.host.loaded("kvm_a").isPresent()) {
            fake.use("kvm_a", onOurs);
        }
        return instance -> (instance.isKernels() ? onKernels : onOurs) == 0 ? List.of() : List.of("web", "db");
    }

    private KvmInstance standard() throws IOException {
        return fake.host.loaded().stream()
                .filter(LoadedKvm::standard)
                .map(LoadedKvm::instance)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void unloadsTheOldOneAndTakesItsPlace() throws IOException {
        fake.use(KERNELS, 2);
        fake.exchange.begin(ours);
        assertThat(fake.host.loaded()).hasSize(2);
        assertThat(fake.journal.open()).isPresent();

        Settlement settlement = fake.exchange.settle(users(0, 2));

        assertThat(settlement.result()).isEqualTo(Result.RETIRED);
        assertThat(settlement.message()).isEqualTo("6.12.94-1 (kvm) is unloaded; 6.12.107-1 (kvm_a) is /dev/kvm");
        assertThat(fake.commands).containsExactly("insmod /srv/kvm_a.ko", "rmmod kvm_amd", "rmmod kvm");
        assertThat(standard()).isEqualTo(ours);
        assertThat(fake.blacklist())
                .content()
                .contains("blacklist kvm\n", "blacklist kvm_amd\n", "blacklist kvm_intel\n");
        assertThat(fake.rule()).content().contains("\nACTION==\"add\", SUBSYSTEM==\"cpu\", ENV{MODALIAS}=\"\"\n");
        assertThat(fake.udevSeesRule).isTrue();
        assertThat(fake.journal.open()).isEmpty();
    }

    @Test
    void goesTheSameWayBack() throws IOException {
        fake.exchange.begin(ours);
        fake.exchange.settle(users(0, 2));
        fake.commands.clear();

        fake.exchange.begin(fake.host.kernels());
        assertThat(fake.blacklist()).doesNotExist();
        assertThat(fake.rule()).doesNotExist();
        assertThat(fake.udevSeesRule).isFalse();
        Settlement settlement = fake.exchange.settle(users(2, 0));

        assertThat(settlement.result()).isEqualTo(Result.RETIRED);
        assertThat(fake.commands).containsExactly("modprobe kvm_amd", "rmmod kvm_a");
        assertThat(standard()).isEqualTo(fake.host.kernels());
        assertThat(fake.host.record("kvm_a")).doesNotExist();
    }

    @Test
    void goesOnFromOneOfOursToTheNext() throws IOException {
        fake.exchange.begin(ours);
        fake.exchange.settle(users(0, 2));

        fake.exchange.begin(fake.ours("b"));
        fake.use("kvm_a", 0);
        fake.use("kvm_b", 2);
        fake.exchange.settle(instance -> instance.name().equals("kvm_b") ? List.of("web") : List.of());

        assertThat(standard()).isEqualTo(fake.ours("b"));
        assertThat(fake.host.loaded()).hasSize(1);
        assertThat(fake.blacklist()).exists();
    }

    @Test
    void aVmThatStaysKeepsTheOldOne() throws IOException {
        fake.exchange.begin(ours);

        Settlement settlement = fake.exchange.settle(users(1, 1));

        assertThat(settlement.result()).isEqualTo(Result.BOTH_IN_USE);
        assertThat(settlement.message()).isEqualTo("6.12.94-1 (kvm) stays loaded, it is used by web, db");
        assertThat(fake.commands).containsExactly("insmod /srv/kvm_a.ko");
        assertThat(standard()).isEqualTo(fake.host.kernels());
        assertThat(fake.blacklist()).doesNotExist();
    }

    @Test
    void whatNobodyCameToUseIsUnloadedAgain() throws IOException {
        fake.exchange.begin(ours);

        Settlement settlement = fake.exchange.settle(users(2, 0));

        assertThat(settlement.result()).isEqualTo(Result.WITHDRAWN);
        assertThat(fake.commands).containsExactly("insmod /srv/kvm_a.ko", "rmmod kvm_a");
        assertThat(standard()).isEqualTo(fake.host.kernels());
        assertThat(fake.blacklist()).doesNotExist();
    }

    @Test
    void aRollbackThatMovedNobodyLeavesOursAsItWas() throws IOException {
        fake.exchange.begin(ours);
        fake.exchange.settle(users(0, 2));
        fake.commands.clear();

        fake.exchange.begin(fake.host.kernels());
        Settlement settlement = fake.exchange.settle(users(0, 2));

        assertThat(settlement.result()).isEqualTo(Result.WITHDRAWN);
        assertThat(fake.commands).containsExactly("modprobe kvm_amd", "rmmod kvm_amd", "rmmod kvm");
        assertThat(standard()).isEqualTo(ours);
        assertThat(fake.blacklist()).exists();
    }

    @Test
    void whatCannotBeLoadedChangesNothingAndTellsTheKernelsWords() throws IOException {
        fake.failures.put("insmod", "insmod: ERROR: could not insert module /srv/kvm_a.ko: Operation not supported");
        fake.kernelSays = "kvm_a: kvm_amd's svm_cpu_data has no next_asid";

        assertThatIOException()
                .isThrownBy(() -> fake.exchange.begin(ours))
                .withMessageContaining("cannot load 6.12.107-1 (kvm_a)")
                .withMessageContaining("Operation not supported")
                .withMessageEndingWith("the kernel says: " + fake.kernelSays);
        assertThat(fake.journal.open()).isEmpty();
        assertThat(fake.host.record("kvm_a")).doesNotExist();
        assertThat(fake.host.loaded()).hasSize(1);
    }

    @Test
    void runsWithTheParametersOfTheOneWhosePlaceItTakes() throws IOException {
        fake.write("sys/module/kvm/parameters/ignore_msrs", "Y");
        fake.write("sys/module/kvm/parameters/nx_huge_pages", "never");
        fake.write("sys/module/kvm/parameters/nx_huge_pages_recovery_ratio", "60");
        fake.write("sys/module/kvm_amd/parameters/nested", "0");
        fake.write("sys/module/kvm_amd/parameters/avic", "Y");
        fake.write("sys/module/kvm_amd/parameters/sev_es", "Y");
        fake.write("sys/module/kvm_amd/parameters/debug_swap", "N");
        fake.exchange.begin(ours);
        assertThat(fake.commands)
                .containsExactly("insmod /srv/kvm_a.ko nx_huge_pages_recovery_ratio=60 nx_huge_pages=never"
                        + " nested=0 ignore_msrs=Y");
        fake.exchange.settle(users(0, 2));
        fake.commands.clear();

        fake.write("sys/module/kvm_a/parameters/ignore_msrs", "N");
        fake.write("sys/module/kvm_a/parameters/experimental_avic", "N");
        fake.exchange.begin(fake.ours("b"));
        assertThat(fake.commands).containsExactly("insmod /srv/kvm_b.ko ignore_msrs=N");
    }

    @Test
    void isFinishedOrUndoneAfterACrashWhereverItWas() throws IOException {
        // Before anything was loaded.
        fake.journal.write(new ExchangeEntry(ours, FakeHost.BOOT));
        fake.write("run/orthus/kvm/kvm_a", "/srv/kvm_a.ko");
        assertThat(fake.exchange.recover(users(2, 0)))
                .hasValueSatisfying(s -> assertThat(s.result()).isEqualTo(Result.NOT_LOADED));
        assertThat(fake.host.record("kvm_a")).doesNotExist();
        // Loaded, nobody moved.
        fake.exchange.begin(ours);
        assertThat(fake.exchange.recover(users(2, 0)))
                .hasValueSatisfying(s -> assertThat(s.result()).isEqualTo(Result.WITHDRAWN));
        // Some moved.
        fake.exchange.begin(ours);
        assertThat(fake.exchange.recover(users(1, 1)))
                .hasValueSatisfying(s -> assertThat(s.result()).isEqualTo(Result.BOTH_IN_USE));
        // All moved, the old one unloaded in part.
        fake.exchange.begin(ours);
        Users all = users(0, 2);
        fake.modules.unload(fake.host.kernels());
        assertThat(fake.exchange.recover(all))
                .hasValueSatisfying(s -> assertThat(s.result()).isEqualTo(Result.RETIRED));
        assertThat(standard()).isEqualTo(ours);
        assertThat(fake.host.isLoadedModule(KERNELS)).isFalse();
        // Nothing is left to do.
        assertThat(fake.exchange.recover(all)).isEmpty();
    }

    @Test
    void aRollbackThatCrashedBeforeItLoadedLeavesVmsStartable() throws IOException {
        fake.exchange.begin(ours);
        fake.exchange.settle(users(0, 2));
        fake.write("sys/class/misc/kvm-a/default", "0");
        fake.journal.write(new ExchangeEntry(fake.host.kernels(), FakeHost.BOOT));

        fake.exchange.recover(users(0, 2));

        assertThat(standard()).isEqualTo(ours);
    }

    @Test
    void aRebootSettlesIt() throws IOException {
        fake.exchange.begin(ours);
        fake.write("proc/sys/kernel/random/boot_id", "4f2c0000-0000-0000-0000-000000000002");
        fake.commands.clear();

        assertThat(fake.exchange.recover(users(2, 0))).isEmpty();
        assertThat(fake.journal.open()).isEmpty();
        assertThat(fake.commands).isEmpty();
    }

    @Test
    void whatTheKernelDoesNotUnloadStaysToBeRecovered() throws IOException {
        fake.exchange.begin(ours);
        Users all = users(0, 2);
        fake.failures.put("rmmod", "rmmod: ERROR: Module kvm_amd is in use");

        assertThatIOException()
                .isThrownBy(() -> fake.exchange.settle(all))
                .withMessageContaining("cannot unload 6.12.94-1 (kvm)")
                .withMessageContaining("in use");
        assertThat(fake.blacklist()).doesNotExist();
        assertThat(standard()).isEqualTo(fake.host.kernels());

        fake.failures.clear();
        assertThat(fake.exchange.recover(all))
                .hasValueSatisfying(s -> assertThat(s.result()).isEqualTo(Result.RETIRED));
    }

    @Test
    void namesADamagedJournal() throws IOException {
        fake.write("var/exchange.json", "{\"instance\":\"virtio\",\"version\":\"1\",\"bootId\":\"x\"}");

        assertThatIOException()
                .isThrownBy(() -> fake.exchange.recover(users(1, 0)))
                .withMessageContaining("exchange.json is damaged");
    }

    @Test
    void aHandedOverDeviceIsReleasedByItsAddress() throws IOException {
        fake.exchange.begin(ours);
        fake.write("sys/class/misc/kvm-a/release", "");

        fake.modules.release(ours, "0000:00:05.0");

        assertThat(fake.read("sys/class/misc/kvm-a/release")).isEqualTo("0000:00:05.0");
        assertThatIllegalArgumentException().isThrownBy(() -> fake.modules.release(ours, "../5"));
    }

    @Test
    void devicesThatHaveMovedAreReleasedBeforeTheOldOneGoes() throws IOException {
        fake.exchange.begin(ours);
        fake.write("sys/class/misc/kvm-a/release", "");
        Users moved = users(0, 2);

        Settlement settlement = fake.exchange.settle(new Users() {
            @Override
            public List<String> of(KvmInstance instance) throws IOException {
                return moved.of(instance);
            }

            @Override
            public List<String> devices(KvmInstance instance) {
                // Only the KVM that a device is on may be asked to release it, and before anything is unloaded.
                assertThat(instance.isKernels()).isFalse();
                assertThat(fake.commands).containsExactly("insmod /srv/kvm_a.ko");
                return List.of("0000:01:00.0");
            }
        });

        assertThat(settlement.result()).isEqualTo(Result.RETIRED);
        assertThat(fake.read("sys/class/misc/kvm-a/release")).isEqualTo("0000:01:00.0");
    }

    @Test
    void aDeviceThatIsNotReleasedKeepsTheOldOne() throws IOException {
        fake.exchange.begin(ours);

        assertThatIOException()
                .isThrownBy(() -> fake.exchange.settle(new Users() {
                    @Override
                    public List<String> of(KvmInstance instance) {
                        return List.of();
                    }

                    @Override
                    public List<String> devices(KvmInstance instance) {
                        return List.of("0000:01:00.0");
                    }
                }));
        assertThat(fake.commands).containsExactly("insmod /srv/kvm_a.ko");
        assertThat(fake.journal.open()).isPresent();
    }

    @Test
    void whatSomebodyLoadedByHandCannotBeLoadedAgain() {
        KvmInstance unknown = new KvmInstance("kvm_c", "6.12.107-1", Optional.empty());

        assertThatIOException()
                .isThrownBy(() -> fake.exchange.begin(unknown))
                .withMessageContaining("nobody knows from where");
        assertThat(Files.exists(fake.root.resolve("sys/class/misc/kvm-c"))).isFalse();
    }
}
