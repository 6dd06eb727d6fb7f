// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * What a campaign's states mean for who looks at it. Pure functions and tables.
 */

/** States of VMs in the order in which they are shown. */
export const VM_STATES = [
  'upgraded', 'up_to_date', 'ready', 'holding', 'moving', 'leaving', 'left',
  'blocked', 'failed', 'not_begun', 'ended', 'unknown', 'lost'
]

/** States of hosts in the order in which they are shown. */
export const HOST_STATES = ['waiting', 'checking', 'working', 'done', 'skipped', 'failed', 'cancelled']

const VM_UNDER_WAY = new Set(['ready', 'holding', 'moving', 'leaving'])

/** States of VMs that somebody should look at, the worst first. */
export const VM_TROUBLE = ['lost', 'unknown', 'failed', 'blocked', 'not_begun']

/** States of hosts that somebody should look at. */
export const HOST_TROUBLE = ['failed', 'skipped']

const COLOURS = {
  upgraded: 'success',
  up_to_date: 'success',
  done: 'success',
  finished: 'success',
  current: 'success',
  left: 'success',
  holding: 'processing',
  moving: 'processing',
  leaving: 'processing',
  checking: 'processing',
  working: 'processing',
  running: 'processing',
  blocked: 'warning',
  behind: 'warning',
  paused: 'warning',
  cancelling: 'warning',
  skipped: 'warning',
  not_begun: 'warning',
  unclear: 'warning',
  failed: 'error',
  lost: 'error',
  unknown: 'error'
}

/** Ant Design's name of the colour for a state; never the only thing that tells it. */
export function colour (state) {
  return COLOURS[state] ?? 'default'
}

/** Whether nothing more will happen. */
export function ended (campaign) {
  return campaign.state === 'finished' || campaign.state === 'cancelled'
}

/** What can be done with it now. */
export function actions (campaign) {
  return {
    pause: campaign.state === 'running',
    resume: campaign.state === 'paused',
    cancel: ['running', 'paused'].includes(campaign.state),
    rollback: ended(campaign) && campaign.kind === 'upgrade' && (campaign.virtualmachines?.upgraded ?? 0) > 0
  }
}

/**
 * How far it is.
 *
 * @param {number} hosts of the campaign altogether
 * @returns {{hosts: number, hostsThrough: number, vms: number, vmsThrough: number, percent: number}} percent: of the
 *     hosts, as VMs are known only when their host has looked; 0 to 100
 */
export function progress (campaign, hosts) {
  const counts = Object.entries(campaign.virtualmachines ?? {})
  const sum = entries => entries.reduce((total, [, count]) => total + count, 0)
  const through = Math.max(0, hosts - campaign.hosts)
  return {
    hosts,
    hostsThrough: through,
    vms: sum(counts),
    vmsThrough: sum(counts.filter(([state]) => campaign.kind === 'preflight' || !VM_UNDER_WAY.has(state))),
    percent: hosts === 0 ? 0 : Math.floor((100 * through) / hosts)
  }
}
