// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * QMP commands that belong to the window, because the guest may stand still from the first of them on.
 *
 * @param startNew sent to the new QEMU first
 * @param startOld then sent to the old one
 * @param rollbackOld sent to the old one after a rollback, so that nothing of the attempt stays behind
 * @param stopsEarly whether the old QEMU may have stopped the guest already when the window opens
 */
public record SwitchCommands(
        List<JsonObject> startNew, List<JsonObject> startOld, List<JsonObject> rollbackOld, boolean stopsEarly) {}
