// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.beans;

import com.cloud.host.Host;
import com.cloud.host.HostVO;
import com.cloud.host.dao.HostDao;
import io.orthus.lab.management.cloud.Cloud;
import io.orthus.lab.management.cloud.HostRow;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** The cloud's hosts. Thread-safe. */
public final class Hosts implements HostDao {
    private final Cloud cloud;

    public Hosts(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public HostVO findById(Long id) {
        return cloud.host(id).orElse(null);
    }

    @Override
    public HostVO findByUuid(String uuid) {
        return cloud.host(uuid).orElse(null);
    }

    @Override
    public List<Long> listIdsByDataCenterId(Long zoneId) {
        return ids(host -> host.getDataCenterId() == zoneId);
    }

    @Override
    public List<Long> listIdsByPodId(Long podId) {
        return ids(host -> host.getPodId().equals(podId));
    }

    @Override
    public List<Long> listIdsByClusterId(Long clusterId) {
        return ids(host -> host.cluster().id() == clusterId);
    }

    @Override
    public List<Long> listIdsByType(Host.Type type) {
        return ids(host -> host.getType() == type);
    }

    @Override
    public List<HostVO> listByIds(List<Long> ids) {
        return ids.stream().map(this::findById).filter(Objects::nonNull).toList();
    }

    private List<Long> ids(Predicate<HostRow> which) {
        return cloud.hosts().stream().filter(which).map(HostRow::getId).toList();
    }
}
