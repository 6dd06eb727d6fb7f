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
 * @param {Record<string, number>} options its own, for example {hosts: 6}
 * @returns {Promise<{address: string, stop: () => Promise<void>}>} address: of its first page
 */
export async function startServer (options) {
  const given = Object.entries({ port: 0, ...options }).flatMap(([name, value]) => ['--' + name, String(value)])
  const server = spawn(RUN, [...given, '--page', PAGE], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  // Whatever becomes of the tests, it does not outlive them.
  process.once('exit', () => server.kill('SIGTERM'))
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
