-- SPDX-License-Identifier: Apache-2.0
-- Copyright the Orthus for CloudStack authors
--
-- The KVM of a host: what a campaign did to it, and which one a host said last
-- that VMs are started on.

ALTER TABLE orthus_host_run
  ADD COLUMN kvm_from    VARCHAR(255),
  ADD COLUMN kvm_to      VARCHAR(255) COMMENT 'null: KVM was left as it is',
  ADD COLUMN kvm_done    BOOLEAN      COMMENT 'the old one is unloaded',
  ADD COLUMN kvm_message VARCHAR(1024);

ALTER TABLE orthus_host
  ADD COLUMN kvm VARCHAR(255),
  ADD KEY (kvm);
