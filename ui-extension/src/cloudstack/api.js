// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/** What CloudStack answered instead of a result. */
export class ApiError extends Error {
  /**
   * @param {number} code CloudStack's error code, or the HTTP status if the answer was none of CloudStack's
   * @param {string} text CloudStack's sentence
   */
  constructor (code, text) {
    super(text)
    this.name = 'ApiError'
    this.code = code
  }

  /** Whether the session is over. */
  get loggedOut () {
    return this.code === 401
  }
}

/** CloudStack refuses larger pages unless its settings were changed. */
export const LARGEST_PAGE = 500

const JOB_INTERVAL_MS = 1000
const READING = /^(get|list|query|find)/

/**
 * Calls of CloudStack's API in the session of the page around.
 *
 * A call without the session's key would end that session, so without one nothing is sent.
 *
 * @param {object} options
 * @param {string} options.base path of the API
 * @param {() => string|null} options.sessionKey
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {(ms: number) => Promise<void>} [options.sleep]
 */
export function createApi ({
  base,
  sessionKey,
  fetch = (...args) => globalThis.fetch(...args),
  sleep = ms => new Promise(resolve => setTimeout(resolve, ms))
}) {
  /**
   * Calls a command and gives what is inside its "…response".
   *
   * @throws {ApiError}
   */
  async function call (command, params = {}) {
    const key = sessionKey()
    if (!key) {
      throw new ApiError(401, 'not logged in')
    }
    const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== '')
    const query = new URLSearchParams([['command', command], ['response', 'json'], ...given, ['sessionkey', key]])
    // CloudStack can be told to take changes by POST only.
    const answer = READING.test(command)
      ? await reached(base + '?' + query)
      : await reached(base, { method: 'POST', body: query })
    return content(answer)
  }

  async function reached (url, init) {
    try {
      return await fetch(url, { credentials: 'same-origin', ...init })
    } catch (e) {
      throw new ApiError(0, e.message)
    }
  }

  /**
   * Calls an asynchronous command and gives the result of its job.
   *
   * @throws {ApiError} also if the job failed
   */
  async function run (command, params) {
    const { jobid } = await call(command, params)
    for (;;) {
      const job = await call('queryAsyncJobResult', { jobid })
      if (job.jobstatus === 1) {
        return Object.values(job.jobresult)[0]
      }
      if (job.jobstatus === 2) {
        throw new ApiError(job.jobresult?.errorcode ?? 530, job.jobresult?.errortext ?? 'the job failed')
      }
      await sleep(JOB_INTERVAL_MS)
    }
  }

  /**
   * One page of a list.
   *
   * @param {number} page from 1
   * @returns {Promise<{rows: object[], count: number}>} count: of the whole list
   */
  async function page (command, params, page, pagesize) {
    const { count = 0, ...lists } = await call(command, { ...params, page, pagesize })
    // A list is under the name of its objects; an empty one is left out.
    const rows = Object.values(lists).find(Array.isArray) ?? []
    return { rows, count }
  }

  /**
   * All rows of a list, page by page.
   *
   * @param {number} [most] no more rows than that
   */
  async function all (command, params = {}, most = Infinity) {
    const rows = []
    for (let number = 1; ; number++) {
      const next = await page(command, params, number, LARGEST_PAGE)
      rows.push(...next.rows)
      if (rows.length >= Math.min(next.count, most) || next.rows.length === 0) {
        return rows
      }
    }
  }

  return { call, run, page, all }
}

async function content (answer) {
  let body
  try {
    body = Object.values(await answer.json())[0]
  } catch {
    body = null
  }
  if (!answer.ok || body === null || typeof body !== 'object' || body.errorcode) {
    throw new ApiError(body?.errorcode ?? answer.status, body?.errortext ?? `HTTP ${answer.status}`)
  }
  return body
}
