// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static JsonObject object(String text) throws JsonException {
        return Json.parseObject(text, "the document");
    }

    @Test
    void readsWhatIsThere() throws JsonException {
        JsonObject object =
                object("{\"s\":\"x\",\"n\":9223372036854775807,\"i\":-5,\"b\":true,\"o\":{\"k\":1},\"a\":[1,2]}");

        assertThat(Json.getString(object, "s")).isEqualTo("x");
        assertThat(Json.getLong(object, "n")).isEqualTo(Long.MAX_VALUE);
        assertThat(Json.getInt(object, "i")).isEqualTo(-5);
        assertThat(Json.getBoolean(object, "b")).isTrue();
        assertThat(Json.getInt(Json.getObject(object, "o"), "k")).isEqualTo(1);
        assertThat(Json.getArray(object, "a")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\":1",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1}}",
                "{\"a\":1} x",
                "{\"a\" 1}",
                "[1;2]",
                "{\"a\":NaN}",
                "{\"a\":1,\"a\":2}",
                "// c\n{}",
                "{\"a\":}"
            })
    void refusesWhatIsNotStrictlyJson(String text) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse(text, "the document"))
                .withMessageStartingWith("the document ");
    }

    @Test
    void refusesEndlessNesting() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse("[".repeat(100_000), "the document"))
                .withMessageContaining("levels deep");
    }

    @Test
    void namesTheMissingMember() throws JsonException {
        JsonObject object = object("{\"present\":null}");

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.getString(object, "absent"))
                .withMessage("member \"absent\" is missing");
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.getString(object, "present"))
                .withMessage("member \"present\" is missing");
        assertThat(Json.find(object, "present")).isEmpty();
    }

    @Test
    void doesNotConvert() throws JsonException {
        JsonObject object = object("{\"s\":\"5\",\"n\":5,\"f\":5.5,\"big\":9223372036854775808,\"long\":4294967296}");

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.getInt(object, "s"))
                .withMessage("member \"s\" must be an integer but is \"5\"");
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getString(object, "n"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getLong(object, "f"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getLong(object, "big"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getInt(object, "long"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getObject(object, "n"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getArray(object, "n"));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.getBoolean(object, "n"));
    }

    @Test
    void refusesUnknownMembers() throws JsonException {
        Json.allowOnly(object("{\"a\":1}"), "a", "b");

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.allowOnly(object("{\"a\":1,\"z\":1,\"y\":1}"), "a"))
                .withMessage("unknown member \"y\", \"z\"");
    }

    @Test
    void buildsInOrder() {
        JsonObject built = Json.object()
                .put("z", "text")
                .put("a", 1)
                .put("flag", true)
                .put("inner", Json.object().put("k", "v"))
                .put("list", List.of("x", "y"))
                .build();

        assertThat(built)
                .hasToString("{\"z\":\"text\",\"a\":1,\"flag\":true,\"inner\":{\"k\":\"v\"},\"list\":[\"x\",\"y\"]}");
    }
}
