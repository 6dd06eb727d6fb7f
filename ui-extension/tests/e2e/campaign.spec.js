// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { Cloud } from '../fake/cloud.js'
import { barriers, open, picture, serve } from './page.js'

const begun = (cloud, count) => expect.poll(() => cloud.campaigns.length).toBe(count)

/** A campaign over all hosts, as if an operator had begun it. */
function campaign (cloud, more = {}) {
  return cloud.begin({ hostids: cloud.hosts.map(({ id }) => id).join(), ...more })
}

test('an upgrade: the plan, the dry run, one button', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud)
  await open(page, '/upgrade')

  await page.getByRole('button', { name: 'Dry run', exact: true }).click()
  await expect(page.getByText('Choose at least one.')).toBeVisible()
  expect(cloud.campaigns).toEqual([])

  await page.getByRole('combobox', { name: 'Clusters' }).click()
  await page.getByTitle('cluster-1').click()
  await page.keyboard.press('Escape')
  await picture(page, 'upgrade')
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Dry run', exact: true }).click()
  await begun(cloud, 1)
  await expect(page.getByText('Hosts look at their VMs: 0 of 4 done.')).toBeVisible()
  cloud.finish()
  cloud.campaigns[0].vms.find(vm => vm.state === 'ready').predictedpause = undefined
  await expect(page.getByText('Of 12 VMs: 5 can be moved, 6 up to date, 1 blocked.')).toBeVisible()
  await expect(page.getByText('vfio: a passed-through device cannot be moved (migrate the VM) (VMs: 1)')).toBeVisible()
  await page.getByRole('grid', { name: 'VMs' }).scrollIntoViewIfNeeded()
  await picture(page, 'dry-run')

  await page.getByLabel('Longest pause (ms)').fill('50')
  await expect(page.getByText('The plan was changed since the dry run.')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Upgrade 5 VMs/ })).toHaveCount(0)
  await page.getByLabel('Longest pause (ms)').fill('')

  await page.getByRole('button', { name: 'Upgrade 5 VMs on 2 hosts…' }).click()
  await expect(page.getByRole('dialog')).toContainText('VMs of which no pause can be predicted yet: 1.')
  await page.getByRole('dialog').getByRole('button', { name: 'No' }).click()
  expect(cloud.campaigns).toHaveLength(1)
  await page.getByRole('button', { name: 'Upgrade 5 VMs on 2 hosts…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Yes, do it' }).click()
  await begun(cloud, 2)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Upgrade of')
  expect(cloud.calls.filter(call => call.command === 'liveUpgradeHypervisor').at(-1)).toMatchObject({
    method: 'POST', clusterids: cloud.hosts[0].clusterid, canaryhosts: '1', hostsatonce: '1', vmsatonce: '4', blockedpolicy: 'skip'
  })
})

test('the hosts that a filter leaves are upgraded', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud)
  await open(page)
  await page.getByPlaceholder('Name of a host').fill('kvm01')
  await page.getByRole('button', { name: 'Upgrade these hosts…' }).click()
  await page.getByRole('button', { name: 'Dry run', exact: true }).click()
  await begun(cloud, 1)
  expect(cloud.campaigns[0].hosts.map(({ hostname }) => hostname)).toEqual(['kvm010', 'kvm011', 'kvm012'])
})

test('a campaign is followed, paused, resumed and rolled back', async ({ page }) => {
  const cloud = new Cloud()
  const upgrade = campaign(cloud)
  await serve(page, cloud)
  await open(page, '/campaigns/' + upgrade.row.id)
  await expect(page.getByText('0 of 12 hosts through; 0 of the 0 VMs seen so far')).toBeVisible()

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('paused')
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('running')
  cloud.finish(upgrade)
  await expect(page.getByText('12 of 12 hosts through; 36 of the 36 VMs seen so far')).toBeVisible()
  await picture(page, 'campaign')
  expect(await barriers(page)).toEqual([])

  await page.getByRole('tab', { name: 'Pauses' }).click()
  await expect(page.getByText(/^15 VMs: median/)).toBeVisible()
  await expect(page.getByRole('img', { name: /^15 VMs moved between/ })).toBeVisible()
  await picture(page, 'pauses')
  expect(await barriers(page)).toEqual([])

  await page.getByRole('tab', { name: 'Failures' }).click()
  const failures = page.getByRole('grid', { name: 'Failures' })
  await expect(failures.getByRole('row')).toHaveCount(4)
  await failures.getByText('vfio').first().click()
  await expect(page.getByRole('dialog')).toContainText('Remove what stands in the way')
  await picture(page, 'failure')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Roll back…' }).click()
  await expect(page.getByRole('dialog', { name: 'Roll back…' })).toContainText('Move 15 VMs back')
  await page.getByRole('button', { name: 'Yes, do it' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Rollback of')
})

test('a campaign is cancelled only after a confirmation', async ({ page }) => {
  const cloud = new Cloud()
  const upgrade = campaign(cloud)
  await serve(page, cloud)
  await open(page, '/campaigns/' + upgrade.row.id)
  await page.getByRole('button', { name: 'Cancel the campaign' }).click()
  await page.getByRole('button', { name: 'No' }).click()
  expect(upgrade.row.state).toBe('running')
  await page.getByRole('button', { name: 'Cancel the campaign' }).click()
  await page.getByRole('button', { name: 'Yes, do it' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('cancelled')
})

test('what the server refuses is shown, and the campaign stays in view', async ({ page }) => {
  const cloud = new Cloud()
  const upgrade = campaign(cloud)
  await serve(page, cloud)
  await open(page, '/campaigns/' + upgrade.row.id)
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  cloud.act = () => { throw { errorcode: 431, errortext: 'campaign is finished; only a running one can be paused' } }
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('alert')).toContainText('only a running one can be paused')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Upgrade of')
})

test('a campaign that is not there is told so', async ({ page }) => {
  await serve(page, new Cloud())
  await open(page, '/campaigns/nowhere')
  await expect(page.getByRole('alert')).toContainText('there is no campaign nowhere')
})

test('the VMs of a campaign are a file', async ({ page }) => {
  const cloud = new Cloud({ hosts: 300 })
  const upgrade = campaign(cloud)
  cloud.finish(upgrade)
  await serve(page, cloud)
  await open(page, '/campaigns/' + upgrade.row.id)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download JSON' }).click()
  const rows = JSON.parse(await readFile(await (await download).path(), 'utf8'))
  expect(rows).toHaveLength(900)
  expect(rows.filter(({ pause }) => pause > 0).length).toBe(upgrade.row.virtualmachines.upgraded)
})

test('the history has the newest campaign first, and opens it', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud)
  await open(page, '/campaigns')
  await expect(page.getByText('There was no campaign yet.')).toBeVisible()
  campaign(cloud, { dryrun: true })
  cloud.finish()
  campaign(cloud)
  await page.getByRole('button', { name: 'Refresh' }).click()
  const list = page.getByRole('grid', { name: 'Campaigns' })
  await expect(list.getByRole('row')).toHaveCount(3)
  await expect(list.getByRole('row').nth(1)).toContainText('running')
  await expect(list.getByRole('row').nth(2)).toContainText('Dry run')
  await picture(page, 'campaigns')
  expect(await barriers(page)).toEqual([])
  await list.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Upgrade of')
})
