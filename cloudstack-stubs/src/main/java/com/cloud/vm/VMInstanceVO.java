// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

public class VMInstanceVO implements VirtualMachine {
    public VMInstanceVO() {}

    public long getId() {
        throw new UnsupportedOperationException("stub");
    }

    public Long getHostId() {
        throw new UnsupportedOperationException("stub");
    }

    public State getState() {
        throw new UnsupportedOperationException("stub");
    }
}
