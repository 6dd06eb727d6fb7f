// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.exception;

import com.cloud.host.Host;

public class AgentUnavailableException extends ResourceUnavailableException {
    public AgentUnavailableException(String msg, long agentId) {
        this(msg, agentId, null);
    }

    public AgentUnavailableException(String msg, long agentId, Throwable cause) {
        super("Host " + agentId + ": " + msg, Host.class, agentId, cause);
    }
}
