// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

import com.cloud.utils.Pair;
import org.apache.cloudstack.jobs.JobInfo;

public interface VmWorkJobHandler {
    Pair<JobInfo.Status, String> handleVmWorkJob(VmWork work) throws Exception;
}
