// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.user;

public interface Account {
    long ACCOUNT_ID_SYSTEM = 1;
}
