// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package org.apache.cloudstack.api;

public abstract class BaseListCmd extends BaseCmd {
    @Parameter(name = "keyword", type = CommandType.STRING, description = "List by keyword")
    private String keyword;

    @Parameter(name = "page", type = CommandType.INTEGER)
    private Integer page;

    @Parameter(name = "pagesize", type = CommandType.INTEGER)
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
