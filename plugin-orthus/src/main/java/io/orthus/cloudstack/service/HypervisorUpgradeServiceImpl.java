// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import com.cloud.agent.AgentManager;
import com.cloud.alert.AlertManager;
import com.cloud.event.ActionEvent;
import com.cloud.host.dao.HostDao;
import com.cloud.utils.component.ManagerBase;
import com.cloud.utils.concurrency.NamedThreadFactory;
import com.cloud.utils.db.TransactionLegacy;
import com.cloud.vm.UserVmService;
import com.cloud.vm.VmWorkJobDispatcher;
import com.cloud.vm.dao.VMInstanceDao;
import io.orthus.cloudstack.adapter.AgentHosts;
import io.orthus.cloudstack.adapter.EventNotices;
import io.orthus.cloudstack.adapter.EventTypes;
import io.orthus.cloudstack.adapter.GlobalLocks;
import io.orthus.cloudstack.adapter.Holds;
import io.orthus.cloudstack.adapter.VmRows;
import io.orthus.cloudstack.adapter.WorkJobVms;
import io.orthus.cloudstack.api.command.CancelHypervisorUpgradeCmd;
import io.orthus.cloudstack.api.command.ListHypervisorHostsCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradeHostsCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradeReadinessCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradeVirtualMachinesCmd;
import io.orthus.cloudstack.api.command.ListHypervisorUpgradesCmd;
import io.orthus.cloudstack.api.command.ListHypervisorVersionsCmd;
import io.orthus.cloudstack.api.command.LiveUpgradeHypervisorCmd;
import io.orthus.cloudstack.api.command.PauseHypervisorUpgradeCmd;
import io.orthus.cloudstack.api.command.ResumeHypervisorUpgradeCmd;
import io.orthus.cloudstack.api.command.RollbackHypervisorUpgradeCmd;
import io.orthus.cloudstack.api.response.HypervisorHostResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeHostResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeReadinessResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import io.orthus.cloudstack.api.response.HypervisorUpgradeVmResponse;
import io.orthus.cloudstack.api.response.HypervisorVersionResponse;
import io.orthus.cloudstack.api.response.Words;
import io.orthus.cloudstack.campaign.BlockedPolicy;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.CampaignRules;
import io.orthus.cloudstack.campaign.CampaignState;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Plan;
import io.orthus.cloudstack.campaign.VmState;
import io.orthus.cloudstack.engine.CampaignStore;
import io.orthus.cloudstack.engine.CampaignWorker;
import io.orthus.cloudstack.engine.Heart;
import io.orthus.cloudstack.engine.HostWorker;
import io.orthus.cloudstack.engine.Notices;
import io.orthus.cloudstack.store.CampaignRegister;
import io.orthus.cloudstack.store.Connections;
import io.orthus.cloudstack.store.HostTakenException;
import io.orthus.cloudstack.store.JdbcCampaignStore;
import io.orthus.cloudstack.store.JdbcReadiness;
import io.orthus.cloudstack.store.NewHost;
import io.orthus.cloudstack.store.Page;
import io.orthus.protocol.OrderKind;
import io.orthus.protocol.OrderOptions;
import io.orthus.protocol.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.inject.Inject;
import org.apache.cloudstack.api.ApiErrorCode;
import org.apache.cloudstack.api.BaseListCmd;
import org.apache.cloudstack.api.ResponseObject;
import org.apache.cloudstack.api.ServerApiException;
import org.apache.cloudstack.api.response.ListResponse;
import org.apache.cloudstack.context.CallContext;
import org.apache.cloudstack.framework.config.ConfigKey;
import org.apache.cloudstack.framework.jobs.AsyncJobManager;
import org.apache.cloudstack.managed.context.ManagedContextRunnable;

/** The service on CloudStack's managers and the plugin's tables. Thread-safe once it is started. */
public class HypervisorUpgradeServiceImpl extends ManagerBase implements HypervisorUpgradeService {
    /** Each beat looks at so many hosts at most; what is left is due at the next. */
    private static final int HOSTS_PER_BEAT = 200;
    /** How late a hold is noted or given up at most; far less than for how long it is taken for fresh. */
    private static final int HOLDS_BEAT_SECONDS = 1;
    /** Another server may change a campaign's row between reading and writing; it does so rarely. */
    private static final int ATTEMPTS = 5;

