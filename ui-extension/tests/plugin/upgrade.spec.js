// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { expect, test } from '@playwright/test'
import { logIn, startServer } from './server.js'

// The second test undoes what the first has done.
test.describe.configure({ mode: 'serial' })

// The plugin looks at campaigns every few seconds, so each takes a while; and a busy machine starts a server slowly.
const ENOUGH_MS = 240_000

let server
test.beforeAll(async () => {
  test.setTimeout(2 * ENOUGH_MS)
  server = await startServer({ hosts: 2, vms: 3, pace: 100, faults: 0 })
})
test.afterAll(() => server?.stop())

test('all VMs are upgraded, and the fleet tells so', async ({ page }) => {
  test.setTimeout(2 * ENOUGH_MS)
  await logIn(page, server)
  await expect(page.getByText('Nobody knows: no host has looked at its VMs yet.')).toBeVisible()

  await page.getByRole('link', { name: 'Look at the hosts…' }).click()
  await page.getByText('Zones', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Zones' }).click()
  await page.getByTitle('Zone1').click()
  await page.keyboard.press('Escape')
  await page.getByLabel('Canary hosts').fill('0')
  await page.getByLabel('Hosts at once').fill('2')
  await page.getByRole('button', { name: 'Dry run', exact: true }).click()
  await expect(page.getByText('Of 6 VMs: 6 can be moved, 0 up to date, 0 blocked.')).toBeVisible({ timeout: ENOUGH_MS })
  await page.getByRole('button', { name: 'Upgrade 6 VMs on 2 hosts…' }).click()
  await page.getByRole('button', { name: 'Yes, do it' }).click()

  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Upgrade of')
  await expect(heading).toContainText('finished', { timeout: ENOUGH_MS })
  await expect(page.getByText('2 of 2 hosts through; 6 of the 6 VMs seen so far')).toBeVisible()
  await page.getByRole('tab', { name: 'Pauses' }).click()
  await expect(page.getByText(/^6 VMs: median/)).toBeVisible()
  await page.getByRole('link', { name: 'Fleet' }).click()
  await expect(page.getByText('Yes: every VM runs on the newest builds that its host has.')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Builds in use' })).toContainText('10.1.2 (Debian 1:10.1.2+ds-1)')
})

test('what was upgraded is moved back', async ({ page }) => {
  test.setTimeout(2 * ENOUGH_MS)
  await logIn(page, server)
  await page.getByRole('link', { name: 'Campaigns' }).click()
  await page.getByRole('grid', { name: 'Campaigns' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Roll back…' }).click()
  await page.getByRole('button', { name: 'Yes, do it' }).click()
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Rollback of')
  await expect(heading).toContainText('finished', { timeout: ENOUGH_MS })
  await page.getByRole('link', { name: 'Fleet' }).click()
  await expect(page.getByRole('grid', { name: 'Builds in use' })).toContainText('10.0.2 (Debian 1:10.0.2+ds-2)')
})

test('what the plugin refuses is told in its words', async ({ page }) => {
  await logIn(page, server)
  await expect(page.getByRole('grid', { name: 'Hosts' })).toBeVisible()
  await page.evaluate(() => { location.hash = '#/campaigns/00000000-0000-4000-8000-000000000000' })
  await expect(page.getByRole('alert')).toContainText('there is no campaign 00000000-0000-4000-8000-000000000000')
})

test('who is no root administrator is told so', async ({ page }) => {
  await logIn(page, server, 'user')
  await expect(page.getByText('Your account may not upgrade hypervisors.')).toBeVisible()
})
