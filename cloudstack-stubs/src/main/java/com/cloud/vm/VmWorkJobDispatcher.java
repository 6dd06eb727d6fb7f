// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

import java.util.Map;

public class VmWorkJobDispatcher {
    public VmWorkJobDispatcher() {}

    public Map<String, VmWorkJobHandler> getHandlers() {
        throw new UnsupportedOperationException("stub");
    }
}
