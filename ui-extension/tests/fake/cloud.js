// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * A cloud in memory that answers CloudStack's API, as far as the page calls it. Nothing happens in it by itself:
 * campaigns go on when they are told to, so no test waits for a time to pass.
 */

const ARRAYS = {
  listHosts: 'host',
  listClusters: 'cluster',
  listPods: 'pod',
  listZones: 'zone',
  listHypervisorHosts: 'host',
  listHypervisorVersions: 'hypervisorversion',
  listHypervisorUpgrades: 'hypervisorupgrade',
  listHypervisorUpgradeHosts: 'host',
  listHypervisorUpgradeVirtualMachines: 'virtualmachine',
  listHypervisorUpgradeReadiness: 'virtualmachine'
}

export const OLD = '1:10.0.2+ds-2'
export const NEW = '1:10.0.3+ds-0'
export const KERNEL = '6.12.43+deb13-amd64'

export class Cloud {
  /** @param {object} [size] hosts, VMs of each host, hosts that have not looked */
  constructor ({ hosts = 12, vmsPerHost = 3, unseen = 1 } = {}) {
    this.calls = []
    this.campaigns = []
    this.jobs = new Map()
    this.failing = null
    this.hosts = Array.from({ length: hosts }, (_, i) => ({
      id: uuid('a', i),
      name: 'kvm' + String(i + 1).padStart(3, '0'),
      clusterid: uuid('c', i % 3),
      clustername: 'cluster-' + (1 + (i % 3)),
      zonename: 'zone-1',
      state: 'Up',
      seen: i >= unseen
    }))
    this.vmsOf = new Map(this.hosts.map((host, i) =>
      [host.id, Array.from({ length: vmsPerHost }, (_, j) => this.vm(host, i, j))]))
    this.vms = [...this.vmsOf.values()].flat()
  }

  vm (host, i, j) {
    const verdict = j === 0 && i % 4 === 0 ? 'blocked' : i % 2 === 0 ? 'ready' : 'up_to_date'
    return {
      virtualmachineid: uuid('f', i * 1000 + j),
      name: `i-2-${i * 100 + j}-VM`,
      hostid: host.id,
      hostname: host.name,
      qemuversion: verdict === 'up_to_date' ? NEW : OLD,
      kvmversion: KERNEL,
      verdict,
      method: verdict === 'ready' ? 'cpr-transfer' : undefined,
      predictedpause: verdict === 'ready' ? 20 + ((i * 7 + j * 13) % 90) : undefined,
      message: verdict === 'blocked' ? 'vfio: a passed-through device cannot be moved (migrate the VM)' : '',
      seen: '2026-01-31T12:00:00+0000'
    }
  }

  /** The cloud in place of the network. */
  get fetch () {
    return async (url, init) => {
      const params = new URLSearchParams(init?.body ?? new URL(url, 'http://cloud').search)
      const { status, body } = this.answer(Object.fromEntries(params), init?.method ?? 'GET')
      return new Response(JSON.stringify(body), { status })
    }
  }

  /** Answers one call. */
  answer (params, method) {
    this.calls.push({ method, ...params })
    const inside = `${params.command.toLowerCase()}response`
    try {
      if (params.sessionkey !== 'key') {
        throw failure(401, 'unable to verify user credentials and/or request signature')
      }
      if (this.failing) {
        throw this.failing
      }
      return { status: 200, body: { [inside]: this.perform(params) } }
    } catch (e) {
      if (!e.errorcode) {
        throw e
      }
      return { status: e.errorcode, body: { [inside]: e } }
    }
  }

  perform (params) {
    if (params.command in ARRAYS) {
      const rows = this.rows(params)
      const [page, size] = [Number(params.page), Number(params.pagesize)]
      const part = rows.slice((page - 1) * size, page * size)
      return rows.length === 0 ? {} : { count: rows.length, [ARRAYS[params.command]]: part }
    }
    if (params.command === 'queryAsyncJobResult') {
      return this.jobs.get(params.jobid)
    }
    const jobid = uuid('b', this.jobs.size)
    try {
      this.jobs.set(jobid, { jobstatus: 1, jobresult: { hypervisorupgrade: this.act(params) } })
    } catch (e) {
      this.jobs.set(jobid, { jobstatus: 2, jobresult: e })
    }
    return { jobid }
  }

  rows (params) {
    const matching = (rows, ...keys) => rows.filter(row => keys.every(key => !params[key] || row[key] === params[key]))
    switch (params.command) {
      case 'listHosts': return params.details === 'min' ? this.hosts.map(withoutNames) : this.hosts
      case 'listClusters': return distinct(this.hosts.map(host => ({ id: host.clusterid, name: host.clustername })))
      case 'listPods': return [{ id: uuid('d', 0), name: 'pod-1' }]
      case 'listZones': return [{ id: uuid('e', 0), name: 'zone-1' }]
      case 'listHypervisorHosts': return this.hosts.filter(host => host.seen).map(host => this.look(host))
      case 'listHypervisorVersions': return versions(this.known()).map(version => ({
        ...version,
        hosts: new Set(this.known().filter(vm => vm.qemuversion === version.qemuversion).map(vm => vm.hostid)).size
      }))
      case 'listHypervisorUpgradeReadiness': return matching(this.known(), 'hostid', 'verdict')
      case 'listHypervisorUpgrades': return matching(this.campaigns.map(({ row }) => row), 'id', 'state')
      case 'listHypervisorUpgradeHosts': return matching(this.campaign(params.id).hosts, 'state')
      default: return matching(this.campaign(params.id).vms, 'state')
    }
  }

