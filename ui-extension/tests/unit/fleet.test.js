// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { describe, expect, test } from 'vitest'
import { createApi } from '../../src/cloudstack/api.js'
import { HOSTS, answer, filtered, fleet, sorted, time, versionKey } from '../../src/model/fleet.js'
import { Cloud } from '../fake/cloud.js'

const host = (name, more = {}) => ({ id: 'id-' + name, name, clustername: 'one', zonename: 'z', state: 'Up', ...more })
const look = (name, figures) => ({
  hostid: 'id-' + name,
  seen: '2026-01-31T12:00:00+0000',
  virtualmachines: 3,
  versions: [{ qemuversion: '10.0.2', virtualmachines: 3 }],
  ...figures
})

describe('the standing of a host', () => {
  const standing = looks => fleet([host('a')], looks)[0].standing
  test.each([
    ['unseen', []],
    ['behind', [look('a', { uptodate: 2, ready: 1 })]],
    ['behind', [look('a', { uptodate: 2, blocked: 1 })]],
    ['unclear', [look('a', { uptodate: 2 })]],
    ['current', [look('a', { uptodate: 3 })]],
    ['current', [look('a', { virtualmachines: 0 })]]
  ])('is %s', (expected, looks) => expect(standing(looks)).toBe(expected))
})

describe('are we patched', () => {
  const verdict = (names, ...looks) => answer(fleet(names.map(name => host(name)), looks)).verdict
  test('no host', () => expect(verdict([])).toBe('empty'))
  test('nobody looked', () => expect(verdict(['a', 'b'])).toBe('unknown'))
  test('all are', () => expect(verdict(['a'], look('a', { uptodate: 3 }))).toBe('patched'))
  test('one is behind, even where others are not known', () =>
    expect(verdict(['a', 'b'], look('a', { ready: 3 }))).toBe('behind'))
  test('what is not known is not taken for patched', () => {
    expect(verdict(['a', 'b'], look('a', { uptodate: 3 }))).toBe('partly')
    expect(verdict(['a'], look('a', { uptodate: 2 }))).toBe('partly')
  })

  test('counts hosts and VMs, and tells the oldest look', () => {
    const hosts = fleet([host('a'), host('b'), host('c')], [
      look('a', { uptodate: 3 }),
      look('b', { ready: 2, blocked: 1, seen: '2026-01-30T12:00:00+0000' })
    ])
    expect(answer(hosts)).toMatchObject({
      hosts: 3, behind: 1, unseen: 1, unclear: 0, vms: 6, upToDate: 3, ready: 2, blocked: 1,
      oldest: new Date('2026-01-30T12:00:00Z')
    })
  })
})

test('hosts are asked for with the names of their clusters and zones', async () => {
  const { all } = createApi({ base: '/client/api', sessionKey: () => 'key', fetch: new Cloud().fetch })
  const hosts = fleet(await all('listHosts', HOSTS), [])
  expect(hosts.filter(({ cluster, zone }) => !cluster || !zone)).toEqual([])
  expect(hosts).not.toEqual([])
})

test('a host that is in CloudStack no more is left out', () => {
  expect(fleet([host('a')], [look('gone', {})])).toHaveLength(1)
})

describe('filters', () => {
  const hosts = fleet(
    [host('kvm1'), host('kvm2', { clustername: 'two' }), host('other')],
    [look('kvm1', { blocked: 3 }), look('kvm2', { uptodate: 3, versions: [{ qemuversion: '10.0.3', virtualmachines: 3 }] })])
  const names = filter => filtered(hosts, filter).map(({ name }) => name)
  test('none lets all through', () => expect(names({})).toEqual(['kvm1', 'kvm2', 'other']))
  test('a part of the name, whatever its case', () => expect(names({ text: ' KVM ' })).toEqual(['kvm1', 'kvm2']))
  test('a cluster', () => expect(names({ cluster: 'two' })).toEqual(['kvm2']))
  test('a standing', () => expect(names({ standing: 'unseen' })).toEqual(['other']))
  test('blocked VMs', () => expect(names({ standing: 'blocked' })).toEqual(['kvm1']))
  test('a pair of builds', () => expect(names({ version: versionKey('10.0.3') })).toEqual(['kvm2']))
  test('together', () => expect(names({ text: 'kvm', cluster: 'one' })).toEqual(['kvm1']))
})

test('order is as people count', () => {
  const hosts = fleet([host('kvm10'), host('kvm9'), host('kvm1')], [])
  expect(hosts.map(({ name }) => name)).toEqual(['kvm1', 'kvm9', 'kvm10'])
  expect(sorted(hosts, { key: 'name', direction: -1 }).map(({ name }) => name)).toEqual(['kvm10', 'kvm9', 'kvm1'])
})

test('times are read as CloudStack writes them', () => {
  expect(time('2026-01-31T12:00:00+0530')).toEqual(new Date('2026-01-31T06:30:00Z'))
  expect(time(undefined)).toBeNull()
  expect(time('yesterday')).toBeNull()
})
