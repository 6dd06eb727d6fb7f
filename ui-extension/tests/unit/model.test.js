// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { describe, expect, test } from 'vitest'
import { actions, colour, progress, HOST_STATES, VM_STATES, VM_TROUBLE, HOST_TROUBLE } from '../../src/model/campaign.js'
import { csv } from '../../src/model/download.js'
import { histogram, summary } from '../../src/model/pauses.js'
import { dryRunParameters, emptyPlan, problems, sameForDryRun, upgradeParameters } from '../../src/model/plan.js'
import de from '../../src/locales/de.js'
import en from '../../src/locales/en.js'
import { languageFor } from '../../src/locales/index.js'

describe('pauses', () => {
  test('are counted in classes, the upper end belonging to the next', () => {
    expect(histogram([12, 19.9, 20, 130])).toEqual([
      { from: 10, to: 20, count: 2 },
      { from: 20, to: 50, count: 1 },
      { from: 50, to: 100, count: 0 },
      { from: 100, to: 200, count: 1 }
    ])
    expect(histogram([99999])).toEqual([{ from: 10000, to: null, count: 1 }])
    expect(histogram([])).toEqual([])
  })

  test('are summed up by pauses that there were', () => {
    expect(summary([])).toBeNull()
    expect(summary([7])).toEqual({ count: 1, median: 7, p99: 7, longest: 7 })
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(summary(hundred)).toEqual({ count: 100, median: 50, p99: 99, longest: 100 })
  })
})

describe('a plan', () => {
  const NOW = new Date('2026-01-31T12:00:00Z')
  const plan = changes => ({ ...emptyPlan(), ids: ['b', 'a'], ...changes })

  test('is good as it comes, but for its scope', () => {
    expect(problems(plan(), NOW)).toEqual({})
    expect(problems(emptyPlan(), NOW)).toEqual({ ids: 'plan.problem.scope' })
  })

  test.each([
    [{ qemu: 'rm -rf $HOME' }, 'qemu'],
    [{ kvm: '-v' }, 'kvm'],
    [{ hostsAtOnce: 0 }, 'hostsAtOnce'],
    [{ hostsAtOnce: null }, 'hostsAtOnce'],
    [{ vmsAtOnce: 65 }, 'vmsAtOnce'],
    [{ failureBudget: 1.5 }, 'failureBudget'],
    [{ longestPause: 9 }, 'longestPause'],
    [{ end: '2026-01-30T12:00' }, 'end'],
    [{ start: '2026-03-02T12:00', end: '2026-03-01T12:00' }, 'end']
  ])('%o is refused', (changes, field) => expect(Object.keys(problems(plan(changes), NOW))).toEqual([field]))

  test.each([[{ longestPause: null }], [{ qemu: 'Debian 1:10.0.2+ds-2+deb13u1' }], [{ canaryHosts: 0 }]])(
    '%o is taken', changes => expect(problems(plan(changes), NOW)).toEqual({}))

  test('becomes parameters of the API', () => {
    expect(upgradeParameters(plan({ scope: 'host', qemu: '10.0.3', start: '2026-03-02T12:00:00Z' }))).toEqual({
      hostids: 'a,b',
      qemuversion: '10.0.3',
      kvmversion: '',
      passthrough: false,
      canaryhosts: 1,
      hostsatonce: 1,
      vmsatonce: 4,
      failurebudget: 0,
      longestpause: null,
      blockedpolicy: 'skip',
      startdate: '2026-03-02T12:00:00+0000',
      enddate: ''
    })
    expect(dryRunParameters(plan())).toMatchObject({ clusterids: 'a,b', dryrun: true })
  })

  test('needs another dry run if what decides about VMs has changed, and only then', () => {
    expect(sameForDryRun(plan(), plan({ ids: ['a', 'b'], vmsAtOnce: 8, canaryHosts: 3 }))).toBe(true)
    for (const change of [{ ids: ['a'] }, { scope: 'host' }, { qemu: '10.0.3' }, { kvm: '6.12' }, { passthrough: true }, { longestPause: 50 }]) {
      expect(sameForDryRun(plan(), plan(change))).toBe(false)
    }
  })
})

describe('a campaign', () => {
  test.each([
    [{ state: 'running', kind: 'upgrade' }, ['pause', 'cancel']],
    [{ state: 'paused', kind: 'upgrade' }, ['resume', 'cancel']],
    [{ state: 'cancelling', kind: 'upgrade' }, []],
    [{ state: 'finished', kind: 'upgrade', virtualmachines: { upgraded: 1 } }, ['rollback']],
    [{ state: 'cancelled', kind: 'upgrade', virtualmachines: { upgraded: 1 } }, ['rollback']],
    [{ state: 'finished', kind: 'upgrade', virtualmachines: { blocked: 1 } }, []],
    [{ state: 'finished', kind: 'rollback', virtualmachines: { upgraded: 1 } }, []]
  ])('%o offers %o', (campaign, offered) => {
    expect(Object.entries(actions(campaign)).filter(([, can]) => can).map(([action]) => action)).toEqual(offered)
  })

  test('tells how far it is', () => {
    const campaign = { kind: 'upgrade', hosts: 1, virtualmachines: { upgraded: 5, moving: 2, ready: 1, blocked: 1 } }
    expect(progress(campaign, 3)).toEqual({ hosts: 3, hostsThrough: 2, vms: 9, vmsThrough: 6, percent: 66 })
    expect(progress({ kind: 'preflight', hosts: 0, virtualmachines: { ready: 4 } }, 1)).toMatchObject({ vmsThrough: 4, percent: 100 })
    expect(progress({ kind: 'upgrade', hosts: 0 }, 0)).toMatchObject({ percent: 0 })
  })
})

describe('CSV', () => {
  test('quotes what needs it', () => {
    expect(csv([{ a: 'x,"y"\n', b: 1.5 }, { a: null, b: [{ c: 1 }] }], ['a', 'b']))
      .toBe('a,b\r\n"x,""y""\n",1.5\r\n,"[{""c"":1}]"\r\n')
  })

  test('lets no text be a formula', () => {
    expect(csv([{ a: '=HYPERLINK("x")', b: -1 }], ['a', 'b'])).toBe('a,b\r\n"\'=HYPERLINK(""x"")",-1\r\n')
  })
})

describe('languages', () => {
  const keys = (texts, before = '') => Object.entries(texts).flatMap(([key, value]) =>
    (typeof value === 'string' ? [before + key] : keys(value, before + key + '.')))
  const placeholders = (texts) => keys(texts).map(key => {
    const text = key.split('.').reduce((part, name) => part[name], texts)
    return key + ' ' + [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join(' ')
  })

  test('say the same things', () => expect(placeholders(de)).toEqual(placeholders(en)))

  test('have words for each state, and for what to do', () => {
    for (const state of [...VM_STATES, ...HOST_STATES]) {
      expect(en.state[state], state).toBeTruthy()
      expect(colour(state)).toBeTruthy()
    }
    expect(Object.keys(en.advice.vm).sort()).toEqual([...VM_TROUBLE].sort())
    expect(Object.keys(en.advice.host).sort()).toEqual([...HOST_TROUBLE].sort())
  })

  test.each([['de_DE', 'de'], ['en', 'en'], ['pt_BR', 'en'], ['', 'en'], ['constructor', 'en']])(
    'for %s there is %s', (chosen, language) => expect(languageFor(chosen)).toBe(language))
})
