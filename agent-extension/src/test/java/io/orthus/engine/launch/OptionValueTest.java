// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionValueTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socket,id=charmonitor,fd=26,server=on,wait=off",
                "guest=a,,b,debug-threads=on",
                "127.0.0.1:0,password=on",
                "",
                "driver=VGA,id=video0",
                "a,,",
                ",,a=b",
                "x,",
                "{\"driver\":\"VGA\",\"id\":\"video0\",\"vgamem_mb\":16,\"list\":[1,{\"a\":null}],\"on\":true}",
                "{\"big\":18446744073709551615,\"html\":\"<&>'\"}"
            })
    void whatIsNotChangedKeepsItsSpelling(String text) {
        assertThat(OptionValue.parse(text)).hasToString(text);
        assertThat(OptionValue.parse(text).mapTexts(each -> each)).hasToString(text);
    }

    @Test
    void kind() {
        assertThat(OptionValue.parse("pty,id=x").kind()).isEqualTo("pty");
        assertThat(OptionValue.parse("driver=VGA,id=x").kind()).isEqualTo("VGA");
        assertThat(OptionValue.parse("{\"id\":\"x\",\"qom-type\":\"secret\"}").kind())
                .isEqualTo("secret");
        assertThat(OptionValue.parse("{\"driver\":\"VGA\"}").kind()).isEqualTo("VGA");
        assertThat(OptionValue.parse("").kind()).isEmpty();
    }

    @Test
    void commasInsideValues() {
        OptionValue value = OptionValue.parse("file,path=/a,,b,,,id=x");

        assertThat(value.get("path")).contains("/a,b,");
        assertThat(value.id()).contains("x");
        assertThat(value.with("path", "/c,d")).hasToString("file,path=/c,,d,id=x");
    }

    @Test
    void aKeyIsNotTheEndOfAnotherKey() {
        assertThat(OptionValue.parse("tap,vhostfd=3,fd=4").get("fd")).contains("4");
        assertThat(OptionValue.parse("tap,vhostfd=3,fd=4").without("fd")).hasToString("tap,vhostfd=3");
    }

    @Test
    void bothSpellingsAreChangedAlike() {
        assertThat(OptionValue.parse("tap,id=n").with("vhost", true).with("size", 5))
                .hasToString("tap,id=n,vhost=on,size=5");
        assertThat(OptionValue.parse("{\"id\":\"n\"}").with("vhost", true).with("size", 5))
                .hasToString("{\"id\":\"n\",\"vhost\":true,\"size\":5}");
        assertThat(OptionValue.parse("{\"vhost\":true}").isOn("vhost")).isTrue();
        assertThat(OptionValue.parse("tap,vhost=on").isOn("vhost")).isTrue();
        assertThat(OptionValue.parse("tap,vhost=off").isOn("vhost")).isFalse();
        assertThat(OptionValue.parse("{\"a\":1,\"b\":2}").without("a")).hasToString("{\"b\":2}");
    }

    @Test
    void textsAreChangedHoweverDeep() {
        assertThat(OptionValue.parse("{\"a\":{\"b\":[\"x\",1]},\"c\":\"y\"}")
                        .mapTexts(text -> text.toUpperCase(Locale.ROOT)))
                .hasToString("{\"a\":{\"b\":[\"X\",1]},\"c\":\"Y\"}");
        assertThat(OptionValue.parse("kind,a=b=c").texts()).containsExactly("kind", "b=c");
    }

    @Test
    void aCopyDoesNotChangeTheOriginal() {
        OptionValue value = OptionValue.parse("{\"a\":\"b\"}");
        value.with("a", "c");
        value.without("a");

        assertThat(value.get("a")).contains("b");
    }

    @Test
    void damagedJsonIsRefused() {
        assertThatThrownBy(() -> OptionValue.parse("{\"a\":"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{\"a\":");
    }
}