    @Inject
    AgentManager agentManager;

    @Inject
    AlertManager alertManager;

    @Inject
    UserVmService userVmService;

    @Inject
    AsyncJobManager jobManager;

    @Inject
    VmWorkJobDispatcher vmWorkJobDispatcher;

    @Inject
    HostDao hostDao;

    @Inject
    VMInstanceDao vmInstanceDao;

    private final CampaignStore store;
    private final CampaignRegister register;
    private final JdbcReadiness readiness;
    private ScheduledExecutorService heart;
    private ExecutorService workers;

    public HypervisorUpgradeServiceImpl() {
        this(TransactionLegacy::getStandaloneConnectionWithException);
    }

    private HypervisorUpgradeServiceImpl(Connections connections) {
        this(new JdbcCampaignStore(connections), new CampaignRegister(connections), new JdbcReadiness(connections));
    }

    HypervisorUpgradeServiceImpl(CampaignStore store, CampaignRegister register, JdbcReadiness readiness) {
        this.store = store;
        this.register = register;
        this.readiness = readiness;
    }

    @Override
    public boolean start() {
        JdbcCampaignStore rows = (JdbcCampaignStore) store;
        GlobalLocks locks = new GlobalLocks();
        AgentHosts hosts = new AgentHosts(agentManager, hostDao, AnswerWait.value());
        Notices notices = new EventNotices(alertManager, hostDao);
        VmRows vmRows = vmRows(rows);
        Holds holds = new Holds(vmRows);
        WorkJobVms vms = new WorkJobVms(jobManager, userVmService, vmInstanceDao, vmRows, holds);
        vmWorkJobDispatcher.getHandlers().put(WorkJobVms.HANDLER, vms);
        workers = Executors.newFixedThreadPool(Workers.value(), new NamedThreadFactory("Orthus-Host"));
        Heart beating = new Heart(
                store,
                new CampaignWorker(store, locks, hosts, notices),
                new HostWorker(store, locks, hosts, vms, notices, readiness, HypervisorUpgradeServiceImpl::pace),
                look -> workers.execute(managed(look)),
                HOSTS_PER_BEAT);
        // A heart of its own for what is held: that must not wait for the campaigns.
        heart = Executors.newScheduledThreadPool(2, new NamedThreadFactory("Orthus-Heart"));
        every(PollInterval.value(), beating::beat);
        every(HOLDS_BEAT_SECONDS, holds::beat);
        return true;
    }

    /** Again and again, for as long as the server runs; {@code beat} never throws. */
    private void every(int seconds, Runnable beat) {
        ScheduledFuture<?> unused = heart.scheduleWithFixedDelay(managed(beat), seconds, seconds, TimeUnit.SECONDS);
    }

    @Override
    public boolean stop() {
        if (heart != null) {
            heart.shutdownNow();
            workers.shutdownNow();
            vmWorkJobDispatcher.getHandlers().remove(WorkJobVms.HANDLER);
        }
        return true;
    }

    @Override
    @ActionEvent(eventType = EventTypes.CAMPAIGN, eventDescription = "beginning a live upgrade", async = true)
    public HypervisorUpgradeResponse begin(LiveUpgradeHypervisorCmd cmd) {
        Plan plan = Plans.of(cmd, HeldVms.value(), store.now());
        List<NewHost> hosts = new Scopes(hostDao).of(cmd);
        CallContext caller = CallContext.current();
        try {
            return response(register.create(plan, caller.getCallingUserId(), caller.getCallingAccountId(), hosts));
        } catch (HostTakenException e) {
            throw new ServerApiException(ApiErrorCode.RESOURCE_IN_USE_ERROR, e.getMessage(), e);
        }
    }

    @Override
    @ActionEvent(eventType = EventTypes.CAMPAIGN, eventDescription = "pausing a live upgrade campaign", async = true)
    public HypervisorUpgradeResponse pause(String uuid) {
        return change(uuid, campaign -> {
            if (campaign.state() != CampaignState.RUNNING) {
                throw Plans.refused("campaign %s is %s; only a running one can be paused"
                        .formatted(uuid, Words.of(campaign.state())));
            }
            return campaign.to(CampaignState.PAUSED, "paused by an operator", store.now());
        });
    }

