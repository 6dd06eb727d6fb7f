// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.stubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.cloudstack.api.BaseCmd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares every class that is declared here with CloudStack's own, whose artifacts the profile puts on the class path. */
class CloudStackIT {
    private static final Path STUBS = Path.of(URI.create(
            BaseCmd.class.getProtectionDomain().getCodeSource().getLocation().toString()));

    /** What nobody here implements; of these only what is called is declared. */
    private static final Set<String> ONLY_CALLED = Set.of(
            "com/cloud/agent/AgentManager",
            "com/cloud/alert/AlertManager",
            "com/cloud/host/Host",
            "com/cloud/host/dao/HostDao",
            "com/cloud/resource/ServerResource",
            "com/cloud/user/Account",
            "com/cloud/user/User",
            "com/cloud/utils/component/ComponentLifecycle",
            "com/cloud/utils/component/Manager",
            "com/cloud/utils/db/GenericDao",
            "com/cloud/vm/UserVmService",
            "com/cloud/vm/VirtualMachine",
            "com/cloud/vm/dao/VMInstanceDao",
            "org/apache/cloudstack/alert/AlertService",
            "org/apache/cloudstack/api/ResponseObject",
            "org/apache/cloudstack/framework/jobs/AsyncJob",
            "org/apache/cloudstack/framework/jobs/AsyncJobManager",
            "org/apache/cloudstack/jobs/JobInfo");

    private static final Comparison COMPARISON = new Comparison(CloudStackIT::ours, CloudStackIT::cloudStacks);

    static List<String> declared() throws IOException {
        try (Stream<Path> files = Files.walk(STUBS)) {
            return files.map(file -> STUBS.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("declared")
    void isAsInCloudStack(String name) {
        assertThat(COMPARISON.of(name, !ONLY_CALLED.contains(name))).isEmpty();
    }

    @Test
    void theListOfWhatIsOnlyCalledIsUpToDate() throws IOException {
        assertThat(declared()).containsAll(ONLY_CALLED);
    }

    private static InputStream ours(String name) throws IOException {
        Path file = STUBS.resolve(name + ".class");
        return Files.exists(file)
                ? Files.newInputStream(file)
                : ClassLoader.getPlatformClassLoader().getResourceAsStream(name + ".class");
    }

    /** The class file of that name that is not one of the stubs. */
    private static InputStream cloudStacks(String name) throws IOException {
        Enumeration<URL> files = CloudStackIT.class.getClassLoader().getResources(name + ".class");
        while (files.hasMoreElements()) {
            URL file = files.nextElement();
            if (!file.getPath().startsWith(STUBS.toString())) {
                return file.openStream();
            }
        }
        return null;
    }
}
