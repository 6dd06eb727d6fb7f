// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { expect, test } from '@playwright/test'
import { Cloud, failure } from '../fake/cloud.js'
import { barriers, open, picture, serve } from './page.js'

test('without a session nothing is asked of the server', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud, { key: null })
  await open(page)
  await expect(page.getByText('You are not logged in to CloudStack.')).toBeVisible()
  expect(cloud.calls).toEqual([])
})

test('who may not upgrade is told so, and nothing is asked of the server', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud, { apis: ['listVirtualMachines'] })
  await open(page)
  await expect(page.getByText('Your account may not upgrade hypervisors.')).toBeVisible()
  expect(cloud.calls).toEqual([])
})

test('a refusal is shown in the words of CloudStack, and can be tried again', async ({ page }) => {
  const cloud = new Cloud()
  cloud.failing = failure(530, 'the database refused: connection lost')
  await serve(page, cloud)
  await open(page)
  await expect(page.getByRole('alert')).toContainText('the database refused: connection lost')
  cloud.failing = null
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('12 of 12 hosts')).toBeVisible()
  await expect(page.getByText('the database refused')).toHaveCount(0)
})

test('a server that cannot be reached is told from one that refuses', async ({ page }) => {
  const cloud = new Cloud()
  await serve(page, cloud)
  await open(page)
  await expect(page.getByText('12 of 12 hosts')).toBeVisible()
  await page.route(url => url.pathname === '/client/api', route => route.abort())
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(page.getByRole('alert')).toContainText('The management server cannot be reached.')
  // What was known stays.
  await expect(page.getByText('12 of 12 hosts')).toBeVisible()
})

test('language, dark mode and colours are those of CloudStack, also when they change', async ({ page }) => {
  await serve(page, new Cloud(), { dark: true, locale: 'de_DE', theme: { '@primary-color': '#00aa55' } })
  await open(page)
  await expect(page.getByText('Nein: 15 von 33 VMs auf 5 Hosts sind veraltet.')).toBeVisible()
  await expect(page.locator('html')).toHaveClass('dark')
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await picture(page, 'fleet-dark')
  expect(await barriers(page)).toEqual([])

  // As the page around does it: an event of another window of the same origin.
  await page.evaluate(() => {
    localStorage.setItem('primate__DARK_MODE', 'false')
    localStorage.setItem('primate__LOCALE', '"fr_FR"')
    dispatchEvent(new StorageEvent('storage'))
  })
  await expect(page.getByText('No: 15 of 33 VMs are behind, on 5 hosts.')).toBeVisible()
  await expect(page.locator('html')).not.toHaveClass('dark')
  await expect.poll(() => page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue('--ant-primary-color').trim())).toBe('rgb(0, 170, 85)')
})

test('nothing is loaded from elsewhere', async ({ page }) => {
  const asked = []
  page.on('request', request => asked.push(new URL(request.url()).origin))
  await serve(page, new Cloud())
  for (const path of ['/fleet', '/upgrade', '/campaigns']) {
    await open(page, path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect(new Set(asked)).toEqual(new Set(['http://cloudstack.test']))
})
