// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.engine;

import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.HostState;
import io.orthus.cloudstack.campaign.Pace;
import io.orthus.cloudstack.campaign.Situation;
import io.orthus.cloudstack.campaign.Tally;
import io.orthus.cloudstack.campaign.VmRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Rows in memory, with a clock of its own. Used by one thread. */
final class MemoryStore implements CampaignStore {
    private final Map<Long, Campaign> campaigns = new TreeMap<>();
    private final Map<Long, HostRun> hosts = new TreeMap<>();
    private final Map<Long, VmRun> vms = new TreeMap<>();
    private Instant now = Instant.parse("2026-11-22T00:00:00Z");

    void pass(Duration time) {
        now = now.plus(time);
    }

    void put(Campaign campaign) {
        campaigns.put(campaign.id(), campaign);
    }

    void put(HostRun host) {
        hosts.put(host.id(), host);
    }

    Collection<HostRun> allHosts() {
        return List.copyOf(hosts.values());
    }

    Collection<VmRun> allVms() {
        return List.copyOf(vms.values());
    }

    /** What the hold itself writes. */
    void held(long vmRunId) {
        vms.computeIfPresent(vmRunId, (id, vm) -> vm.state().held() ? withSeen(vm, now) : vm);
    }

    VmRun vm(long id) {
        return vms.get(id);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public List<Long> open() {
        return campaigns.values().stream()
                .filter(campaign -> !campaign.state().ended())
                .map(Campaign::id)
                .toList();
    }

    @Override
    public Optional<Campaign> campaign(long id) {
        return Optional.ofNullable(campaigns.get(id));
    }

    @Override
    public Tally tally(long campaignId) {
        return new Tally(
                count(host -> host.state() == HostState.WAITING),
                count(host -> host.state() == HostState.WAITING && host.canary()),
                count(MemoryStore::active),
                count(host -> active(host) && host.canary()),
                count(HostRun::canary),
                count(host -> host.state() != HostState.WAITING && !host.canary()),
                hosts.values().stream().mapToInt(HostRun::failures).sum());
    }

    @Override
    public boolean save(Campaign campaign) {
        if (campaigns.get(campaign.id()).version() != campaign.version()) {
            return false;
        }
        campaigns.put(
                campaign.id(),
                new Campaign(
                        campaign.id(),
                        campaign.uuid(),
                        campaign.plan(),
                        campaign.state(),
                        campaign.message(),
                        campaign.forgiven(),
                        campaign.userId(),
                        campaign.accountId(),
                        campaign.created(),
                        campaign.finished(),
                        campaign.rollbackOf(),
                        campaign.version() + 1));
        return true;
    }

    @Override
    public List<HostRun> waiting(long campaignId, boolean canariesOnly, int limit) {
        return hosts.values().stream()
                .filter(host -> host.state() == HostState.WAITING && (host.canary() || !canariesOnly))
                .sorted(Comparator.comparing(HostRun::canary).reversed().thenComparing(HostRun::id))
                .limit(limit)
                .toList();
    }

    @Override
    public void cancelWaiting(long campaignId) {
        hosts.replaceAll(
                (id, host) -> host.state() == HostState.WAITING ? next(host.to(HostState.CANCELLED, "")) : host);
    }

    @Override
    public void wake(long campaignId) {
        hosts.replaceAll((id, host) -> active(host) ? next(host.due(now)) : host);
    }

    @Override
    public List<Long> due(int limit) {
        return hosts.values().stream()
                .filter(host -> active(host) && !host.due().isAfter(now))
                .sorted(Comparator.comparing(HostRun::due))
                .limit(limit)
                .map(HostRun::id)
                .toList();
    }

    @Override
    public Optional<Situation> situation(long hostRunId, Pace pace) {
        return Optional.ofNullable(hosts.get(hostRunId)).map(host -> {
            long campaignId = host.campaignId();
            int failures = tally(campaignId).failures();
            return new Situation(campaigns.get(campaignId), failures, host, vms(hostRunId), pace, now);
        });
    }

    HostRun host(long id) {
        return hosts.get(id);
    }

    List<VmRun> vms(long hostRunId) {
        return vms.values().stream().filter(vm -> vm.hostRunId() == hostRunId).toList();
    }

    @Override
    public boolean save(HostRun host, List<VmRun> changed) {
        if (hosts.get(host.id()).version() != host.version()) {
            return false;
        }
        hosts.put(host.id(), next(host));
        changed.forEach(this::put);
        return true;
    }

    private void put(VmRun vm) {
        long id = vm.id() != 0 ? vm.id() : vms.size() + 1L;
        Instant seen = vms.containsKey(id) && vm.state().held() && vm.holdSeen() != null
                ? vms.get(id).holdSeen()
                : vm.holdSeen();
        vms.put(
                id,
                withSeen(
                        new VmRun(
                                id,
                                vm.hostRunId(),
                                vm.uuid(),
                                vm.name(),
                                vm.state(),
                                vm.since(),
                                vm.method(),
                                vm.predictedPauseMs(),
                                vm.pauseMs(),
                                vm.from(),
                                vm.to(),
                                vm.message(),
                                vm.holdAsked(),
                                null),
                        seen));
    }

    private static VmRun withSeen(VmRun vm, Instant seen) {
        return new VmRun(
                vm.id(),
                vm.hostRunId(),
                vm.uuid(),
                vm.name(),
                vm.state(),
                vm.since(),
                vm.method(),
                vm.predictedPauseMs(),
                vm.pauseMs(),
                vm.from(),
                vm.to(),
                vm.message(),
                vm.holdAsked(),
                seen);
    }

    private static HostRun next(HostRun host) {
        return new HostRun(
                host.id(),
                host.uuid(),
                host.campaignId(),
                host.hostId(),
                host.hostUuid(),
                host.hostName(),
                host.canary(),
                host.state(),
                host.round(),
                host.known(),
                host.began(),
                host.heard(),
                host.due(),
                host.failures(),
                host.message(),
                host.kvm(),
                host.version() + 1);
    }

    private static boolean active(HostRun host) {
        return host.state() == HostState.CHECKING || host.state() == HostState.WORKING;
    }

    private int count(Predicate<HostRun> which) {
        return (int) hosts.values().stream().filter(which).count();
    }
}
