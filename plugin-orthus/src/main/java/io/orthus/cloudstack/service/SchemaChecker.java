// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
package io.orthus.cloudstack.service;

import com.cloud.utils.component.SystemIntegrityChecker;
import com.cloud.utils.db.TransactionLegacy;
import com.cloud.utils.exception.CloudRuntimeException;
import io.orthus.cloudstack.store.Schema;

/** Brings the tables up to date before any bean of the plugin is configured. If it cannot, only the plugin is lost. */
public class SchemaChecker implements SystemIntegrityChecker {
    @Override
    public void check() {
        try {
            Schema.migrate(TransactionLegacy::getStandaloneConnectionWithException);
        } catch (RuntimeException e) {
            throw new CloudRuntimeException(
                    "The tables of Orthus could not be brought up to date; the plugin is not loaded: " + e.getMessage(),
                    e);
        }
    }
}
