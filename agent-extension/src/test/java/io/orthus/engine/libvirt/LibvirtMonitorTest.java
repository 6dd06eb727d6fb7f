// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.orthus.engine.json.Json;
import io.orthus.engine.qmp.QmpException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibvirtMonitorTest {
    private final List<String> passed = new ArrayList<>();

    private LibvirtMonitor answering(String answer) {
        return new LibvirtMonitor("vm1", command -> {
            passed.add(command);
            return answer;
        });
    }

    @Test
    void passesCommandAndAnswer() throws QmpException, IOException {
        assertThat(answering("{\"return\":{\"a\":1},\"id\":\"libvirt-7\"}")
                        .execute("qom-get", Json.object().put("path", "/x").build()))
                .hasToString("{\"a\":1}");
        assertThat(answering("{\"return\":{}}").execute("cont")).hasToString("{}");
        assertThat(passed)
                .containsExactly("{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/x\"}}", "{\"execute\":\"cont\"}");
    }

    @Test
    void passesOtherLettersInAscii() throws QmpException, IOException {
        answering("{\"return\":{}}")
                .execute("migrate", Json.object().put("uri", "unix:/\u00fc").build());
        assertThat(passed).containsExactly("{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"unix:/\\u00fc\"}}");
    }

    @Test
    void aRefusalIsQemus() {
        assertThatExceptionOfType(QmpException.class)
                .isThrownBy(() -> answering("{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"no such\"}}")
                        .execute("nope"))
                .withMessage("QEMU refused \"nope\": no such");
    }

    @Test
    void anAnswerThatIsNotQmpIsAnError() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> answering("OK").execute("cont"))
                .withMessageContaining("the answer to \"cont\" of domain vm1");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> answering("{}").execute("cont"))
                .withMessageContaining("\"return\" is missing");
    }
}
