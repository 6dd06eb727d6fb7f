// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.event;

import io.orthus.lab.management.cloud.Chronicle;

/** In place of CloudStack's class of this name: keeps events where listEvents finds them. */
public final class ActionEventUtils {
    private ActionEventUtils() {}

    public static Long onActionEvent(
            Long userId,
            Long accountId,
            Long domainId,
            String type,
            String description,
            Long resourceId,
            String resourceType) {
        return Chronicle.EVENTS.add(type, "INFO", description);
    }
}
