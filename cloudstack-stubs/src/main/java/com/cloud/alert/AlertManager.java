// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.alert;

import com.cloud.utils.component.Manager;
import org.apache.cloudstack.alert.AlertService;

public interface AlertManager extends Manager, AlertService {
    void sendAlert(AlertType alertType, long dataCenterId, Long podId, String subject, String body);
}