  known () {
    const seen = new Set(this.hosts.filter(host => host.seen).map(host => host.id))
    return this.vms.filter(vm => seen.has(vm.hostid))
  }

  look (host) {
    const vms = this.vmsOf.get(host.id)
    const count = verdict => vms.filter(vm => vm.verdict === verdict).length
    return {
      hostid: host.id,
      hostname: host.name,
      engineversion: '0.1.0',
      kernelversion: KERNEL,
      seen: '2026-01-31T12:00:00+0000',
      virtualmachines: vms.length,
      uptodate: count('up_to_date'),
      ready: count('ready'),
      blocked: count('blocked'),
      versions: versions(vms)
    }
  }

  campaign (id) {
    const found = this.campaigns.find(({ row }) => row.id === id)
    if (!found) {
      throw failure(431, 'there is no campaign ' + id)
    }
    return found
  }

  act (params) {
    if (params.command === 'liveUpgradeHypervisor') {
      return this.begin(params).row
    }
    const campaign = this.campaign(params.id)
    const states = { pauseHypervisorUpgrade: 'paused', resumeHypervisorUpgrade: 'running', cancelHypervisorUpgrade: 'cancelled' }
    if (params.command in states) {
      campaign.row.state = states[params.command]
      return campaign.row
    }
    return this.begin({ hostids: campaign.hosts.map(({ hostid }) => hostid).join() }, 'rollback').row
  }

  begin (params, kind = params.dryrun ? 'preflight' : 'upgrade') {
    const ids = (params.hostids ?? params.clusterids ?? params.podids ?? params.zoneids).split(',')
    const wanted = host => ids.includes(host.id) || ids.includes(host.clusterid) || params.podids || params.zoneids
    const hosts = this.hosts.filter(wanted)
    const campaign = {
      hosts: hosts.map(host => ({ hostid: host.id, hostname: host.name, canary: false, state: 'waiting', message: '', failures: 0 })),
      vms: [],
      row: {
        id: uuid('9', this.campaigns.length),
        kind,
        state: 'running',
        message: '',
        created: '2026-01-31T12:00:00+0000',
        hosts: hosts.length,
        hostsactive: 0,
        failures: 0,
        failurebudget: Number(params.failurebudget ?? 0),
        hostsatonce: Number(params.hostsatonce ?? 1),
        vmsatonce: 4,
        canaryhosts: 0,
        blockedpolicy: 'skip',
        virtualmachines: {}
      }
    }
    this.campaigns.unshift(campaign)
    return campaign
  }

  /** Brings a campaign to its end: by default the newest. */
  finish (campaign = this.campaigns[0]) {
    const ids = new Set(campaign.hosts.map(({ hostid }) => hostid))
    const became = { preflight: { ready: 'ready' }, upgrade: { ready: 'upgraded' }, rollback: { ready: 'upgraded' } }
    campaign.vms = this.vms.filter(vm => ids.has(vm.hostid)).map((vm, i) => {
      const state = became[campaign.row.kind][vm.verdict] ?? vm.verdict
      return {
        ...vm,
        state,
        since: new Date(Date.UTC(2026, 0, 31, 12, 0, i)).toISOString().replace('.000Z', '+0000'),
        fromqemu: vm.qemuversion,
        fromkvm: KERNEL,
        pause: state === 'upgraded' ? vm.predictedpause + 1.5 : undefined
      }
    })
    campaign.hosts.forEach(host => Object.assign(host, { state: 'done' }))
    const counts = {}
    campaign.vms.forEach(({ state }) => {
      counts[state] = (counts[state] ?? 0) + 1
    })
    Object.assign(campaign.row, {
      state: 'finished', hosts: 0, finished: '2026-01-31T12:05:00+0000', virtualmachines: counts
    })
    return campaign
  }
}

/** What CloudStack answers instead of a result. */
export function failure (errorcode, errortext) {
  return { errorcode, errortext }
}

/** As CloudStack tells a host with the least details. */
function withoutNames (host) {
  return { ...host, clustername: undefined, podname: undefined, zonename: undefined }
}

function versions (vms) {
  return [...new Set(vms.map(vm => vm.qemuversion))].map(qemuversion => ({
    qemuversion, kvmversion: KERNEL, virtualmachines: vms.filter(vm => vm.qemuversion === qemuversion).length
  }))
}

function distinct (rows) {
  return [...new Map(rows.map(row => [row.id, row])).values()]
}

function uuid (digit, number) {
  return `${digit.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`
}