    @Override
    @ActionEvent(eventType = EventTypes.CAMPAIGN, eventDescription = "cancelling a live upgrade campaign", async = true)
    public HypervisorUpgradeResponse cancel(String uuid) {
        return change(uuid, campaign -> {
            if (campaign.state().ended()) {
                throw Plans.refused("campaign %s is %s already".formatted(uuid, Words.of(campaign.state())));
            }
            return campaign.to(CampaignState.CANCELLING, "cancelled by an operator", store.now());
        });
    }

    @Override
    @ActionEvent(eventType = EventTypes.CAMPAIGN, eventDescription = "resuming a live upgrade campaign", async = true)
    public HypervisorUpgradeResponse resume(String uuid) {
        return change(uuid, campaign -> {
            if (campaign.state() != CampaignState.PAUSED) {
                throw Plans.refused("campaign %s is %s; only a paused one can be resumed"
                        .formatted(uuid, Words.of(campaign.state())));
            }
            if (campaign.plan().over(store.now())) {
                throw Plans.refused("the time window of campaign %s is over; begin a new one".formatted(uuid));
            }
            return CampaignRules.resumed(campaign, store.tally(campaign.id()), store.now());
        });
    }

    @Override
    @ActionEvent(
            eventType = EventTypes.CAMPAIGN,
            eventDescription = "rolling back a live upgrade campaign",
            async = true)
    public HypervisorUpgradeResponse rollback(String uuid) {
        Campaign of = find(uuid);
        if (!of.state().ended() || of.plan().kind() != OrderKind.UPGRADE) {
            throw Plans.refused("campaign %s is %s, %s; only an upgrade that has ended can be rolled back"
                    .formatted(uuid, Words.of(of.plan().kind()), Words.of(of.state())));
        }
        if (!register.vmCounts(of.id()).containsKey(VmState.UPGRADED)) {
            throw Plans.refused("campaign %s has upgraded no VM".formatted(uuid));
        }
        CallContext caller = CallContext.current();
        try {
            return response(register.createRollback(
                    of, back(of.plan()), caller.getCallingUserId(), caller.getCallingAccountId()));
        } catch (HostTakenException e) {
            throw new ServerApiException(ApiErrorCode.RESOURCE_IN_USE_ERROR, e.getMessage(), e);
        }
    }

    @Override
    public ListResponse<HypervisorUpgradeResponse> listUpgrades(ListHypervisorUpgradesCmd cmd) {
        Page<Campaign> page = cmd.getId() != null
                ? new Page<>(List.of(find(cmd.getId())), 1)
                : register.list(
                        Plans.constant("state", CampaignState.class, cmd.getState(), null), offset(cmd), limit(cmd));
        return list(page, this::response);
    }

    @Override
    public ListResponse<HypervisorUpgradeHostResponse> listHosts(ListHypervisorUpgradeHostsCmd cmd) {
        HostState state = Plans.constant("state", HostState.class, cmd.getState(), null);
        return list(
                register.hosts(find(cmd.getId()).id(), state, offset(cmd), limit(cmd)),
                HypervisorUpgradeHostResponse::new);
    }

    @Override
    public ListResponse<HypervisorUpgradeVmResponse> listVms(ListHypervisorUpgradeVirtualMachinesCmd cmd) {
        VmState state = Plans.constant("state", VmState.class, cmd.getState(), null);
        return list(
                register.vms(find(cmd.getId()).id(), state, offset(cmd), limit(cmd)), HypervisorUpgradeVmResponse::new);
    }

    @Override
    public ListResponse<HypervisorUpgradeReadinessResponse> listReadiness(ListHypervisorUpgradeReadinessCmd cmd) {
        Verdict verdict = Plans.constant("verdict", Verdict.class, cmd.getVerdict(), null);
        return list(
                readiness.vms(
                        cmd.getHostId(), verdict, cmd.getQemuVersion(), cmd.getKvmVersion(), offset(cmd), limit(cmd)),
                HypervisorUpgradeReadinessResponse::new);
    }

    @Override
    public ListResponse<HypervisorHostResponse> listHypervisorHosts(ListHypervisorHostsCmd cmd) {
        return list(
                readiness.hosts(cmd.getHostId(), cmd.getKvmVersion(), offset(cmd), limit(cmd)),
                HypervisorHostResponse::new);
    }

