// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.Binding;
import groovy.lang.GroovyObject;
import groovy.util.GroovyScriptEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The script as the agent runs it: it gives an object, whose method gets the agent's logger and the definition. */
class HookScriptTest {
    /** What the script uses of the agent's logger. */
    public static final class Log {
        private final List<String> warnings = new ArrayList<>();

        public void warn(String text) {
            warnings.add(text);
        }
    }

    @Test
    void theAgentsHookCallsUs() throws Exception {
        GroovyObject hook =
                (GroovyObject) new GroovyScriptEngine("hooks").run("libvirt-vm-xml-transformer.groovy", new Binding());
        String xml = "<domain><devices><emulator>/nowhere/qemu</emulator></devices></domain>";
        Log log = new Log();
        Object[] arguments = {log, xml};
        assertThat(hook.invokeMethod("transform", arguments)).isEqualTo(xml);
        assertThat(log.warnings).singleElement().asString().contains("/nowhere/qemu");
    }
}
