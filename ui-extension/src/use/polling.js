// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { onScopeDispose } from 'vue'

/**
 * Does something again and again, until it says that it is done or the component goes. Never twice at a time, and not
 * while nobody can see the page.
 *
 * @param {() => Promise<boolean>} work true if there is nothing more to do; it must not throw
 * @param {number} intervalMs from the end of one to the beginning of the next
 */
export function usePolling (work, intervalMs) {
  let timer = null
  let running = false
  let over = false

  async function beat () {
    timer = null
    if (running || over || document.hidden) {
      return
    }
    running = true
    const done = await work()
    running = false
    if (!done) {
      timer = setTimeout(beat, intervalMs)
    }
  }

  /** Does it now, and goes on from there. */
  function start () {
    clearTimeout(timer)
    return beat()
  }

  const seenAgain = () => !document.hidden && timer === null && start()
  document.addEventListener('visibilitychange', seenAgain)
  onScopeDispose(() => {
    over = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seenAgain)
  })
  return { start }
}
