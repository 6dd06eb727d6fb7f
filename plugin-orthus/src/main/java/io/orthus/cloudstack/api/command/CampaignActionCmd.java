// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.api.command;

import com.cloud.user.Account;
import io.orthus.cloudstack.adapter.EventTypes;
import io.orthus.cloudstack.api.response.HypervisorUpgradeResponse;
import io.orthus.cloudstack.service.HypervisorUpgradeService;
import javax.inject.Inject;
import org.apache.cloudstack.api.ApiArgValidator;
import org.apache.cloudstack.api.ApiConstants;
import org.apache.cloudstack.api.BaseAsyncCmd;
import org.apache.cloudstack.api.Parameter;

/**
 * What commands that do something with a campaign have in common. They are done at once; that they are asynchronous
 * jobs gives them CloudStack's events.
 */
public abstract class CampaignActionCmd extends BaseAsyncCmd {
    @Inject
    protected HypervisorUpgradeService service;

    // Not CommandType.UUID: that needs a data access object of CloudStack's own kind.
    @Parameter(
            name = ApiConstants.ID,
            type = CommandType.STRING,
            required = true,
            length = 40,
            validations = {ApiArgValidator.UuidString},
            description = "the ID of the live upgrade campaign")
    private String id;

    public String getId() {
        return id;
    }

    /** Does it and tells how the campaign stands then. */
    protected abstract HypervisorUpgradeResponse act();

    @Override
    public void execute() {
        HypervisorUpgradeResponse response = act();
        response.setResponseName(getCommandName());
        response.setObjectName("hypervisorupgrade");
        setResponseObject(response);
    }

    @Override
    public String getEventType() {
        return EventTypes.CAMPAIGN;
    }

    @Override
    public long getEntityOwnerId() {
        return Account.ACCOUNT_ID_SYSTEM;
    }
}
