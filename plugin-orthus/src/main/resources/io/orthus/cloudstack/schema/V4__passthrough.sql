-- SPDX-License-Identifier: Apache-2.0
-- Copyright the Orthus for CloudStack authors

ALTER TABLE orthus_campaign
  ADD COLUMN passthrough BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'VMs with PCI devices are moved, too';
