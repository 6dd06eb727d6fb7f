// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.campaign;

import java.time.Instant;

/**
 * The upgrade of many hosts.
 *
 * @param id key of the row
 * @param uuid what the API calls it
 * @param plan what the operator wants
 * @param state how it stands
 * @param message why it stands so, in a sentence; empty if there is nothing to say
 * @param forgiven failures that no longer count against the budget, because the operator resumed in spite of them
 * @param userId who began it
 * @param accountId the account of who began it
 * @param created when
 * @param finished when it ended; {@code null} until then
 * @param rollbackOf the campaign that it undoes; {@code null} for others
 * @param version fence against writing over another server's change
 */
public record Campaign(
        long id,
        String uuid,
        Plan plan,
        CampaignState state,
        String message,
        int forgiven,
        long userId,
        long accountId,
        Instant created,
        Instant finished,
        String rollbackOf,
        long version) {

    /** The same in another state, and why. */
    public Campaign to(CampaignState next, String why, Instant now) {
        return new Campaign(
                id,
                uuid,
                plan,
                next,
                why,
                forgiven,
                userId,
                accountId,
                created,
                next.ended() ? now : finished,
                rollbackOf,
                version);
    }

    /** The same, with so many failures no longer counting. */
    public Campaign forgiving(int failures) {
        return new Campaign(
                id, uuid, plan, state, message, failures, userId, accountId, created, finished, rollbackOf, version);
    }

    /** How many more failures the budget allows; negative when it is used up. */
    public int budgetLeft(int failures) {
        return plan.failureBudget() - (failures - forgiven);
    }
}
