// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.host.dao;

import com.cloud.host.Host;
import com.cloud.host.HostVO;
import com.cloud.utils.db.GenericDao;
import java.util.List;

public interface HostDao extends GenericDao<HostVO, Long> {
    List<Long> listIdsByDataCenterId(Long zoneId);

    List<Long> listIdsByPodId(Long podId);

    List<Long> listIdsByClusterId(Long clusterId);

    List<Long> listIdsByType(Host.Type type);

    List<HostVO> listByIds(List<Long> ids);
}
