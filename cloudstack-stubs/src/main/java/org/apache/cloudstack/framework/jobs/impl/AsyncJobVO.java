// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.jobs.impl;

import org.apache.cloudstack.framework.jobs.AsyncJob;

public class AsyncJobVO implements AsyncJob {
    public AsyncJobVO() {}

    public void setDispatcher(String dispatcher) {}

    public void setUserId(long userId) {}

    public void setAccountId(long accountId) {}

    public void setCmd(String cmd) {}

    public void setCmdInfo(String cmdInfo) {}
}
