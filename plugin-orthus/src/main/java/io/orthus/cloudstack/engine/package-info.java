// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/**
 * Carries out what the rules of {@link io.orthus.cloudstack.campaign} decide.
 *
 * <p>Any management server may look at any campaign and host at any time. A lock keeps two from working on the same row;
 * should it be lost, the row's version lets only one of them store what it decided. Between two looks nothing is held: no
 * thread, no transaction, no lock.
 */
package io.orthus.cloudstack.engine;
