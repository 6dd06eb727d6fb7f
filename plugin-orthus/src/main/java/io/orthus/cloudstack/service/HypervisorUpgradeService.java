// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import com.cloud.utils.component.PluggableService;
import io.orthus.cloudstack.api.command.ListHypervisorHostsCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradeHostsCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradeReadinessCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradeVirtualMachinesCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradesCmd;
import io.orthus.cloudstack.api.command.ListHypervisorVersionsCmd;
import io.orthus.cloudstack.api.command.LiveUpgradeHypervisorCmd;
import io.orthus.cloudstack.api.response.HypervisorHostResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeHostResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeReadinessResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeVmResponse;
import io.orthus.cloudstack.api.response.HypervisorVersionResponse;
import org.apache.cloudstack.api.response.ListResponse;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.apache.cloudstack.framework.config.Configurable;

/**
 * Live upgrades, as the API offers them. All methods throw {@link org.apache.cloudstack.api.ServerApiException} with the
 * code and the sentence that the caller is to see.
 */
public interface HypervisorUpgradeService extends PluggableService, Configurable {
    ConfigKey<Integer> PollInterval = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.poll.interval",
            "5",
            "How often (in seconds) hosts that are being upgraded are asked how it goes on",
            true,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> Workers = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.workers",
            "8",
            "How many hosts a management server talks to about live upgrades at the same time",
            false,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> AnswerWait = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.answer.wait",
            "15",
            "How long (in seconds) to wait for a host's answer about a live upgrade; CloudStack waits up to twice as long",
            false,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> HostPatience = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.host.patience",
            "600",
            "How long (in seconds) a host may be silent during a live upgrade before it is given up",
            true,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> OrderPatience = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.order.patience",
            "1800",
            "How long (in seconds) a host may take for one round of VMs before the round is called off;"
                    + " twice as long, and the host is given up",
            true,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> VmPatience = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.vm.patience",
            "120",
            "How long (in seconds) to wait for other operations on a VM to end before a live upgrade leaves it alone",
            true,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> LeavePatience = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.migration.patience",
            "1800",
            "How long (in seconds) to wait for a VM that cannot be upgraded in place to be live-migrated away",
            true,
            ConfigKey.Scope.Global);

    ConfigKey<Integer> HeldVms = new ConfigKey<>(
            "Advanced",
            Integer.class,
            "orthus.held.vms.max",
            "64",
            "How many VMs one campaign may keep CloudStack's hands off at the same time;"
                    + " each takes a thread of CloudStack's pool for VM work jobs",
            true,
            ConfigKey.Scope.Global);

    /** Begins a campaign. */
    HypervisorUpgradeResponse begin(LiveUpgradeHypervisorCmd cmd);

    /** Begins nothing more. */
    HypervisorUpgradeResponse pause(String uuid);

    /** Calls off what is under way. */
    HypervisorUpgradeResponse cancel(String uuid);

    /** Goes on after a pause; failures so far are forgiven. */
    HypervisorUpgradeResponse resume(String uuid);

    /** Begins the campaign that undoes one that has ended. */
    HypervisorUpgradeResponse rollback(String uuid);

    ListResponse<HypervisorUpgradeResponse> listUpgrades(ListHypervisorUpgradesCmd cmd);

    ListResponse<HypervisorUpgradeHostResponse> listHosts(ListHypervisorUpgradeHostsCmd cmd);

    ListResponse<HypervisorUpgradeVmResponse> listVms(ListHypervisorUpgradeVirtualMachinesCmd cmd);

    ListResponse<HypervisorUpgradeReadinessResponse> listReadiness(ListHypervisorUpgradeReadinessCmd cmd);

    ListResponse<HypervisorHostResponse> listHypervisorHosts(ListHypervisorHostsCmd cmd);

    ListResponse<HypervisorVersionResponse> listVersions(ListHypervisorVersionsCmd cmd);
}
