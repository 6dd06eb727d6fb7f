// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The wire format as files: whoever changes a name, a type or a meaning that a released peer relies on sees it here.
 * Files are only ever added; what is written today is in the directory of today's version.
 */
class GoldenFilesTest {
    private final Gson gson = new Gson();

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of("start-upgrade", new StartOrderCommand(Examples.upgrade())),
                Arguments.of("start-preflight", new StartOrderCommand(Examples.preflight(Target.INSTALLED, false))),
                Arguments.of(
                        "start-preflight-newest",
                        new StartOrderCommand(Examples.preflight(new Target(null, Target.NEWEST), true))),
                Arguments.of("poll", new PollOrderCommand(Examples.TOKEN)),
                Arguments.of("cancel", new CancelOrderCommand(Examples.TOKEN)),
                Arguments.of(
                        "answer-preflight",
                        new OrderAnswer(new PollOrderCommand(Examples.TOKEN), Examples.preflightReport())),
                Arguments.of(
                        "answer-upgrade",
                        new OrderAnswer(new PollOrderCommand(Examples.TOKEN), Examples.upgradeReport())),
                Arguments.of(
                        "answer-refused",
                        new OrderAnswer(
                                new StartOrderCommand(Examples.upgrade()),
                                "another upgrade is under way on this host; wait for it or see 'orthus status'")));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void isWrittenAsInTheFile(String name, Object message) throws IOException {
        assertThat(gson.toJsonTree(message)).isEqualTo(JsonParser.parseString(today(name)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void isReadBackFromTheFile(String name, Object message) throws IOException {
        Object read = gson.fromJson(today(name), message.getClass());
        assertThat(read).usingRecursiveComparison().isEqualTo(message);
    }

    /** Version 1 had all but what has been added since, which is absent then. */
    @ParameterizedTest
    @MethodSource("messages")
    void whatVersionOneWroteIsStillRead(String name, Object message) throws IOException {
        if (name.equals("start-preflight-newest")) {
            return; // There was no such thing.
        }
        Object read = gson.fromJson(file(name), message.getClass());
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("protocol", "report.kvm", "report.host.kvm")
                .isEqualTo(message);
    }

    private static String today(String name) throws IOException {
        return file(Protocol.VERSION + "/" + name);
    }

    static String file(String name) throws IOException {
        try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** One of each, every member set. */
    static final class Examples {
        static final String TOKEN = "0d7f3c1e-8f52-4f0e-9a53-5a4c4f1f5d11/2";
        private static final Builds OLD = new Builds("10.0.2 (Debian 1:10.0.2+ds-2)", "6.12.43");
        private static final Builds NEW = new Builds("11.1.3 (Debian 1:11.1.3+ds-1)", "6.12.48");
        /** What the host has, when VMs that are started run on that. */
        private static HostBuilds host(Builds now) {
            return new HostBuilds(
                    "0.1.0",
                    "6.12.43+deb13-amd64",
                    List.of(OLD.qemu(), NEW.qemu()),
                    List.of(OLD.kvm(), NEW.kvm()),
                    now.kvm());
        }

        static Order upgrade() {
            return new Order(
                    TOKEN,
                    OrderKind.UPGRADE,
                    new Target("11.1.3", "6.12.48"),
                    List.of("f9ab51a5-6f9a-4d69-a9a3-cf2a0f8f6fd0"),
                    new OrderOptions(1, 4, 2, 500, false));
        }

        static Order preflight(Target target, boolean passthrough) {
            return new Order(TOKEN, OrderKind.PREFLIGHT, target, List.of(), new OrderOptions(0, 0, 0, 0, passthrough));
        }

        static OrderReport preflightReport() {
            VmReport ready = new VmReport(
                    "f9ab51a5-6f9a-4d69-a9a3-cf2a0f8f6fd0",
                    "i-2-3-VM",
                    OLD,
                    Verdict.READY,
                    "cpr-transfer",
                    "RAM is handed over in place",
                    31.5,
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            VmReport blocked = new VmReport(
                    "5a0c5f3e-58f0-4d26-8f49-0f4a8a7f2a55",
                    "i-2-4-VM",
                    OLD,
                    Verdict.BLOCKED,
                    null,
                    "",
                    null,
                    List.of(new Obstacle("job", "a snapshot is being taken", "wait until it has ended")),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            return new OrderReport(TOKEN, OrderState.DONE, "", host(OLD), List.of(ready, blocked));
        }

        static OrderReport upgradeReport() {
            VmReport done = new VmReport(
                    "f9ab51a5-6f9a-4d69-a9a3-cf2a0f8f6fd0",
                    "i-2-3-VM",
                    NEW,
                    Verdict.READY,
                    "cpr-transfer",
                    "RAM is handed over in place",
                    31.5,
                    List.of(),
                    "done",
                    VmResult.UPGRADED,
                    "runs on 11.1.3",
                    OLD,
                    29.25,
                    1804.0);
            return new OrderReport(
                    TOKEN,
                    OrderState.RUNNING,
                    "1 of 2 VMs done",
                    host(NEW),
                    List.of(done),
                    new KvmExchange(OLD.kvm(), NEW.kvm(), true, "KVM 6.12.43 is unloaded"));
        }
    }
}
