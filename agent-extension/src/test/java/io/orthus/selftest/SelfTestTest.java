// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SelfTestTest {
    private static final List<TestGuest> GUESTS = TestGuest.ALL.subList(0, 2);
    private static final List<String> ONTO = List.of("--target", "/new");
    private static final List<String> LIMITS = List.of("--max-pause", "500");

    private final List<List<String>> calls = new ArrayList<>();
    private final List<String> questions = new ArrayList<>();
    private final SelfTestReport report = new SelfTestReport(new JsonObject());
    private final Bench bench = mock(Bench.class);
    private final Stop stop = new Stop();

    private String result = "upgraded";
    private int status;
    private String verdict = "{\"ok\":true,\"result\":\"good\",\"text\":\"ok\"}";
    private int boots = 1;

    @BeforeEach
    void allIsManaged() {
        when(bench.managed(any())).thenReturn(true);
    }

    @Test
    void eachGoesForthAloneThenAllGoBackAndForthAndBack() throws IOException {
        run();

        assertThat(calls)
                .containsExactly(
                        List.of(
                                "upgrade",
                                "--json",
                                "--target",
                                "/new",
                                "--max-pause",
                                "500",
                                "--",
                                "orthus-selftest-1"),
                        List.of(
                                "upgrade",
                                "--json",
                                "--target",
                                "/new",
                                "--max-pause",
                                "500",
                                "--",
                                "orthus-selftest-2"),
                        List.of("rollback", "--json", "--max-pause", "500"),
                        List.of("upgrade", "--json", "--target", "/new", "--max-pause", "500"),
                        List.of("rollback", "--json", "--max-pause", "500"));
        assertThat(report.good()).isTrue();
        assertThat(report.json().get("result").getAsString()).isEqualTo("good");
        assertThat(report.text()).contains("orthus-selftest-2 says: good", "all is well");
    }

    @Test
    void gapsAreMeasuredAnewForEachMove() throws IOException {
        run();

        assertThat(questions.stream().filter(question -> question.equals("reset 192.0.2.11")))
                .hasSize(4);
    }

    @Test
    void theVerdictForgivesPacketsThatMovesMayCost() throws IOException {
        run();

        assertThat(questions).contains("command 192.0.2.11 300 verdict 8");
    }

    @Test
    void aMoveThatFailedIsAFault() throws IOException {
        result = "rolled-back";
        status = 1;
        run();

        assertThat(report.good()).isFalse();
        assertThat(report.text())
                .contains("NOT GOOD: orthus-selftest-1, upgrade: rolled-back: because")
                .contains("exit status 1: its words")
                .contains("not all is well");
    }

    @Test
    void aVmThatIsNotInTheReportIsAFault() throws IOException {
        result = null;
        run();

        assertThat(report.text()).contains("orthus-selftest-1, upgrade: not reported");
    }

    @Test
    void aGuestThatFoundSomethingIsAFault() throws IOException {
        verdict = "{\"ok\":false,\"result\":\"bad\",\"text\":\"memory_bad=1\"}";
        run();

        assertThat(report.good()).isFalse();
        assertThat(report.text()).contains("orthus-selftest-1 says: bad: memory_bad=1");
    }

    @Test
    void aRebootIsAFault() throws IOException {
        boots = 2;
        run();

        assertThat(report.text()).contains("NOT GOOD: orthus-selftest-1 has rebooted");
    }

    @Test
    void libvirtMustBeInCharge() throws IOException {
        when(bench.managed(GUESTS.get(1))).thenReturn(false);
        run();

        assertThat(report.text()).contains("NOT GOOD: orthus-selftest-2, rollback: libvirt is not in charge of it");
    }

    @Test
    void stoppedItBeginsNoMoveAndTheReportSaysThatItIsNotWhole() {
        stop.request();

        assertThatThrownBy(this::run).isInstanceOf(InterruptedIOException.class);
        assertThat(calls).isEmpty();
        assertThat(report.good()).isFalse();
        assertThat(report.json().get("result").getAsString()).isEqualTo("incomplete");
    }

    private void run() throws IOException {
        new SelfTest(bench, this::watch, this::orthus, report, stop, line -> {}).run(GUESTS, ONTO, LIMITS);
    }

    private JsonObject watch(String question) {
        questions.add(question);
        return object(
                question.startsWith("command")
                        ? verdict
                        : "{\"ok\":true,\"up\":true,\"gap_max_ns\":41000000,\"boots\":%d,\"counters\":{\"net_lost\":1}}"
                                .formatted(boots));
    }

    private Orthus.Ended orthus(List<String> arguments) {
        calls.add(arguments);
        StringBuilder vms = new StringBuilder();
        for (TestGuest guest : GUESTS) {
            if (result != null) {
                vms.append(vms.isEmpty() ? "" : ",")
                        .append("{\"name\":\"%s\",\"result\":\"%s\",\"message\":\"because\",\"pauseMs\":21.5}"
                                .formatted(guest.name(), result));
            }
        }
        return new Orthus.Ended(status, Optional.of(object("{\"vms\":[" + vms + "]}")), "its words");
    }

    private static JsonObject object(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }
}
