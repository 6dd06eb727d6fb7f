// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.alert;

public interface AlertService {
    class AlertType {
        private final String name;

        private AlertType(String name) {
            this.name = name;
        }

        public static final AlertType ALERT_TYPE_HOST = new AlertType("ALERT.COMPUTE.HOST");
        public static final AlertType ALERT_TYPE_USERVM = new AlertType("ALERT.USERVM");

        public String getName() {
            return name;
        }
    }
}
