// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.gson.JsonArray;
import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.Qmp;
import io.orthus.engine.sys.LineChild;
import io.orthus.engine.sys.ProcessId;
import io.orthus.engine.sys.Scheduling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process without a guest stands for a QEMU. */
class UrgencyTest {
    private static final Scheduling URGENT = new Scheduling(Scheduling.ROUND_ROBIN, 1);

    @TempDir
    private Path directory;

    private final Qmp monitor = mock(Qmp.class);
    private LineChild qemu;

    @BeforeEach
    void anUrgentOne() throws Exception {
        qemu = LineChild.start(List.of("cat"));
        when(monitor.execute("query-cpus-fast")).thenReturn(new JsonArray());
        when(monitor.execute("query-iothreads")).thenReturn(new JsonArray());
        try {
            URGENT.apply(qemu.pid());
        } catch (IOException e) {
            Assumptions.abort("no real-time scheduling here: " + e.getMessage());
        }
    }

    @AfterEach
    void end() {
        qemu.close();
    }

    private Scheduling after(String definition) throws Exception {
        Path status = Files.writeString(
                directory.resolve("status.xml"),
                "<domstatus><domain><cputune>" + definition + "</cputune></domain></domstatus>");
        Urgency.end(ProcessId.of(qemu.pid()), monitor, status);
        return Scheduling.of(qemu.pid());
    }

    @Test
    void isTakenBack() throws Exception {
        assertThat(after("")).isEqualTo(new Scheduling(Scheduling.ORDINARY, 0));
    }

    @Test
    void isLeftWhereTheDefinitionWantsIt() throws Exception {
        assertThat(after("<emulatorsched scheduler='rr' priority='1'/>")).isEqualTo(URGENT);
    }

    @Test
    void isLeftToThreadsOfTheGuest() throws Exception {
        JsonArray cpus = new JsonArray();
        cpus.add(Json.object().put("cpu-index", 0).put("thread-id", qemu.pid()).build());
        when(monitor.execute("query-cpus-fast")).thenReturn(cpus);
        assertThat(after("")).isEqualTo(URGENT);
    }

    @Test
    void anotherPriorityIsNotOurs() throws Exception {
        Scheduling chosen = new Scheduling(Scheduling.ROUND_ROBIN, 2);
        chosen.apply(qemu.pid());
        assertThat(after("")).isEqualTo(chosen);
    }

    @Test
    void oneThatHasEndedNeedsNothing() throws Exception {
        ProcessId id = ProcessId.of(qemu.pid());
        qemu.close();
        Urgency.end(id, monitor, directory.resolve("none"));
    }
}
