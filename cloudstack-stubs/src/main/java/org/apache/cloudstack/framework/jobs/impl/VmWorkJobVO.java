// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.framework.jobs.impl;

import com.cloud.vm.VirtualMachine;

public class VmWorkJobVO extends AsyncJobVO {
    public enum Step {
        Filed,
        Prepare,
        Starting,
        Started,
        Release,
        Done,
        Migrating,
        Reconfiguring,
        Error
    }

    protected VmWorkJobVO() {}

    public VmWorkJobVO(String related) {}

    public void setStep(Step step) {}

    public void setVmType(VirtualMachine.Type vmType) {}

    public void setVmInstanceId(long vmInstanceId) {}
}
