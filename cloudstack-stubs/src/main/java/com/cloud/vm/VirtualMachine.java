// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

public interface VirtualMachine {
    enum State {
        Starting,
        Running,
        Stopping,
        Stopped,
        Destroyed,
        Expunging,
        Migrating,
        Error,
        Unknown,
        Shutdown,
        Restoring
    }

    enum Type {
        User,
        DomainRouter,
        ConsoleProxy,
        SecondaryStorageVm,
        ElasticIpVm,
        ElasticLoadBalancerVm,
        InternalLoadBalancerVm,
        UserBareMetal,
        NetScalerVm,
        Instance
    }
}
