// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const RUN = fileURLToPath(new URL('../../../lab/management/run', import.meta.url))
const PAGE = fileURLToPath(new URL('../../target/orthus-ui', import.meta.url))

/**
 * Starts the stand-in management server with this page.
 *
 * @param {Record<string, number | string>} options its own, for example {hosts: 6}
 * @returns {Promise<{address: string, stop: () => Promise<void>}>} address: of its first page
 */
export async function startServer (options) {
  const given = Object.entries({ port: 0, ...options }).flatMap(([name, value]) => ['--' + name, String(value)])
  // Whatever becomes of the tests, it does not outlive them.
  const server = spawn('setpriv', ['--pdeathsig', 'TERM', RUN, ...given, '--page', PAGE],
    { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  const lines = createInterface({ input: server.stdout })
  const address = await new Promise((resolve, reject) => {
    lines.on('line', line => /^listening at /.test(line) && resolve(line.slice('listening at '.length)))
    server.on('error', reject)
    ended.then(([code]) => reject(new Error(`the stand-in management server ended with exit status ${code}`)))
  })
  return {
    address,
    stop: async () => {
      server.kill('SIGTERM')
      await ended
    }
  }
}

/** Opens the page as somebody who comes from the server's first page. */
export async function logIn (page, server, user = 'admin') {
  await page.goto(server.address)
  await page.getByLabel('User').fill(user)
  await page.getByRole('button', { name: 'Log in' }).click()
}
