// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.agent.api;

public class UnsupportedAnswer extends Answer {
    protected UnsupportedAnswer() {}

    public UnsupportedAnswer(Command cmd, String details) {
        super(cmd, false, details);
    }
}
