// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { describe, expect, test, vi } from 'vitest'
import { createApi } from '../../src/cloudstack/api.js'
import { Cloud, failure } from '../fake/cloud.js'

const api = (cloud, options = {}) =>
  createApi({ base: '/client/api', sessionKey: () => 'key', fetch: cloud.fetch, sleep: async () => {}, ...options })

describe('calls', () => {
  test('carry the session key, and nothing that is empty', async () => {
    const cloud = new Cloud()
    await api(cloud).page('listHypervisorUpgrades', { state: '', id: undefined }, 1, 20)
    expect(cloud.calls).toEqual([
      { method: 'GET', command: 'listHypervisorUpgrades', response: 'json', page: '1', pagesize: '20', sessionkey: 'key' }
    ])
  })

  test('are not sent at all without a session key: that would end the session', async () => {
    const cloud = new Cloud()
    await expect(api(cloud, { sessionKey: () => null }).call('listHosts')).rejects.toMatchObject({ loggedOut: true })
    expect(cloud.calls).toEqual([])
  })

  test('that change something are posted', async () => {
    const cloud = new Cloud()
    await api(cloud).run('liveUpgradeHypervisor', { hostids: cloud.hosts[0].id, dryrun: true })
    expect(cloud.calls[0]).toMatchObject({ method: 'POST', command: 'liveUpgradeHypervisor', dryrun: 'true' })
  })

  test('fail with the code and the sentence of CloudStack', async () => {
    const cloud = new Cloud()
    cloud.failing = failure(431, 'hostsatonce: 0 is not between 1 and 1000')
    await expect(api(cloud).call('listHosts')).rejects.toMatchObject({
      code: 431, message: 'hostsatonce: 0 is not between 1 and 1000', loggedOut: false
    })
  })

  test('fail with the HTTP status if the answer is none of CloudStack', async () => {
    const fetch = async () => new Response('<html>Bad Gateway</html>', { status: 502 })
    await expect(api(new Cloud(), { fetch }).call('listHosts')).rejects.toMatchObject({ code: 502, message: 'HTTP 502' })
  })

  test('fail with code 0 if nobody answers', async () => {
    const fetch = async () => { throw new TypeError('Failed to fetch') }
    await expect(api(new Cloud(), { fetch }).call('listHosts')).rejects.toMatchObject({ code: 0 })
  })
})

describe('jobs', () => {
  test('are waited for', async () => {
    const cloud = new Cloud()
    const id = (await api(cloud).run('liveUpgradeHypervisor', { hostids: cloud.hosts[0].id })).id
    const done = { jobstatus: 1, jobresult: { hypervisorupgrade: { id } } }
    vi.spyOn(cloud.jobs, 'get').mockReturnValueOnce({ jobstatus: 0 }).mockReturnValue(done)
    expect(await api(cloud).run('pauseHypervisorUpgrade', { id })).toEqual({ id })
    expect(cloud.calls.filter(call => call.command === 'queryAsyncJobResult')).toHaveLength(3)
  })

  test('that fail say why', async () => {
    await expect(api(new Cloud()).run('pauseHypervisorUpgrade', { id: 'x' }))
      .rejects.toMatchObject({ code: 431, message: 'there is no campaign x' })
  })
})

describe('lists', () => {
  test('are read to their end', async () => {
    const cloud = new Cloud({ hosts: 1201 })
    expect(await api(cloud).all('listHosts')).toHaveLength(1201)
    expect(cloud.calls.map(call => call.page)).toEqual(['1', '2', '3'])
  })

  test('are read no further than asked', async () => {
    const cloud = new Cloud({ hosts: 1201 })
    expect(await api(cloud).all('listHosts', {}, 600)).toHaveLength(1000)
  })

  test('may be empty', async () => {
    expect(await api(new Cloud()).page('listHypervisorUpgrades', {}, 1, 20)).toEqual({ rows: [], count: 0 })
  })
})
