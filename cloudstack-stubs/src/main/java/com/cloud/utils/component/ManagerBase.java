// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.component;

public class ManagerBase extends ComponentLifecycleBase implements ComponentMethodInterceptable {
    public ManagerBase() {}
}
