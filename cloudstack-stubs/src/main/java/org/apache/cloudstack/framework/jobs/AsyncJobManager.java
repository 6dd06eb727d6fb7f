// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.jobs;

import com.cloud.utils.component.Manager;

public interface AsyncJobManager extends Manager {
    long submitAsyncJob(AsyncJob job, String syncObjType, long syncObjId);
}
