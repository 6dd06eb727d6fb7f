// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleCheckTest {
    @TempDir
    private Path root;

    private FakeHost fake;

    @BeforeEach
    void host() throws IOException {
        fake = new FakeHost(root);
    }

    private void require(ModuleBytes module) throws IOException, MalformedModuleException {
        new ModuleCheck(fake.host).require(KvmModule.parse(Path.of("/srv/kvm.ko"), module.bytes()));
    }

    private void refused(ModuleBytes module, String... words) {
        assertThatIOException().isThrownBy(() -> require(module)).satisfies(e -> assertThat(e.getMessage())
                .contains(words));
    }

    @Test
    void acceptsWhatFits() {
        assertThatCode(() -> require(ModuleBytes.ofInstance("a"))).doesNotThrowAnyException();
    }

    @Test
    void refusesOneForAnotherKernel() {
        refused(
                ModuleBytes.ofInstance("a").with("vermagic", "6.12.107+deb13-amd64 SMP "),
                "built for the kernel 6.12.107+deb13-amd64",
                FakeHost.RELEASE + " runs");
    }

    @Test
    void refusesIntelAndHostsWithoutVirtualization() throws IOException {
        fake.write("proc/cpuinfo", "flags : fpu vmx\n");
        refused(ModuleBytes.ofInstance("a"), "experimental");
        fake.write("proc/cpuinfo", "flags : fpu\n");
        refused(ModuleBytes.ofInstance("a"), "no virtualization");
    }

    @Test
    void refusesOneForAnotherVendorsProcessor() {
        refused(ModuleBytes.ofInstance("a").with("orthus_vendor", "intel"), "kind 'intel'", "kind 'amd'", "--vendor");
    }

    @Test
    void refusesAnUnsignedOneWhereSignaturesAreEnforced() throws IOException {
        fake.write("sys/module/module/parameters/sig_enforce", "Y");
        refused(ModuleBytes.ofInstance("a"), "not signed");
        assertThatCode(() -> require(ModuleBytes.ofInstance("a").signed())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none [integrity] confidentiality", "none integrity [confidentiality]"})
    void aLockedDownKernelEnforcesThemToo(String lockdown) throws IOException {
        fake.write("sys/kernel/security/lockdown", lockdown);
        refused(ModuleBytes.ofInstance("a"), "not signed");
        fake.write("sys/kernel/security/lockdown", "[none] integrity confidentiality");
        assertThatCode(() -> require(ModuleBytes.ofInstance("a"))).doesNotThrowAnyException();
    }

    @Test
    void refusesAThird() throws IOException {
        fake.loadOurs("a", "6.12.107-1");
        refused(ModuleBytes.ofInstance("b"), "two KVMs are loaded already", "6.12.94-1 (kvm)", "6.12.107-1 (kvm_a)");
    }

    @Test
    void acceptsTheVeryBuildThatIsLoaded() throws IOException {
        fake.loadOurs("a", "6.12.107-1");
        Path note = fake.write("sys/module/kvm_a/notes/.note.gnu.build-id", "");
        Files.write(note, ModuleBytes.BUILD_ID);

        assertThatCode(() -> require(ModuleBytes.ofInstance("a"))).doesNotThrowAnyException();
        refused(ModuleBytes.ofInstance("a").buildId((byte) 7), "another build of kvm_a is loaded already");
        refused(ModuleBytes.ofInstance("a").with("version", "6.12.117-1"), "another build of kvm_a");
    }

    @Test
    void saysWhichVmsLoseAvic() throws IOException {
        ModuleCheck check = new ModuleCheck(fake.host);
        assertThat(check.losses(List.of("web"))).isEmpty();
        fake.write("sys/module/kvm_amd/parameters/avic", "N");
        assertThat(check.losses(List.of("web"))).isEmpty();
        fake.write("sys/module/kvm_amd/parameters/avic", "Y");
        assertThat(check.losses(List.of("web", "db")))
                .singleElement()
                .asString()
                .contains("AVIC")
                .endsWith(": web, db");
        assertThat(check.losses(List.of())).isEmpty();
    }

    @Test
    void refusesWhereKvmIsBuiltIn() throws IOException {
        fake.remove("sys/module/kvm_amd/initstate");
        refused(ModuleBytes.ofInstance("a"), "built in");
    }
}
