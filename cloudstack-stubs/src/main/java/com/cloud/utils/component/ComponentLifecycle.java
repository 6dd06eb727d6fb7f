// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.component;

import java.util.Map;
import javax.naming.ConfigurationException;

public interface ComponentLifecycle extends Named {
    void setName(String name);

    boolean configure(String name, Map<String, Object> params) throws ConfigurationException;

    boolean start();

    boolean stop();
}
