// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
/**
 * What happens next in a campaign, as pure functions of its rows and the time.
 *
 * <p>Nothing here sends, stores or waits. {@link io.orthus.cloudstack.campaign.CampaignRules} and
 * {@link io.orthus.cloudstack.campaign.HostRules} take what is known and return new rows and the effects that are to
 * follow; the engine carries them out. All effects may be repeated without harm, because a management server can die
 * between storing a decision and carrying it out, and then the next one decides the same again.
 */
package io.orthus.cloudstack.campaign;
