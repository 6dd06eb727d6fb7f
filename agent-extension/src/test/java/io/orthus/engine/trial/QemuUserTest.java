// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.orthus.engine.sys.Proc;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class QemuUserTest {
    @Test
    void ofAProcess() throws IOException {
        Proc self = Proc.of(Math.toIntExact(ProcessHandle.current().pid()));

        QemuUser user = QemuUser.of(self);

        assertThat(self.status("Uid").orElseThrow().split("\\s+")).contains(Integer.toString(user.uid()));
        assertThat(self.status("Gid").orElseThrow().split("\\s+")).contains(Integer.toString(user.gid()));
    }

    @Test
    void itsGroupsGoAlong() {
        assertThat(new QemuUser(64055, 109, List.of(109, 994)).prefix())
                .startsWith("setpriv")
                .endsWith("--")
                .contains("--reuid=64055", "--regid=109", "--groups=109,994", "--no-new-privs");
    }

    @Test
    void withoutGroupsItHasNone() {
        assertThat(new QemuUser(64055, 109, List.of()).prefix()).contains("--clear-groups");
    }
}
