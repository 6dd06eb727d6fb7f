// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { ref, shallowReactive } from 'vue'

/** Rows of one request. */
const PAGE = 100

/**
 * A long list of which only the pages in view are fetched.
 *
 * @param {(page: number, size: number) => Promise<{rows: object[], count: number}>} fetchPage page: from 1
 */
export function usePagedRows (fetchPage) {
  const pages = shallowReactive(new Map())
  /** Rows of the whole list; null until the first answer. */
  const count = ref(null)
  const error = ref(null)
  const asked = new Set()
  let inView = [0, 0]
  /** Counts the lists: an answer that belongs to an earlier one is dropped. */
  let list = 0

  async function load (number) {
    const mine = list
    asked.add(number)
    try {
      const page = await fetchPage(number, PAGE)
      if (mine === list) {
        pages.set(number, page.rows)
        count.value = page.count
        error.value = null
      }
    } catch (e) {
      if (mine === list) {
        error.value = e
      }
    } finally {
      if (mine === list) {
        asked.delete(number)
      }
    }
  }

  function numbersInView () {
    const [first, last] = inView.map(index => Math.floor(index / PAGE) + 1)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  }

  /** Says which rows are in view; what is missing of them is fetched. */
  function show (first, last) {
    inView = [first, last]
    return Promise.all(numbersInView().filter(number => !pages.has(number) && !asked.has(number)).map(load))
  }

  /** Fetches again what is in view, and forgets the rest. */
  function refresh () {
    const numbers = numbersInView()
    for (const number of [...pages.keys()].filter(number => !numbers.includes(number))) {
      pages.delete(number)
    }
    return Promise.all(numbers.filter(number => !asked.has(number)).map(load))
  }

  /** Begins anew, because the list is another one. */
  function restart () {
    list++
    pages.clear()
    asked.clear()
    count.value = null
    error.value = null
    inView = [0, 0]
    return load(1)
  }

  /** The row at that place; undefined as long as it is not there. */
  function rowAt (index) {
    return pages.get(Math.floor(index / PAGE) + 1)?.[index % PAGE]
  }

  return { count, error, show, refresh, restart, rowAt }
}
