// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.adapter;

import com.cloud.alert.AlertManager;
import com.cloud.event.ActionEventUtils;
import com.cloud.host.HostVO;
import com.cloud.host.dao.HostDao;
import com.cloud.user.Account;
import com.cloud.user.User;
import io.orthus.cloudstack.campaign.Campaign;
import io.orthus.cloudstack.campaign.HostRun;
import io.orthus.cloudstack.campaign.Notice;
import io.orthus.cloudstack.engine.Notices;
import org.apache.cloudstack.alert.AlertService.AlertType;
import org.apache.cloudstack.api.ApiCommandResourceType;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** CloudStack's events, and its alerts for what needs somebody. */
public final class EventNotices implements Notices {
    private static final Logger LOGGER = LogManager.getLogger(EventNotices.class);
    private static final long ROOT_DOMAIN = 1;
    /** An alert that belongs to no zone. */
    private static final long NO_ZONE = 0;

    private final AlertManager alerts;
    private final HostDao hosts;

    public EventNotices(AlertManager alerts, HostDao hosts) {
        this.alerts = alerts;
        this.hosts = hosts;
    }

    @Override
    public void tell(Campaign campaign, Notice notice) {
        safely(() -> {
            event(EventTypes.CAMPAIGN, notice, null, ApiCommandResourceType.None);
            if (notice.kind().alert()) {
                alerts.sendAlert(AlertType.ALERT_TYPE_HOST, NO_ZONE, null, notice.text(), notice.text());
            }
        });
    }

    @Override
    public void tell(Campaign campaign, HostRun host, Notice notice) {
        safely(() -> {
            event(EventTypes.HOST, notice, host.hostId(), ApiCommandResourceType.Host);
            HostVO row = hosts.findById(host.hostId());
            if (notice.kind().alert() && row != null) {
                AlertType type =
                        notice.kind() == Notice.Kind.VM_LOST ? AlertType.ALERT_TYPE_USERVM : AlertType.ALERT_TYPE_HOST;
                alerts.sendAlert(type, row.getDataCenterId(), row.getPodId(), notice.text(), notice.text());
            }
        });
    }

    private static void event(String type, Notice notice, Long resource, ApiCommandResourceType resourceType) {
        ActionEventUtils.onActionEvent(
                User.UID_SYSTEM,
                Account.ACCOUNT_ID_SYSTEM,
                ROOT_DOMAIN,
                type,
                notice.text(),
                resource,
                resourceType.toString());
    }

    /** What cannot be told must not keep the upgrade from going on. */
    private static void safely(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOGGER.warn("Orthus could not tell of an event: {}", e.getMessage(), e);
        }
    }
}
