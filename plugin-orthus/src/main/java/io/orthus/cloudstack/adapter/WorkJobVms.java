// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.ha.HighAvailabilityManager;
import com.cloud.user.Account;
import com.cloud.user.User;
import com.cloud.utils.Pair;
import com.cloud.vm.VMInstanceVO;
import com.cloud.vm.VirtualMachine;
import com.cloud.vm.VmWork;
import com.cloud.vm.VmWorkConstants;
import com.cloud.vm.VmWorkJobHandler;
import com.cloud.vm.VmWorkSerializer;
import com.cloud.vm.dao.VMInstanceDao;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.engine.Vms;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.apache.cloudstack.framework.jobs.impl.VmWorkJobVO;
import org.apache.cloudstack.jobs.JobInfo;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Holds VMs by VM work jobs. CloudStack runs one such job of a VM at a time, so start, stop and migrate queue up behind
 * ours; and while one is pending, it postpones power reports of the VM instead of acting on them.
 *
 * <p>A job takes one thread of CloudStack's work job pool from when the VM is held until it is through, as CloudStack's
 * own migrations do. It ends by itself when the row no longer says that the VM is to be held.
 */
public final class WorkJobVms implements Vms, VmWorkJobHandler {
    /** Under this name CloudStack finds the handler again, on whichever management server the job is run. */
    public static final String HANDLER = "OrthusUpgrade";

    private static final Logger LOGGER = LogManager.getLogger(WorkJobVms.class);

    private final AsyncJobManager jobs;
    private final HighAvailabilityManager ha;
    private final VMInstanceDao vms;
    private final Holds holds;

    public WorkJobVms(AsyncJobManager jobs, HighAvailabilityManager ha, VMInstanceDao vms, Holds holds) {
        this.jobs = jobs;
        this.ha = ha;
        this.vms = vms;
        this.holds = holds;
    }

    @Override
    public void hold(VmRun vm) {
        VMInstanceVO instance = vms.findByUuid(vm.uuid());
        if (instance == null) {
            // Nothing that CloudStack could interfere with; that nobody holds it ends its turn.
            LOGGER.warn("VM {} is not CloudStack's and is left alone", vm.name());
            return;
        }
        VmWorkJobVO job = new VmWorkJobVO("");
        job.setDispatcher(VmWorkConstants.VM_WORK_JOB_DISPATCHER);
        job.setCmd(HoldWork.class.getName());
        job.setCmdInfo(VmWorkSerializer.serialize(new HoldWork(instance.getId(), vm.id())));
        job.setUserId(User.UID_SYSTEM);
        job.setAccountId(Account.ACCOUNT_ID_SYSTEM);
        job.setStep(VmWorkJobVO.Step.Prepare);
        job.setVmType(VirtualMachine.Type.Instance);
        job.setVmInstanceId(instance.getId());
        try {
            jobs.submitAsyncJob(job, VmWorkConstants.VM_WORK_QUEUE, instance.getId());
        } catch (RuntimeException e) {
            LOGGER.warn("VM {} could not be held, and is tried again: {}", vm.name(), e.getMessage(), e);
        }
    }

    @Override
    public boolean sendAway(HostRun host, VmRun vm) {
        VMInstanceVO instance = vms.findByUuid(vm.uuid());
        if (instance == null || instance.getHostId() == null || instance.getHostId() != host.hostId()) {
            return true;
        }
        if (instance.getState() == VirtualMachine.State.Running && !ha.hasPendingHaWork(instance.getId())) {
            ha.scheduleMigration(instance);
        }
        return false;
    }

    @Override
    public Pair<JobInfo.Status, String> handleVmWorkJob(VmWork work) throws InterruptedException {
        holds.hold(((HoldWork) work).vmRunId());
        return new Pair<>(JobInfo.Status.SUCCEEDED, null);
    }
}
