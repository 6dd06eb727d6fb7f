// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.exception.ManagementServerException;
import com.cloud.exception.ResourceUnavailableException;
import com.cloud.exception.VirtualMachineMigrationException;
import com.cloud.user.Account;
import com.cloud.user.User;
import com.cloud.utils.Pair;
import com.cloud.vm.UserVmService;
import com.cloud.vm.VMInstanceVO;
import com.cloud.vm.VirtualMachine;
import com.cloud.vm.VmWork;
import com.cloud.vm.VmWorkConstants;
import com.cloud.vm.VmWorkJobHandler;
import com.cloud.vm.VmWorkSerializer;
import com.cloud.vm.dao.VMInstanceDao;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.VmRun;
import io.orthus.cloudstack.campaign.Whereabouts;
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
 *
 * <p>VMs are sent away by such a job, too, which does what migrateVirtualMachine does. CloudStack's HA manager could do
 * it, as it does for maintenance; but it stops a VM whose migration cannot be prepared, and goes on trying when nobody
 * wants it any more.
 */
public final class WorkJobVms implements Vms, VmWorkJobHandler {
    /** Under this name CloudStack finds the handler again, on whichever management server the job is run. */
    public static final String HANDLER = "OrthusUpgrade";

    private static final Logger LOGGER = LogManager.getLogger(WorkJobVms.class);

    private final AsyncJobManager jobs;
    private final UserVmService migrations;
    private final VMInstanceDao vms;
    private final VmRows rows;
    private final Holds holds;

    public WorkJobVms(AsyncJobManager jobs, UserVmService migrations, VMInstanceDao vms, VmRows rows, Holds holds) {
        this.jobs = jobs;
        this.migrations = migrations;
        this.vms = vms;
        this.rows = rows;
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
        try {
            submit(new HoldWork(instance.getId(), vm.id()));
        } catch (RuntimeException e) {
            LOGGER.warn("VM {} could not be held, and is tried again: {}", vm.name(), e.getMessage(), e);
        }
    }

    @Override
    public void sendAway(HostRun host, VmRun vm) {
        VMInstanceVO instance = vms.findByUuid(vm.uuid());
        if (!runsOn(host.hostId(), instance)) {
            return;
        }
        try {
            submit(new LeaveWork(instance.getId(), host.hostId(), vm.id()));
        } catch (RuntimeException e) {
            LOGGER.warn("VM {} could not be sent away, and is tried again: {}", vm.name(), e.getMessage(), e);
        }
    }

    @Override
    public Whereabouts find(HostRun host, VmRun vm) {
        VMInstanceVO instance = vms.findByUuid(vm.uuid());
        if (instance == null) {
            return Whereabouts.NOWHERE;
        }
        return switch (instance.getState()) {
            // While a VM migrates, its row has the new host, and may yet get the old one again.
            case Running -> runsOn(host.hostId(), instance) ? Whereabouts.HERE : Whereabouts.ELSEWHERE;
            case Stopped, Destroyed, Expunging -> Whereabouts.NOWHERE;
            default -> Whereabouts.HERE;
        };
    }

    @Override
    public Pair<JobInfo.Status, String> handleVmWorkJob(VmWork work) throws InterruptedException {
        if (work instanceof LeaveWork leave) {
            return new Pair<>(left(leave) ? JobInfo.Status.SUCCEEDED : JobInfo.Status.FAILED, null);
        }
        holds.hold(((HoldWork) work).vmRunId());
        return new Pair<>(JobInfo.Status.SUCCEEDED, null);
    }

    /** Migrates a VM if it is still to be; says whether nothing is left to do. */
    private boolean left(LeaveWork work) {
        VMInstanceVO instance = vms.findById(work.getVmId());
        // Both may have changed since the job was submitted.
        if (!runsOn(work.hostId(), instance) || !rows.leaving(work.vmRunId())) {
            return true;
        }
        try {
            migrations.migrateVirtualMachine(work.getVmId(), null);
            return true;
        } catch (ResourceUnavailableException
                | ManagementServerException
                | VirtualMachineMigrationException
                | RuntimeException e) {
            LOGGER.warn(
                    "VM {} could not be migrated away from host {}, and is tried again: {}",
                    work.getVmId(),
                    work.hostId(),
                    e.getMessage(),
                    e);
            return false;
        }
    }

    private void submit(VmWork work) {
        VmWorkJobVO job = new VmWorkJobVO("");
        job.setDispatcher(VmWorkConstants.VM_WORK_JOB_DISPATCHER);
        job.setCmd(work.getClass().getName());
        job.setCmdInfo(VmWorkSerializer.serialize(work));
        job.setUserId(User.UID_SYSTEM);
        job.setAccountId(Account.ACCOUNT_ID_SYSTEM);
        job.setStep(VmWorkJobVO.Step.Prepare);
        job.setVmType(VirtualMachine.Type.Instance);
        job.setVmInstanceId(work.getVmId());
        jobs.submitAsyncJob(job, VmWorkConstants.VM_WORK_QUEUE, work.getVmId());
    }

    private static boolean runsOn(long hostId, VMInstanceVO instance) {
        return instance != null
                && instance.getState() == VirtualMachine.State.Running
                && instance.getHostId() != null
                && instance.getHostId() == hostId;
    }
}
