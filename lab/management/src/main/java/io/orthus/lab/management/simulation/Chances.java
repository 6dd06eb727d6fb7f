// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.lab.management.simulation;

/**
 * How often what goes wrong, each from 0 to 1.
 *
 * @param deaf hosts that answer nothing
 * @param bare hosts whose agent lacks the extension
 * @param blocked VMs that cannot be moved in place
 * @param failing moves that are rolled back
 * @param lost moves that end without a VM
 * @param hanging hosts on which no move comes to its end
 */
public record Chances(double deaf, double bare, double blocked, double failing, double lost, double hanging) {
    /** All goes well. */
    public static final Chances NONE = new Chances(0, 0, 0, 0, 0, 0);

    /** Of hosts and VMs that many in a hundred are in trouble, and of VMs a tenth of that are lost. */
    public static Chances percent(int faults) {
        double chance = faults / 100.0;
        return new Chances(chance, chance, chance, chance, chance / 10, 0);
    }
}
