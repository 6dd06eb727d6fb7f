// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orthus.engine.adopt.NewProcess.Ram;
import io.orthus.engine.libvirt.StatusFile;
import io.orthus.engine.libvirt.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Node;

class StatusRewriterTest {

    private static final Path EMULATOR = Path.of("/opt/qemu-11.1/usr/bin/qemu-system-x86_64");
    private static final List<String> FLAGS = List.of("tcg", "new-flag");
    private static final String COMMAND_LINE = """
            <qemu:commandline>
              <qemu:arg value='-machine'/>
              <qemu:arg value='aux-ram-share=on'/>
            </qemu:commandline>
            """;
    private static final String NAMESPACE = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";

    private static String fixture(String name) throws IOException {
        try (InputStream stream =
                StatusRewriterTest.class.getResourceAsStream("/io/orthus/engine/launch/" + name + "/status.xml")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static NewProcess process(Ram ram, boolean auxRamShare, int... threads) {
        SortedMap<Integer, Integer> vcpus = new TreeMap<>();
        for (int i = 0; i < threads.length; i++) {
            vcpus.put(i, threads[i]);
        }
        return new NewProcess(4711, vcpus, EMULATOR, FLAGS, Map.of("serial0", "/dev/pts/77"), ram, auxRamShare);
    }

    private static String rewrite(String status, NewProcess process) throws IOException {
        return new String(
                StatusRewriter.rewrite(StatusFile.parse(status.getBytes(StandardCharsets.UTF_8), "fixture"), process),
                StandardCharsets.UTF_8);
    }

    /** Compares as an XML parser does, but for blanks between elements. */
    private static void assertSameXml(String actual, String expected) throws IOException {
        assertThat(normalized(actual))
                .matches(
                        node -> {
                            try {
                                return node.isEqualNode(normalized(expected));
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        "is the same as " + expected);
    }

    private static Node normalized(String text) throws IOException {
        return Xml.parse(text.replaceAll(">\\s+<", "><").strip().getBytes(StandardCharsets.UTF_8), "text");
    }

    private static String withFlags(String text) {
        int start = text.indexOf("<qemuCaps>");
        int end = text.indexOf("</qemuCaps>");
        return text.substring(0, start) + "<qemuCaps><flag name='tcg'/><flag name='new-flag'/>" + text.substring(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"graftable", "q35scsi", "uefi", "hotplug"})
    void nothingChangesButWhatFollowsTheProcess(String name) throws Exception {
        String before = fixture(name);
        String expected = withFlags(before)
                .replaceFirst("(<domstatus[^>]* pid=')\\d+", "$14711")
                .replaceFirst("(<vcpu id='0' pid=')\\d+", "$199")
                .replaceAll("/dev/pts/\\d+", "/dev/pts/77")
                .replace("/opt/qemu-10.0/usr/bin/qemu-system-x86_64", EMULATOR.toString());

        assertSameXml(rewrite(before, process(Ram.AS_DEFINED, true, 99)), expected);
    }

    @Test
    void everyVcpuGetsItsThread() throws Exception {
        assertThat(rewrite(fixture("multiqueue"), process(Ram.AS_DEFINED, true, 501, 502)))
                .contains("<vcpu id=\"0\" pid=\"501\"/>", "<vcpu id=\"1\" pid=\"502\"/>");
    }

    @Test
    void vcpusMustBeTheSame() throws Exception {
        String status = fixture("multiqueue");

        assertThatThrownBy(() -> rewrite(status, process(Ram.AS_DEFINED, true, 501)))
                .hasMessageContaining("does not have vCPU 1");
        assertThatThrownBy(() -> rewrite(status, process(Ram.AS_DEFINED, true, 501, 502, 503)))
                .hasMessageContaining("has vCPU 2");
    }

    @Test
    void aDomainWhoseVcpusShareAThread() throws Exception {
        String status = fixture("graftable").replaceAll("<vcpu id='0' pid='\\d+'/>", "");

        assertThat(rewrite(status, process(Ram.AS_DEFINED, true, 99))).doesNotContain("<vcpu id");
    }

    @Test
    void thePausedStayPaused() throws Exception {
        String status = fixture("graftable").replace("state='running' reason='booted'", "state='paused' reason='user'");

        assertThat(rewrite(status, process(Ram.AS_DEFINED, true, 99)))
                .contains("<domstatus pid=\"4711\" reason=\"user\" state=\"paused\">");
    }

    @Test
    void aTransplantedVmIsDefinedAsItIsNow() throws Exception {
        String before = fixture("stock");
        String expected = withFlags(before)
                .replaceFirst("(<domstatus[^>]* pid=')\\d+", "$14711")
                .replaceFirst("(<vcpu id='0' pid=')\\d+", "$199")
                .replaceAll("/dev/pts/\\d+", "/dev/pts/77")
                .replace("/opt/qemu-10.0/usr/bin/qemu-system-x86_64", EMULATOR.toString())
                .replaceFirst(
                        "(<currentMemory[^\n]*\n)",
                        "$1<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>\n")
                .replace("  </domain>", COMMAND_LINE + "  </domain>");
        if (!expected.contains(NAMESPACE)) {
            expected =
                    expected.replaceFirst("<domain type='qemu' id='(\\d+)'", "<domain type='qemu' id='$1'" + NAMESPACE);
        }

        String after = rewrite(before, process(Ram.MEMFD, true, 99));

        assertSameXml(after, expected);
        assertThat(after)
                .contains("\n    <memoryBacking>\n      <source type=\"memfd\"/>\n      <access mode=\"shared\"/>\n"
                        + "    </memoryBacking>\n    <vcpu ");
    }

    @Test
    void theNextGraftOfATransplantedVmChangesNothingMore() throws Exception {
        String once = rewrite(fixture("stock"), process(Ram.MEMFD, true, 99));

        assertSameXml(rewrite(once, process(Ram.MEMFD, true, 99)), once);
        assertSameXml(rewrite(once, process(Ram.AS_DEFINED, true, 99)), once);
    }

    @Test
    void aSharedFileBecomesAMemfd() throws Exception {
        assertThat(rewrite(fixture("sharedfile"), process(Ram.MEMFD, true, 99)))
                .containsOnlyOnce("<memoryBacking>")
                .contains("<source type=\"memfd\"/>")
                .doesNotContain("<source type=\"file\"/>");
    }

    @Test
    void hugePagesStayAndNodesAreShared() throws Exception {
        String status = fixture("stock")
                .replace(
                        "<currentMemory",
                        "<memoryBacking><hugepages/><access mode='private'/></memoryBacking><currentMemory")
                .replace(
                        "</cpu>\n    <clock",
                        "<numa><cell id='0' memory='1' memAccess='private'/></numa></cpu>\n    <clock")
                .replace("<audio ", "<memory model='dimm' access='private'/><audio ");

        String after = rewrite(status, process(Ram.MEMFD, true, 99));

        assertThat(after)
                .contains("<hugepages/>", "memAccess=\"shared\"", "access=\"shared\"", "mode=\"shared\"")
                .doesNotContain("private\"");
    }

    @Test
    void auxRamShareGoesWhenTheProcessDoesNotHaveIt() throws Exception {
        assertThat(rewrite(fixture("graftable"), process(Ram.AS_DEFINED, false, 99)))
                .doesNotContain("aux-ram-share")
                .doesNotContain("qemu:commandline");
    }

    @Test
    void otherArgumentsOfTheOperatorStay() throws Exception {
        String status = fixture("graftable")
                .replace(
                        "<qemu:arg value='-machine'/>",
                        "<qemu:arg value='-global'/><qemu:arg value='x.y=z'/>" + "<qemu:arg value='-machine'/>");

        assertThat(rewrite(status, process(Ram.AS_DEFINED, false, 99)))
                .contains("<qemu:arg value=\"x.y=z\"/>")
                .doesNotContain("aux-ram-share");
        assertThat(rewrite(status.replace("aux-ram-share=on", "hpet=off"), process(Ram.AS_DEFINED, true, 99)))
                .contains("hpet=off")
                .containsOnlyOnce("qemu:commandline>\n  </domain>")
                .containsOnlyOnce("aux-ram-share=on");
    }

    @Test
    void aTerminalThatTheNewProcessLacksIsAnError() throws Exception {
        String status = fixture("graftable");
        NewProcess process =
                new NewProcess(1, new TreeMap<>(Map.of(0, 9)), EMULATOR, FLAGS, Map.of(), Ram.AS_DEFINED, true);

        assertThatThrownBy(() -> rewrite(status, process))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no pseudo terminal for serial0");
    }

    @Test
    void capabilitiesMustNotBeMissing() throws Exception {
        String status = fixture("graftable");
        NewProcess process = new NewProcess(
                1, new TreeMap<>(Map.of(0, 9)), EMULATOR, List.of(), Map.of("serial0", "/p"), Ram.AS_DEFINED, true);

        assertThatThrownBy(() -> rewrite(status, process)).hasMessageContaining("no capabilities");
        assertThatThrownBy(() -> rewrite(
                        status.replaceAll("(?s)<qemuCaps>.*</qemuCaps>", ""), process(Ram.AS_DEFINED, true, 99)))
                .hasMessageContaining("qemuCaps");
    }

    @Test
    void textsThatXmlTreatsSpeciallySurvive() throws Exception {
        String status = fixture("graftable")
                .replace(
                        "<description>Debian 13</description>",
                        "<description>a &lt;b&gt; &amp; \u00e4\ud83d\ude00\n c</description>")
                .replace("<alias name='input0'/>", "<alias name='ua-&quot;&#10;&#9;&lt;&apos;'/>");
        String after = rewrite(status, process(Ram.AS_DEFINED, true, 99));

        assertThat(Xml.parse(after.getBytes(StandardCharsets.UTF_8), "after")
                        .getElementsByTagName("description")
                        .item(0)
                        .getTextContent())
                .isEqualTo("a <b> & \u00e4\ud83d\ude00\n c");
        assertThat(after).contains("ua-&quot;&#10;&#9;&lt;'");
    }

    @Test
    void theWarningAtTheTopStays() throws Exception {
        assertThat(rewrite(fixture("graftable"), process(Ram.AS_DEFINED, true, 99)))
                .startsWith("<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.")
                .contains("-->\n\n<domstatus ")
                .endsWith("</domstatus>\n");
    }
}
