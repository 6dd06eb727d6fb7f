// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.report;

import io.orthus.engine.model.VmOutcome;
import io.orthus.engine.model.VmOutcome.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one upgrade of a host did.
 *
 * @param direction {@link #UPGRADE} or {@link #ROLLBACK}
 * @param started when it began
 * @param total until the last VM was through and libvirt managed it
 * @param outages how long libvirtd was away, one entry per window
 * @param vms what became of each VM, in the order in which they were dealt with
 * @param kvm how one KVM took another's place on the host; empty if that was not asked for
 */
public record UpgradeReport(
        String direction,
        Instant started,
        Duration total,
        List<Duration> outages,
        List<VmOutcome> vms,
        Optional<KvmReport> kvm) {

    /** The direction towards what is installed. */
    public static final String UPGRADE = "upgrade";
    /** The direction back to what ran before. */
    public static final String ROLLBACK = "rollback";

    /** The same report of a walk during which the host's KVM was exchanged. */
    public UpgradeReport with(KvmReport exchange, Duration whole) {
        return new UpgradeReport(direction, started, whole, outages, vms, Optional.of(exchange));
    }

    /** How many VMs ended so. */
    public long count(Result result) {
        return vms.stream().filter(vm -> vm.result() == result).count();
    }

    /** The longest pause of any VM that was moved. */
    public Optional<Duration> longestPause() {
        return vms.stream()
                .filter(vm -> vm.result() == Result.UPGRADED)
                .flatMap(vm -> vm.pause().stream())
                .max(Comparator.naturalOrder());
    }
}
