// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.engine.vmm;

import java.util.Set;

/**
 * What is known about moving from some releases of QEMU to some others.
 *
 * @param source releases that the rule is about
 * @param target releases that the rule is about
 * @param methods that the rule is about
 * @param verdict what to make of it
 * @param reason in the words of an operator
 * @param evidence how it is known
 */
record PairRule(
        VersionRange source,
        VersionRange target,
        Set<Method> methods,
        PairVerdict.Outcome verdict,
        String reason,
        String evidence) {

    boolean matches(QemuVersion from, QemuVersion to, Method method) {
        return source.contains(from) && target.contains(to) && methods.contains(method);
    }
}
