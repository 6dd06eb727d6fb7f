// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import com.cloud.host.Host;
import com.cloud.host.HostVO;
import com.cloud.host.dao.HostDao;
import com.cloud.hypervisor.Hypervisor.HypervisorType;
import io.orthus.cloudstack.adapter.AgentHosts;
import io.orthus.cloudstack.api.command.LiveUpgradeHypervisorCmd;
import io.orthus.cloudstack.store.NewHost;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which hosts a command means. */
final class Scopes {
    /** How many hosts are read in one piece. */
    private static final int PIECE = 500;

    private final HostDao hosts;

    Scopes(HostDao hosts) {
        this.hosts = hosts;
    }

    /**
     * The hosts of the one scope that is given. Hosts that are named one by one must be fit; of a wider scope all KVM
     * hosts are taken, and what is unfit when its turn comes is skipped then.
     */
    List<NewHost> of(LiveUpgradeHypervisorCmd cmd) {
        long given = Stream.of(cmd.getHostIds(), cmd.getClusterIds(), cmd.getPodIds(), cmd.getZoneIds())
                .filter(Scopes::given)
                .count();
        if (given != 1) {
            throw Plans.refused("exactly one of hostids, clusterids, podids and zoneids must be given");
        }
        List<NewHost> chosen = given(cmd.getHostIds()) ? named(cmd.getHostIds()) : within(ids(cmd));
        if (chosen.isEmpty()) {
            throw Plans.refused("there is no KVM host in this scope");
        }
        return chosen;
    }

    private List<NewHost> named(List<Long> ids) {
        List<NewHost> chosen = new ArrayList<>();
        for (Long id : new LinkedHashSet<>(ids)) {
            HostVO host = hosts.findById(id);
            Optional<String> unfit = AgentHosts.unfit(host);
            if (unfit.isPresent()) {
                throw Plans.refused("host %s cannot be upgraded: %s"
                        .formatted(host == null ? id.toString() : host.getName(), unfit.get()));
            }
            chosen.add(chosen(host));
        }
        return chosen;
    }

    private List<NewHost> within(List<Long> ids) {
        List<NewHost> chosen = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += PIECE) {
            hosts.listByIds(ids.subList(from, Math.min(ids.size(), from + PIECE))).stream()
                    .filter(host -> host.getType() == Host.Type.Routing)
                    .filter(host -> HypervisorType.KVM.toString().equals(String.valueOf(host.getHypervisorType())))
                    .map(Scopes::chosen)
                    .forEach(chosen::add);
        }
        return chosen;
    }

    private List<Long> ids(LiveUpgradeHypervisorCmd cmd) {
        if (given(cmd.getClusterIds())) {
            return all(cmd.getClusterIds(), hosts::listIdsByClusterId);
        }
        return given(cmd.getPodIds())
                ? all(cmd.getPodIds(), hosts::listIdsByPodId)
                : all(cmd.getZoneIds(), hosts::listIdsByDataCenterId);
    }

    private static List<Long> all(List<Long> scopes, Function<Long, List<Long>> hostsOf) {
        Set<Long> ids = new LinkedHashSet<>();
        scopes.forEach(scope -> ids.addAll(hostsOf.apply(scope)));
        return List.copyOf(ids);
    }

    private static boolean given(List<Long> ids) {
        return ids != null && !ids.isEmpty();
    }

    private static NewHost chosen(HostVO host) {
        return new NewHost(host.getId(), host.getUuid(), host.getName());
    }
}
