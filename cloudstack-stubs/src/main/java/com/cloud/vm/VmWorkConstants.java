// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

public interface VmWorkConstants {
    String VM_WORK_QUEUE = "VmWorkJobQueue";
    String VM_WORK_JOB_DISPATCHER = "VmWorkJobDispatcher";
}
