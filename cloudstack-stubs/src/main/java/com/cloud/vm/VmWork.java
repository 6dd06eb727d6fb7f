// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

import java.io.Serializable;

public class VmWork implements Serializable {
    private static final long serialVersionUID = -6946320465729853589L;

    long userId;
    long accountId;
    long vmId;
    String handlerName;

    public VmWork(long userId, long accountId, long vmId, String handlerName) {
        this.userId = userId;
        this.accountId = accountId;
        this.vmId = vmId;
        this.handlerName = handlerName;
    }

    public String getHandlerName() {
        return handlerName;
    }

    public long getVmId() {
        return vmId;
    }
}
