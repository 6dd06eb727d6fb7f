// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.libvirt.StatusFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CarriedDefinitionTest {
    private static final String STATUS = """
            <domstatus state='running' reason='booted' pid='11'>
              <monitor path='/var/lib/libvirt/qemu/domain-1-a/monitor.sock' type='unix'/>
              <taint flag='custom-monitor'/>
              <domain type='qemu' id='1'>
                <name>a</name>
                <uuid>e1daf85d-d6a0-4a10-8a27-87bbf1f06a83</uuid>
                <currentMemory unit='KiB'>131072</currentMemory>
                <clock offset='utc' adjustment='0'/>
                <devices>
                  <emulator>/usr/bin/qemu-system-x86_64</emulator>
                  <disk type='file'><source file='/images/a.qcow2'/></disk>
                  <channel type='unix'><target type='virtio' name='agent' state='disconnected'/></channel>
                </devices>
              </domain>
            </domstatus>
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "131072|65536",
                "adjustment='0'|adjustment='7'",
                "state='disconnected'|state='connected'",
                "flag='custom-monitor'|flag='custom-argv'",
                "state='running'|state='paused'"
            })
    void theGuestMayChangeIt(String before, String after) throws IOException {
        assertThat(definition(STATUS.replace(before, after))).isEqualTo(definition(STATUS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a.qcow2|snapshot.qcow2", "</devices>|<interface type='bridge'/></devices>"})
    void anOperatorMayNot(String before, String after) throws IOException {
        assertThat(definition(STATUS.replace(before, after))).isNotEqualTo(definition(STATUS));
    }

    @Test
    void readingItTwiceGivesTheSame() throws IOException {
        assertThat(definition(STATUS)).isEqualTo(definition(STATUS));
    }

    private static CarriedDefinition definition(String status) throws IOException {
        return CarriedDefinition.of(StatusFile.parse(status.getBytes(StandardCharsets.UTF_8), "test"));
    }
}
