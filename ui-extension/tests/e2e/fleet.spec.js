// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { Cloud } from '../fake/cloud.js'
import { barriers, open, picture, serve } from './page.js'

const hosts = page => page.getByRole('grid', { name: 'Hosts' })

test('one look answers whether we are patched', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud)
  await open(page)
  await expect(page.getByText('No: 15 of 33 VMs are behind, on 5 hosts.')).toBeVisible()
  await expect(page.getByText('Hosts that have not looked at their VMs yet: 1.')).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Builds in use' }).getByRole('row')).toHaveCount(3)
  await picture(page, 'fleet')
  expect(await barriers(page)).toEqual([])
})

test('ten thousand hosts are filtered and sorted, and scrolled with the keyboard', async ({ page }) => {
  await serve(page, new Cloud({ hosts: 10000, vmsPerHost: 2 }))
  await open(page)
  await expect(page.getByText('10,000 of 10,000 hosts')).toBeVisible()
  expect(await hosts(page).getByRole('row').count()).toBeLessThan(30)

  await hosts(page).focus()
  await page.keyboard.press('End')
  await expect(hosts(page).getByText('kvm10000', { exact: true })).toBeInViewport()

  await page.getByPlaceholder('Name of a host').fill('kvm999')
  await expect(page.getByText('11 of 10,000 hosts')).toBeVisible()
  await hosts(page).getByRole('button', { name: 'Host' }).click()
  await expect(hosts(page).getByRole('row').nth(1)).toContainText('kvm9999')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('combobox', { name: 'Standing' }).selectOption('not looked at yet')
  await expect(page.getByText('1 of 10,000 hosts')).toBeVisible()
})

test('a host shows its VMs', async ({ page }) => {
  await serve(page, new Cloud())
  await open(page)
  await hosts(page).getByText('kvm003').click()
  const vms = page.getByRole('grid', { name: 'VMs of kvm003' })
  await expect(vms.getByRole('row')).toHaveCount(4)
  await expect(vms).toContainText('cpr-transfer')
  await picture(page, 'host')
})

test('the list is a file', async ({ page }) => {
  await serve(page, new Cloud())
  await open(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('orthus-hosts.csv')
  const lines = (await readFile(await file.path(), 'utf8')).split('\r\n')
  expect(lines).toHaveLength(14)
  expect(lines[2]).toContain('kvm002')
})

test('an empty cloud, and one where nobody has looked, say so', async ({ page }) => {
  const cloud = new Cloud({ hosts: 0 })
  await serve(page, cloud)
  await open(page)
  await expect(page.getByText('There are no KVM hosts in this cloud.')).toBeVisible()
  Object.assign(cloud, new Cloud({ hosts: 3, unseen: 3 }))
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(page.getByText('Nobody knows: no host has looked at its VMs yet.')).toBeVisible()
  const standing = page.getByRole('gridcell', { name: 'not looked at yet' }).first()
  expect(await standing.evaluate(cell => cell.scrollWidth <= cell.clientWidth), 'it can be read').toBe(true)
})

test('names of hosts can be read beside the menu of CloudStack', async ({ page }) => {
  // What CloudStack's UI leaves of 1280 pixels.
  await page.setViewportSize({ width: 1000, height: 800 })
  const cloud = new Cloud()
  await serve(page, cloud)
  await open(page)
  const name = page.getByRole('gridcell', { name: cloud.hosts[0].name }).first()
  await expect(name).toBeVisible()
  expect(await name.evaluate(cell => cell.scrollWidth <= cell.clientWidth)).toBe(true)
})

for (const width of [1280, 1920]) {
  test(`nothing is cut off at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 1080 })
    await serve(page, new Cloud())
    for (const path of ['/fleet', '/upgrade', '/campaigns']) {
      await open(page, path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(width)
    }
  })
}
