// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.preflight;

import io.orthus.engine.model.Blocker;
import io.orthus.engine.model.VmFacts;
import io.orthus.engine.vmm.Method;
import io.orthus.engine.vmm.Vmm;
import java.io.IOException;
import java.util.List;

/**
 * One reason, or one family of reasons, why a VM may have to stay where it is. A check looks and changes nothing; what
 * it cannot find out it reports as a blocker, because the operator wants to know before anything is touched.
 */
@FunctionalInterface
public interface Check {
    /**
     * Looks at one VM.
     *
     * @param vm the VM as the inventory saw it
     * @param target the QEMU it is to run on
     * @param method the way it would get there
     * @return what stands in the way, empty if nothing does
     * @throws IOException if it could not be found out
     */
    List<Blocker> check(VmFacts vm, Vmm target, Method method) throws IOException;
}
