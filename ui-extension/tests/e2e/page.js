// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import axe from 'axe-core'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILT = fileURLToPath(new URL('../../target/orthus-ui/', import.meta.url))
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
const ORIGIN = 'http://cloudstack.test'

export const APIS = ['listHypervisorVersions', 'liveUpgradeHypervisor']

/**
 * Serves the built page and a cloud in memory to a browser, without a network.
 *
 * @param {import('@playwright/test').Page} page
 * @param {import('../fake/cloud.js').Cloud} cloud
 */
export async function serve (page, cloud, { dark = false, locale = 'en', apis = APIS, key = 'key', theme = {} } = {}) {
  await page.route('**/*', route => route.abort())
  await page.route(ORIGIN + '/client/orthus-ui/**', async route => {
    const path = normalize(new URL(route.request().url()).pathname).slice('/client/orthus-ui/'.length) || 'index.html'
    await route.fulfill({ body: await readFile(join(BUILT, path)), contentType: TYPES[extname(path)] })
  })
  await page.route(ORIGIN + '/client/config.json', route => route.fulfill({ json: { apiBase: '/client/api', theme } }))
  await page.route(url => url.pathname === '/client/api', async route => {
    const request = route.request()
    const params = new URLSearchParams(request.postData() ?? new URL(request.url()).search)
    const { status, body } = cloud.answer(Object.fromEntries(params), request.method())
    await route.fulfill({ status, json: body })
  })
  await page.addInitScript(stored => {
    for (const [name, value] of Object.entries(stored)) {
      localStorage.setItem('primate__' + name, JSON.stringify(value))
    }
  }, {
    'Access-Token': key, DARK_MODE: dark, LOCALE: locale, APIS: Object.fromEntries(apis.map(api => [api, {}]))
  })
}

/** Opens a view. */
export async function open (page, path = '/fleet') {
  await page.goto(ORIGIN + '/client/orthus-ui/index.html#' + path)
}

/** Keeps a picture of what is shown, for the documentation. */
export async function picture (page, name) {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: fileURLToPath(new URL(`../../target/screenshots/${name}.png`, import.meta.url)), animations: 'disabled' })
}

/**
 * What axe finds that keeps people from using the page, as text. Colours are CloudStack's, and what is inside a field
 * of Ant Design is Ant Design's.
 */
export async function barriers (page) {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => globalThis.axe.run(
    { exclude: ['.ant-select'] }, { rules: { 'color-contrast': { enabled: false } } }))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`))
}
