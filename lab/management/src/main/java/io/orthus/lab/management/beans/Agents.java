// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.agent.AgentManager;
import com.cloud.agent.api.Answer;
import com.cloud.agent.api.Command;
import com.cloud.exception.AgentUnavailableException;
import com.cloud.exception.OperationTimedoutException;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import java.io.IOException;

/** The agents of the cloud's hosts. Thread-safe. */
public final class Agents implements AgentManager {
    private final Cloud cloud;

    public Agents(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public Answer send(Long hostId, Command command) throws AgentUnavailableException, OperationTimedoutException {
        HostRow host = cloud.host(hostId).orElseThrow(() -> new AgentUnavailableException("is not there", hostId));
        try {
            return Wire.read(host.link().send(Wire.write(command)), Answer.class);
        } catch (IOException e) {
            throw new OperationTimedoutException(new Command[] {command}, hostId, 0, command.getWait(), false);
        }
    }
}
