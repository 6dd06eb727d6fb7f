// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.vm;

import com.google.gson.Gson;

/** In place of CloudStack's class of this name: work of VM work jobs goes through JSON, because it lies in a queue. */
public final class VmWorkSerializer {
    private static final Gson GSON = new Gson();

    private VmWorkSerializer() {}

    public static String serialize(VmWork work) {
        return GSON.toJson(work);
    }

    public static VmWork deserialize(Class<?> type, String work) {
        return (VmWork) GSON.fromJson(work, type);
    }
}
