// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package com.cloud.utils.db;

import java.io.Serializable;

public interface GenericDao<T, ID extends Serializable> {
    T findById(ID id);

    T findByUuid(String uuid);
}
