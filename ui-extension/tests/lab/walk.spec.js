// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { expect, test } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { logIn, startServer } from '../plugin/server.js'

// One walk, in steps that build on each other.
test.describe.configure({ mode: 'serial' })

// Real guests, on an emulated processor: a deadline, not a measure.
const ENOUGH_MS = 900_000
const LAB = fileURLToPath(new URL('../../../lab/lab', import.meta.url))
const { ORTHUS_LAB: host, OLD_VERSION: oldVersion, NEW_VERSION: newVersion } = process.env
const GUESTS = ['i-2-31-VM', 'i-2-32-VM', 'i-2-33-VM']

let server
test.beforeAll(async () => {
  test.setTimeout(ENOUGH_MS)
  // Beside the lab host, which comes first, a simulated one.
  server = await startServer({ lab: host, hosts: 1, vms: 2, pace: 100, faults: 0 })
})
test.afterAll(() => server?.stop())

/** What the guests of the lab host run on, asked of the host itself. */
function running () {
  const { vms } = JSON.parse(execFileSync(LAB, ['exec', host, '--', 'orthus', 'inventory', '--json']))
  return Object.fromEntries(vms.map(vm => [vm.name, vm.qemu.version.split(' ')[0]]))
}

function all (version) {
  return Object.fromEntries(GUESTS.map(name => [name, version.split(' ')[0]]))
}

test('the dry run changes nothing, then canary and rest are upgraded', async ({ page }) => {
  test.setTimeout(2 * ENOUGH_MS)
  await logIn(page, server)
  await page.getByRole('link', { name: 'Look at the hosts…' }).click()
  await page.getByText('Zones', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Zones' }).click()
  await page.getByTitle('Zone1').click()
  await page.keyboard.press('Escape')
  await page.getByLabel('Canary hosts').fill('1')
  await page.getByLabel('Hosts at once').fill('1')
  // What the guests' longest pause will be is the machine's business.
  await page.getByLabel('Longest pause (ms)').fill('60000')
  await page.getByRole('button', { name: 'Dry run', exact: true }).click()
  await expect(page.getByText('Of 5 VMs: 5 can be moved, 0 up to date, 0 blocked.')).toBeVisible({ timeout: ENOUGH_MS })
  const perVm = page.getByRole('grid', { name: 'VMs' })
  await expect(perVm.getByRole('row', { name: /i-2-31-VM.*cpr-transfer/ })).toBeVisible()
  await expect(perVm.getByRole('row', { name: /i-2-33-VM.*transplant/ })).toBeVisible()
  expect(running()).toEqual(all(oldVersion))

  await page.getByRole('button', { name: 'Upgrade 5 VMs on 2 hosts…' }).click()
  await page.getByRole('button', { name: 'Yes, do it' }).click()
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Upgrade of')
  await expect(heading).toContainText('finished', { timeout: ENOUGH_MS })
  await expect(page.getByText('2 of 2 hosts through; 5 of the 5 VMs seen so far')).toBeVisible()
  expect(running()).toEqual(all(newVersion))

  const canary = page.getByRole('grid', { name: 'Hosts' }).getByRole('row').filter({ hasText: host })
  await expect(canary.getByText('done', { exact: true })).toBeVisible()
  await expect(canary.getByText('yes', { exact: true })).toBeVisible()
  await page.getByRole('tab', { name: 'VMs' }).click()
  for (const name of GUESTS) {
    await expect(page.getByRole('row', { name: new RegExp(name + '.*upgraded') })).toBeVisible()
  }
  await page.getByRole('tab', { name: 'Failures' }).click()
  await expect(page.getByText('Nothing failed and nothing is blocked.')).toBeVisible()
  await page.getByRole('link', { name: 'Fleet' }).click()
  await expect(page.getByText('Yes: every VM runs on the newest builds that its host has.')).toBeVisible()
})

test('the rollback brings every guest back to the QEMU it came from', async ({ page }) => {
  test.setTimeout(2 * ENOUGH_MS)
  await logIn(page, server)
  await page.getByRole('link', { name: 'Campaigns' }).click()
  await page.getByRole('grid', { name: 'Campaigns' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Roll back…' }).click()
  await page.getByRole('button', { name: 'Yes, do it' }).click()
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Rollback of')
  await expect(heading).toContainText('finished', { timeout: ENOUGH_MS })
  await expect(page.getByText('2 of 2 hosts through; 5 of the 5 VMs seen so far')).toBeVisible()
  expect(running()).toEqual(all(oldVersion))
  await page.getByRole('link', { name: 'Fleet' }).click()
  // What was moved back is judged by the next look.
  await expect(page.getByText('Hosts where it is not clear for all VMs whether they are behind: 2.')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Builds in use' })).toContainText(oldVersion)
})