    @Override
    public ListResponse<HypervisorVersionResponse> listVersions(ListHypervisorVersionsCmd cmd) {
        var versions = readiness.versions();
        return list(new Page<>(versions, versions.size()), HypervisorVersionResponse::new);
    }

    @Override
    public List<Class<?>> getCommands() {
        return List.of(
                LiveUpgradeHypervisorCmd.class,
                PauseHypervisorUpgradeCmd.class,
                CancelHypervisorUpgradeCmd.class,
                ResumeHypervisorUpgradeCmd.class,
                RollbackHypervisorUpgradeCmd.class,
                ListHypervisorUpgradesCmd.class,
                ListHypervisorUpgradeHostsCmd.class,
                ListHypervisorUpgradeVirtualMachinesCmd.class,
                ListHypervisorUpgradeReadinessCmd.class,
                ListHypervisorHostsCmd.class,
                ListHypervisorVersionsCmd.class);
    }

    @Override
    public String getConfigComponentName() {
        return HypervisorUpgradeService.class.getSimpleName();
    }

    @Override
    public ConfigKey<?>[] getConfigKeys() {
        return new ConfigKey<?>[] {
            PollInterval, Workers, AnswerWait, HostPatience, OrderPatience, VmPatience, LeavePatience, HeldVms
        };
    }

    /** CloudStack's services need a context on the threads that call them. */
    private static Runnable managed(Runnable work) {
        return new ManagedContextRunnable() {
            @Override
            protected void runInContext() {
                CallContext.registerSystemCallContextOnceOnly();
                work.run();
            }
        };
    }

    private static VmRows vmRows(JdbcCampaignStore store) {
        return new VmRows() {
            @Override
            public Set<Long> held(Set<Long> vmRunIds) {
                return store.held(vmRunIds);
            }

            @Override
            public boolean leaving(long vmRunId) {
                return store.leaving(vmRunId);
            }
        };
    }

    private static Pace pace() {
        Duration poll = Duration.ofSeconds(PollInterval.value());
        return new Pace(
                poll,
                poll.multipliedBy(6),
                Duration.ofSeconds(20),
                Duration.ofSeconds(VmPatience.value()),
                Duration.ofSeconds(HostPatience.value()),
                Duration.ofSeconds(OrderPatience.value()),
                Duration.ofSeconds(LeavePatience.value()));
    }

    /** As many at once as on the way there; what fails on the way back is told, but the rest goes back all the same. */
    private static Plan back(Plan plan) {
        return new Plan(
                OrderKind.ROLLBACK,
                plan.target(),
                plan.hostsAtOnce(),
                plan.vmsAtOnce(),
                0,
                OrderOptions.MOST_FAILURES,
                plan.longestPauseMs(),
                BlockedPolicy.SKIP,
                plan.passthrough(),
                null,
                null);
    }

    private HypervisorUpgradeResponse change(String uuid, UnaryOperator<Campaign> how) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Campaign campaign = find(uuid);
            if (store.save(how.apply(campaign))) {
                store.wake(campaign.id());
                return response(find(uuid));
            }
        }
        throw new ServerApiException(
                ApiErrorCode.INTERNAL_ERROR,
                "campaign %s is being changed by somebody else; try again".formatted(uuid));
    }

    private Campaign find(String uuid) {
        return register.find(uuid).orElseThrow(() -> Plans.refused("there is no campaign " + uuid));
    }

    private HypervisorUpgradeResponse response(Campaign campaign) {
        Map<String, Integer> vms = new TreeMap<>();
        register.vmCounts(campaign.id()).forEach((state, count) -> vms.put(Words.of(state), count));
        return new HypervisorUpgradeResponse(campaign, store.tally(campaign.id()), vms);
    }

    private static <T, R extends ResponseObject> ListResponse<R> list(Page<T> page, Function<T, R> each) {
        ListResponse<R> response = new ListResponse<>();
        response.setResponses(page.rows().stream().map(each).toList(), page.count());
        return response;
    }

    private static long offset(BaseListCmd cmd) {
        return cmd.getStartIndex() == null ? 0 : cmd.getStartIndex();
    }

    private static long limit(BaseListCmd cmd) {
        return cmd.getPageSizeVal() == null ? Page.ALL : cmd.getPageSizeVal();
    }
}
