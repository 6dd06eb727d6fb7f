// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import io.orthus.engine.vmm.PairVerdict.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Decides whether a VM may go from one build of QEMU to another, from what QEMU's versions can do and from what is
 * known about certain pairs. Immutable, thread-safe.
 */
public final class PairGate {
    private static final String KNOWN_PAIRS = "known-pairs";

    private final List<PairRule> rules;

    PairGate(List<PairRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The gate with the pairs that are known to this version of Orthus. */
    public static PairGate load() throws IOException {
        try (InputStream stream = PairGate.class.getResourceAsStream(KNOWN_PAIRS)) {
            return new PairGate(KnownPairs.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    /**
     * Judges one way. A known refusal counts more than anything else, whatever the order of the rules.
     *
     * @param source what the VM runs on
     * @param target what it is to run on
     * @param method by which it is to get there
     */
    public PairVerdict judge(QemuVersion source, QemuVersion target, Method method) {
        List<PairRule> matching = rules.stream()
                .filter(rule -> rule.matches(source, target, method))
                .toList();
        for (PairRule rule : matching) {
            if (rule.verdict() == Outcome.REFUSED) {
                return new PairVerdict(Outcome.REFUSED, pair(source, target) + ": " + rule.reason(), rule.evidence());
            }
        }
        if (method != Method.TRANSPLANT && compareReleases(target, source) < 0) {
            return new PairVerdict(
                    Outcome.REFUSED,
                    pair(source, target) + ": " + method + " goes only to the same or a later release of QEMU;"
                            + " to an earlier one a VM can only be transplanted",
                    "");
        }
        if (method == Method.CPR_TRANSFER && !source.atLeast(10, 0)) {
            return new PairVerdict(
                    Outcome.REFUSED,
                    pair(source, target)
                            + ": CPR begins with QEMU 10.0; transplant the VM once, from then on CPR works",
                    "");
        }
        for (PairRule rule : matching) {
            if (rule.verdict() == Outcome.PROVEN) {
                return new PairVerdict(Outcome.PROVEN, pair(source, target) + ": " + rule.reason(), rule.evidence());
            }
        }
        return new PairVerdict(Outcome.UNKNOWN, pair(source, target) + ": nothing is known against it", "");
    }

    private static int compareReleases(QemuVersion a, QemuVersion b) {
        return QemuVersion.parse(a.release()).compareTo(QemuVersion.parse(b.release()));
    }

    private static String pair(QemuVersion source, QemuVersion target) {
        return "QEMU " + source + " to " + target;
    }
}
