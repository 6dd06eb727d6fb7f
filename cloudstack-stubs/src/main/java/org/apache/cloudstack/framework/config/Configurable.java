// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.config;

public interface Configurable {
    String getConfigComponentName();

    ConfigKey<?>[] getConfigKeys();
}
