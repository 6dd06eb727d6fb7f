// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * What the form of an upgrade holds, and the parameters of liveUpgradeHypervisor that it stands for.
 * The limits are those of the API. Pure functions.
 */

/** The parameter that names each kind of scope. */
export const SCOPES = { zone: 'zoneids', pod: 'podids', cluster: 'clusterids', host: 'hostids' }

/** Least and most of each number; null for one that may be left out. */
export const NUMBERS = {
  canaryHosts: { parameter: 'canaryhosts', least: 0, most: 1000 },
  hostsAtOnce: { parameter: 'hostsatonce', least: 1, most: 1000 },
  vmsAtOnce: { parameter: 'vmsatonce', least: 1, most: 64 },
  failureBudget: { parameter: 'failurebudget', least: 0, most: 100000 },
  longestPause: { parameter: 'longestpause', least: 10, most: 60000, optional: true }
}

const VERSION = /^[A-Za-z0-9][A-Za-z0-9 .:+~()_-]{0,199}$/

/** A form as it is first shown: careful, one host at a time. */
export function emptyPlan () {
  return {
    scope: 'cluster',
    ids: [],
    qemu: '',
    kvm: '',
    canaryHosts: 1,
    hostsAtOnce: 1,
    vmsAtOnce: 4,
    failureBudget: 0,
    longestPause: null,
    blockedPolicy: 'skip',
    passthrough: false,
    start: '',
    end: ''
  }
}

/**
 * What is wrong with a plan.
 *
 * @param {Date} now
 * @returns {Record<string, string>} by field: which message says it; empty if nothing is
 */
export function problems (plan, now) {
  const found = {}
  if (plan.ids.length === 0) {
    found.ids = 'plan.problem.scope'
  }
  for (const field of ['qemu', 'kvm']) {
    if (plan[field] && !VERSION.test(plan[field])) {
      found[field] = 'plan.problem.version'
    }
  }
  for (const [field, { least, most, optional }] of Object.entries(NUMBERS)) {
    const value = plan[field]
    const missing = value === null || value === undefined || value === ''
    if (missing ? !optional : !Number.isInteger(value) || value < least || value > most) {
      found[field] = 'plan.problem.number'
    }
  }
  const [start, end] = [plan.start, plan.end].map(text => (text ? new Date(text) : null))
  if (end && (end <= now || (start && start >= end))) {
    found.end = 'plan.problem.end'
  }
  return found
}

/** Parameters of the dry run: whatever decides about a VM. It disturbs nobody, so it need not be slow. */
export function dryRunParameters (plan) {
  return { ...target(plan), longestpause: plan.longestPause, hostsatonce: DRY_RUN_HOSTS, dryrun: true }
}

const DRY_RUN_HOSTS = 50

/** Parameters of the upgrade. */
export function upgradeParameters (plan) {
  const numbers = Object.entries(NUMBERS).map(([field, { parameter }]) => [parameter, plan[field]])
  return {
    ...target(plan),
    ...Object.fromEntries(numbers),
    blockedpolicy: plan.blockedPolicy,
    startdate: date(plan.start),
    enddate: date(plan.end)
  }
}

/** Whether a dry run of one plan says what would become of the other. */
export function sameForDryRun (one, other) {
  return JSON.stringify(dryRunParameters(one)) === JSON.stringify(dryRunParameters(other))
}

function target (plan) {
  return { [SCOPES[plan.scope]]: [...plan.ids].sort().join(','), qemuversion: plan.qemu, kvmversion: plan.kvm, passthrough: plan.passthrough }
}

/** As CloudStack reads dates, in UTC: 2026-01-31T12:00:00+0000. */
function date (local) {
  return local ? new Date(local).toISOString().replace(/\.\d+Z$/, '+0000') : ''
}
