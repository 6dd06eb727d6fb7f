// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.jobs;

public interface JobInfo {
    enum Status {
        IN_PROGRESS,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }
}
