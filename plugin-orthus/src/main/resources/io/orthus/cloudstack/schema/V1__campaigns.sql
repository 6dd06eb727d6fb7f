-- SPDX-License-Identifier: Apache-2.0
-- Copyright the Orthus for CloudStack authors
--
-- Campaigns, and what is known of hosts and VMs. Times are UTC. No foreign keys
-- into CloudStack's tables, which its upgrades alter and drop.

CREATE TABLE orthus_campaign (
  id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid             VARCHAR(40)     NOT NULL UNIQUE,
  kind             VARCHAR(16)     NOT NULL COMMENT 'PREFLIGHT (dry run), UPGRADE, ROLLBACK',
  state            VARCHAR(16)     NOT NULL,
  message          VARCHAR(1024)   NOT NULL DEFAULT '',
  target_qemu      VARCHAR(255),
  target_kvm       VARCHAR(255),
  hosts_at_once    INT             NOT NULL,
  vms_at_once      INT             NOT NULL,
  canary_hosts     INT             NOT NULL,
  failure_budget   INT             NOT NULL,
  longest_pause_ms INT             NOT NULL COMMENT '0: no limit',
  on_blocked       VARCHAR(16)     NOT NULL COMMENT 'SKIP, MIGRATE, FAIL',
  not_before       DATETIME(3),
  not_after        DATETIME(3),
  rollback_of      VARCHAR(40),
  forgiven         INT             NOT NULL DEFAULT 0 COMMENT 'failures that no longer count against the budget',
  user_id          BIGINT UNSIGNED NOT NULL,
  account_id       BIGINT UNSIGNED NOT NULL,
  created          DATETIME(3)     NOT NULL,
  finished         DATETIME(3),
  version          BIGINT UNSIGNED NOT NULL DEFAULT 0,
  KEY (state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE orthus_host_run (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid            VARCHAR(40)     NOT NULL UNIQUE,
  campaign_id     BIGINT UNSIGNED NOT NULL,
  host_id         BIGINT UNSIGNED NOT NULL,
  host_uuid       VARCHAR(40)     NOT NULL,
  host_name       VARCHAR(255)    NOT NULL,
  -- The host, as long as this part is not through: no host is in two campaigns that change it.
  claimed_host_id BIGINT UNSIGNED UNIQUE,
  canary          BOOLEAN         NOT NULL,
  state           VARCHAR(16)     NOT NULL,
  round           INT             NOT NULL DEFAULT 0,
  known           BOOLEAN         NOT NULL DEFAULT FALSE,
  began           DATETIME(3),
  heard           DATETIME(3),
  due             DATETIME(3)     NOT NULL,
  failures        INT             NOT NULL DEFAULT 0,
  message         VARCHAR(1024)   NOT NULL DEFAULT '',
  version         BIGINT UNSIGNED NOT NULL DEFAULT 0,
  KEY (state, due),
  KEY (campaign_id, state, canary),
  FOREIGN KEY (campaign_id) REFERENCES orthus_campaign (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE orthus_vm_run (
  id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  host_run_id        BIGINT UNSIGNED NOT NULL,
  uuid               VARCHAR(40)     NOT NULL,
  name               VARCHAR(255)    NOT NULL,
  state              VARCHAR(16)     NOT NULL,
  since              DATETIME(3)     NOT NULL,
  method             VARCHAR(32),
  predicted_pause_ms DOUBLE,
  pause_ms           DOUBLE,
  from_qemu          VARCHAR(255),
  from_kvm           VARCHAR(255),
  to_qemu            VARCHAR(255),
  to_kvm             VARCHAR(255),
  message            VARCHAR(1024)   NOT NULL DEFAULT '',
  hold_asked         DATETIME(3),
  hold_seen          DATETIME(3),
  UNIQUE KEY (host_run_id, uuid),
  KEY (uuid),
  FOREIGN KEY (host_run_id) REFERENCES orthus_host_run (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What a host last said of itself.
CREATE TABLE orthus_host (
  host_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  uuid    VARCHAR(40)     NOT NULL,
  name    VARCHAR(255)    NOT NULL,
  engine  VARCHAR(64),
  kernel  VARCHAR(255),
  seen    DATETIME(3)     NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What it last said of its VMs.
CREATE TABLE orthus_vm (
  uuid               VARCHAR(40)     NOT NULL PRIMARY KEY,
  host_id            BIGINT UNSIGNED NOT NULL,
  name               VARCHAR(255)    NOT NULL,
  qemu               VARCHAR(255),
  kvm                VARCHAR(255),
  verdict            VARCHAR(16),
  method             VARCHAR(32),
  predicted_pause_ms DOUBLE,
  message            VARCHAR(1024)   NOT NULL DEFAULT '',
  KEY (host_id),
  KEY (qemu, kvm),
  FOREIGN KEY (host_id) REFERENCES orthus_host (host_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
