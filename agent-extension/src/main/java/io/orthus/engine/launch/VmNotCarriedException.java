// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.launch;

import java.util.List;

/** A VM has something that a new QEMU process cannot take over. Nothing was started. */
public final class VmNotCarriedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** An exception is not serialized here, and a list need not be serializable. */
    private final transient List<String> reasons;

    public VmNotCarriedException(List<String> reasons) {
        super(String.join("; ", reasons));
        this.reasons = List.copyOf(reasons);
    }

    /** Each of them stands in the way by itself. At least one. */
    public List<String> reasons() {
        return reasons;
    }
}
