// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.host;

public interface Host {
    enum Type {
        Storage,
        Routing,
        SecondaryStorage,
        ConsoleProxy,
        SecondaryStorageVM
    }
}
