// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.jobs;

import org.apache.cloudstack.jobs.JobInfo;

public interface AsyncJob extends JobInfo {}
