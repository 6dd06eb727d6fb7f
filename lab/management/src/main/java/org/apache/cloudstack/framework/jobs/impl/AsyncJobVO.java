// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.jobs.impl;

import org.apache.cloudstack.framework.jobs.AsyncJob;

/** In place of CloudStack's class of this name: it keeps of a job what is needed to run it. */
public class AsyncJobVO implements AsyncJob {
    private String dispatcher;
    private String cmd;
    private String cmdInfo;

    public String getDispatcher() {
        return dispatcher;
    }

    public void setDispatcher(String dispatcher) {
        this.dispatcher = dispatcher;
    }

    public String getCmd() {
        return cmd;
    }

    public void setCmd(String cmd) {
        this.cmd = cmd;
    }

    public String getCmdInfo() {
        return cmdInfo;
    }

    public void setCmdInfo(String cmdInfo) {
        this.cmdInfo = cmdInfo;
    }

    public void setUserId(long userId) {}

    public void setAccountId(long accountId) {}
}
