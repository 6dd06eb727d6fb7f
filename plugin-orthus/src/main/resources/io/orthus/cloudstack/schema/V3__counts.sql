-- SPDX-License-Identifier: Apache-2.0
-- Copyright the Orthus for CloudStack authors
--
-- How many hosts and VMs of a campaign are in which state, kept in step with
-- their rows: a campaign over 100,000 hosts is looked at every few seconds.
-- A campaign has all of its rows from its beginning on, so that they are only
-- ever updated, one by one by their key.

CREATE TABLE orthus_count (
  campaign_id BIGINT UNSIGNED NOT NULL,
  what        VARCHAR(16)     NOT NULL COMMENT 'HOST (no canary), CANARY, VM, FAILURE',
  state       VARCHAR(16)     NOT NULL COMMENT 'empty for FAILURE',
  number      INT             NOT NULL,
  PRIMARY KEY (campaign_id, what, state),
  FOREIGN KEY (campaign_id) REFERENCES orthus_campaign (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO orthus_count (campaign_id, what, state, number)
SELECT c.id, s.what, s.state, 0 FROM orthus_campaign c, (
  SELECT 'FAILURE' AS what, '' AS state
  UNION SELECT w.what, s.state FROM (SELECT 'HOST' AS what UNION SELECT 'CANARY') w, (
    SELECT 'WAITING' AS state UNION SELECT 'CHECKING' UNION SELECT 'WORKING' UNION SELECT 'DONE'
    UNION SELECT 'SKIPPED' UNION SELECT 'FAILED' UNION SELECT 'CANCELLED') s
  UNION SELECT 'VM', s.state FROM (
    SELECT 'READY' AS state UNION SELECT 'HOLDING' UNION SELECT 'MOVING' UNION SELECT 'LEAVING'
    UNION SELECT 'UPGRADED' UNION SELECT 'UP_TO_DATE' UNION SELECT 'BLOCKED' UNION SELECT 'LEFT'
    UNION SELECT 'FAILED' UNION SELECT 'ENDED' UNION SELECT 'NOT_BEGUN' UNION SELECT 'LOST'
    UNION SELECT 'UNKNOWN') s) s;

UPDATE orthus_count c JOIN (
  SELECT campaign_id, IF(canary, 'CANARY', 'HOST') AS what, state, COUNT(*) AS number
  FROM orthus_host_run GROUP BY 1, 2, 3
  UNION ALL SELECT h.campaign_id, 'VM', v.state, COUNT(*)
  FROM orthus_vm_run v JOIN orthus_host_run h ON h.id = v.host_run_id GROUP BY 1, 3
  UNION ALL SELECT campaign_id, 'FAILURE', '', SUM(failures) FROM orthus_host_run GROUP BY 1
) n ON n.campaign_id = c.campaign_id AND n.what = c.what AND n.state = c.state
SET c.number = n.number;
