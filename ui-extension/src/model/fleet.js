// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * The hosts of the cloud and what they said of their VMs, put together. Pure functions.
 */

/**
 * A host in the fleet.
 *
 * @typedef {object} FleetHost
 * @property {string} id
 * @property {string} name
 * @property {string} cluster name, '' if not known
 * @property {string} zone name, '' if not known
 * @property {string} state CloudStack's, for example "Up"
 * @property {Date|null} seen when it looked at its VMs; null if it never did
 * @property {number} vms
 * @property {number} upToDate
 * @property {number} ready behind, and could be moved in place
 * @property {number} blocked behind, and could not
 * @property {{qemu: string, kvm: string, vms: number}[]} builds what its VMs run on; '' if not known
 * @property {'unseen'|'behind'|'unclear'|'current'} standing
 */

/**
 * What listHosts is asked for. The names of a host's cluster and zone come with each level of detail but "min";
 * of the others "events" is the one for which CloudStack computes least.
 */
export const HOSTS = { type: 'Routing', hypervisor: 'KVM', details: 'events' }

/**
 * Puts CloudStack's hosts and what they said together.
 *
 * @param {object[]} hosts rows of listHosts
 * @param {object[]} looks rows of listHypervisorHosts
 * @returns {FleetHost[]} by name
 */
export function fleet (hosts, looks) {
  const byId = new Map(looks.map(look => [look.hostid, look]))
  return hosts.map(host => fleetHost(host, byId.get(host.id))).sort(by('name', 1))
}

function fleetHost (host, look) {
  const { virtualmachines: vms = 0, uptodate: upToDate = 0, ready = 0, blocked = 0 } = look ?? {}
  return {
    id: host.id,
    name: host.name,
    cluster: host.clustername ?? '',
    zone: host.zonename ?? '',
    state: host.state ?? '',
    seen: look ? time(look.seen) : null,
    vms,
    upToDate,
    ready,
    blocked,
    builds: (look?.versions ?? []).map(version => ({
      qemu: version.qemuversion ?? '',
      kvm: version.kvmversion ?? '',
      vms: version.virtualmachines
    })),
    standing: standing({ look, vms, upToDate, ready, blocked })
  }
}

function standing ({ look, vms, upToDate, ready, blocked }) {
  if (!look) {
    return 'unseen'
  }
  if (ready + blocked > 0) {
    return 'behind'
  }
  return upToDate === vms ? 'current' : 'unclear'
}

/**
 * Are we patched? What is not known is never taken for patched.
 *
 * @param {FleetHost[]} hosts
 */
export function answer (hosts) {
  const sum = what => hosts.reduce((total, host) => total + host[what], 0)
  const standing = what => hosts.filter(host => host.standing === what).length
  const figures = {
    hosts: hosts.length,
    behind: standing('behind'),
    unclear: standing('unclear'),
    unseen: standing('unseen'),
    vms: sum('vms'),
    upToDate: sum('upToDate'),
    ready: sum('ready'),
    blocked: sum('blocked'),
    oldest: hosts.reduce((oldest, { seen }) => (seen && (!oldest || seen < oldest) ? seen : oldest), null)
  }
  return { ...figures, verdict: verdict(figures) }
}

function verdict ({ hosts, behind, unclear, unseen }) {
  if (hosts === 0) {
    return 'empty'
  }
  if (unseen === hosts) {
    return 'unknown'
  }
  if (behind > 0) {
    return 'behind'
  }
  return unseen + unclear > 0 ? 'partly' : 'patched'
}

/**
 * The hosts that a filter lets through; an empty part of the filter lets all through.
 *
 * @param {FleetHost[]} hosts
 * @param {{text?: string, cluster?: string, standing?: string, version?: string}} filter text: a part of the name;
 *     version: as versionKey() makes it; standing: also "blocked", for hosts with blocked VMs
 */
export function filtered (hosts, { text = '', cluster = '', standing = '', version = '' }) {
  const part = text.trim().toLowerCase()
  return hosts.filter(host =>
    host.name.toLowerCase().includes(part) &&
    (!cluster || host.cluster === cluster) &&
    (!standing || (standing === 'blocked' ? host.blocked > 0 : host.standing === standing)) &&
    (!version || host.builds.some(build => versionKey(build.qemu, build.kvm) === version)))
}

/** Hosts in another order. */
export function sorted (hosts, { key, direction }) {
  return [...hosts].sort(by(key, direction))
}

/** One text for a pair of builds. */
export function versionKey (qemu, kvm) {
  return JSON.stringify([qemu || '', kvm || ''])
}

/** A time as CloudStack writes it, for example 2026-01-31T12:00:00+0000; null if there is none. */
export function time (text) {
  if (!text) {
    return null
  }
  const date = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(date.getTime()) ? null : date
}

/** Texts as people count: host9 before host10. */
const collator = new Intl.Collator(undefined, { numeric: true })

function by (key, direction) {
  return (a, b) => direction * compare(a[key], b[key]) || collator.compare(a.name, b.name)
}

function compare (a, b) {
  return typeof a === 'string' ? collator.compare(a, b) : (a ?? 0) - (b ?? 0)
}
