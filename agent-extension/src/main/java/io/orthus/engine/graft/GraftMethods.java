// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.graft;

import io.orthus.engine.vmm.Method;

/** The methods there are. */
public final class GraftMethods {
    private GraftMethods() {}

    /** The implementation of {@code method}. */
    public static GraftMethod of(Method method) {
        return switch (method) {
            case CPR_TRANSFER -> new CprTransfer();
            case SHARED_RAM -> new SharedRam();
            case TRANSPLANT -> new Transplant();
        };
    }
}
