// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public abstract class BaseListCmd extends BaseCmd {
    private String keyword;
    private Integer page;
    private Integer pageSize;

    public BaseListCmd() {}

    public String getKeyword() {
        return keyword;
    }

    public Integer getPage() {
        return page;
    }

    public Integer getPageSize() {
        return pageSize;
    }

    @Override
    public long getEntityOwnerId() {
        return 0;
    }

    public Long getPageSizeVal() {
        return pageSize == null ? null : Long.valueOf(pageSize);
    }

    public Long getStartIndex() {
        return pageSize == null || page == null ? null : Long.valueOf((page - 1L) * pageSize);
    }
}
