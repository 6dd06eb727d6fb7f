// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public interface ResponseObject {
    String getResponseName();

    void setResponseName(String name);

    String getObjectName();

    void setObjectName(String name);
}
