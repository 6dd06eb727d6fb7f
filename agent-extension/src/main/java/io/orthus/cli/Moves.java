// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cli;

import io.orthus.engine.kvm.KvmInstance;
import io.orthus.engine.model.VmPlan;
import java.util.List;
import java.util.Optional;

/**
 * What a command is to do.
 *
 * @param plans where each VM goes, and how
 * @param kvm to which the plans lead; empty if each VM stays on the one that it uses
 */
record Moves(List<VmPlan> plans, Optional<KvmInstance> kvm) {}
