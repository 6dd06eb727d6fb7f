// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { effectScope, nextTick } from 'vue'
import { describe, expect, test, vi } from 'vitest'
import { usePagedRows } from '../../src/use/pagedRows.js'
import { usePolling } from '../../src/use/polling.js'

describe('paged rows', () => {
  const list = (length, fetched = []) => async (page, size) => {
    fetched.push(page)
    const rows = Array.from({ length }, (_, i) => ({ i })).slice((page - 1) * size, page * size)
    return { rows, count: length }
  }

  test('only pages in view are fetched, once', async () => {
    const fetched = []
    const rows = usePagedRows(list(10000, fetched))
    await rows.restart()
    await rows.show(4990, 5010)
    await rows.show(4995, 5015)
    expect(fetched).toEqual([1, 50, 51])
    expect(rows.count.value).toBe(10000)
    expect(rows.rowAt(5000)).toEqual({ i: 5000 })
    expect(rows.rowAt(7000)).toBeUndefined()
  })

  test('a refresh fetches what is in view and forgets the rest', async () => {
    const fetched = []
    const rows = usePagedRows(list(1000, fetched))
    await rows.restart()
    await rows.show(500, 510)
    await rows.refresh()
    expect(fetched).toEqual([1, 6, 6])
    expect(rows.rowAt(0)).toBeUndefined()
    expect(rows.rowAt(505)).toEqual({ i: 505 })
  })

  test('a late answer to an earlier list is dropped', async () => {
    const answers = []
    const rows = usePagedRows(() => new Promise(resolve => answers.push(resolve)))
    const first = rows.restart()
    const second = rows.restart()
    answers[1]({ rows: ['new'], count: 1 })
    answers[0]({ rows: ['old'], count: 9 })
    await Promise.all([first, second])
    expect(rows.rowAt(0)).toBe('new')
    expect(rows.count.value).toBe(1)
  })

  test('an error is kept until an answer comes, and what was there stays', async () => {
    let failing = false
    const rows = usePagedRows(async (page, size) => {
      if (failing) {
        throw new Error('no')
      }
      return list(5)(page, size)
    })
    await rows.restart()
    failing = true
    await rows.refresh()
    expect(rows.error.value.message).toBe('no')
    expect(rows.rowAt(0)).toEqual({ i: 0 })
    failing = false
    await rows.refresh()
    expect(rows.error.value).toBeNull()
  })
})

describe('polling', () => {
  test('goes on until the work is done, and not after the component is gone', async () => {
    vi.useFakeTimers()
    const scope = effectScope()
    const done = [false, false, true, false, false]
    const work = vi.fn(async () => done.shift())
    const polling = scope.run(() => usePolling(work, 1000))
    await polling.start()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(work).toHaveBeenCalledTimes(3)

    await polling.start()
    expect(work).toHaveBeenCalledTimes(4)
    scope.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(work).toHaveBeenCalledTimes(4)
    vi.useRealTimers()
  })

  test('rests while nobody can see the page', async () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    const scope = effectScope()
    const work = vi.fn(async () => true)
    const polling = scope.run(() => usePolling(work, 1000))
    await polling.start()
    expect(work).not.toHaveBeenCalled()
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    await nextTick()
    expect(work).toHaveBeenCalledTimes(1)
    scope.stop()
  })
})
