// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

import com.cloud.exception.ConcurrentOperationException;
import com.cloud.exception.InsufficientCapacityException;
import com.cloud.exception.NetworkRuleConflictException;
import com.cloud.exception.ResourceAllocationException;
import com.cloud.exception.ResourceUnavailableException;

public abstract class BaseCmd {
    public enum CommandType {
        BOOLEAN,
        DATE,
        FLOAT,
        DOUBLE,
        INTEGER,
        SHORT,
        LIST,
        LONG,
        OBJECT,
        MAP,
        STRING,
        UUID
    }

    private Object responseObject;

    public abstract void execute()
            throws ResourceUnavailableException, InsufficientCapacityException, ServerApiException,
                    ConcurrentOperationException, ResourceAllocationException, NetworkRuleConflictException;

    public String getCommandName() {
        return getClass().getAnnotation(APICommand.class).name().toLowerCase(java.util.Locale.ROOT) + "response";
    }

    public abstract long getEntityOwnerId();

    public Object getResponseObject() {
        return responseObject;
    }

    public void setResponseObject(final Object responseObject) {
        this.responseObject = responseObject;
    }

    public Long getApiResourceId() {
        return null;
    }

    public ApiCommandResourceType getApiResourceType() {
        return ApiCommandResourceType.None;
    }
}
