// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.event;

public class ActionEventUtils {
    public static Long onActionEvent(
            Long userId,
            Long accountId,
            Long domainId,
            String type,
            String description,
            Long resourceId,
            String resourceType) {
        throw new UnsupportedOperationException("stub");
    }
}
