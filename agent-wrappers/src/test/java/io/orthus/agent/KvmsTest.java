// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.orthus.protocol.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which module an order is carried out with. */
class KvmsTest {
    private static final String KERNELS = "{'instance': 'kvm', 'version': '6.12.94-1', 'standard': %s}";
    private static final String LOADED = "{'instance': 'kvm_a', 'version': '6.12.107-1', 'standard': true}";

    @TempDir
    private Path modules;

    private final FakeHost host = new FakeHost();

    @Test
    void ofTwoNamesTheFreeOneIsTaken() throws Exception {
        module("kvm_a.ko", "6.12.117-1");
        Path free = module("kvm_b.ko.zst", "6.12.117-1");
        assertThat(kvms().module(newest(), status(LOADED))).contains(free);
    }

    @Test
    void theNewestByNumber() throws Exception {
        module("kvm_a.ko", "6.12.107-1");
        Path newest = module("kvm_b.ko", "6.12.117-1");
        module("kvm_c.ko", "6.12.95-1");
        assertThat(kvms().module(newest(), status(KERNELS.formatted(true)))).contains(newest);
    }

    @Test
    void whatAllVmsAreOnIsLeftAsItIs() throws Exception {
        module("kvm_a.ko", "6.12.90-1");
        assertThat(kvms().module(newest(), status(KERNELS.formatted(true)))).isEmpty();
        assertThat(kvms().module(Target.INSTALLED, status(KERNELS.formatted(true))))
                .isEmpty();
    }

    /** After a part of the VMs has come to it, the rest goes there. */
    @Test
    void oneThatIsLoadedBesideTheOldOneIsGoneOnWith() throws Exception {
        Path module = module("kvm_a.ko", "6.12.107-1");
        assertThat(kvms().module(newest(), status(KERNELS.formatted(false) + "," + LOADED)))
                .contains(module);
    }

    @Test
    void theKernelsOwnIsComeBackToByARollback() {
        assertThatThrownBy(() ->
                        kvms().module(new Target(null, "6.12.94"), status(KERNELS.formatted(false) + "," + LOADED)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("rollback");
    }

    @Test
    void whatIsNoModuleIsNoKvm() throws Exception {
        module("kvm_a.ko", "6.12.117-1");
        module("kvm_ab.ko", "7.0");
        module("kvm_a.ko.orig", "7.0");
        JsonObject status = status(KERNELS.formatted(true));
        assertThat(kvms().versions(status)).containsExactly("6.12.94-1", "6.12.117-1");
        assertThat(kvms().standard(status)).isEqualTo("6.12.94-1");
        assertThat(kvms().standard(status(""))).isNull();
    }

    private Kvms kvms() {
        return new Kvms(modules, host);
    }

    private Path module(String name, String version) throws IOException {
        Path file = Files.createFile(modules.resolve(name));
        host.modules.put(file, version);
        return file;
    }

    private static Target newest() {
        return new Target(null, Target.NEWEST);
    }

    private static JsonObject status(String kvms) {
        return JsonParser.parseString("{'kvms': [%s]}".formatted(kvms).replace('\'', '"'))
                .getAsJsonObject();
    }
}
