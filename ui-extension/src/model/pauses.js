// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * Figures about pauses: how long guests stood still, in milliseconds. Pure functions.
 */

/** Upper ends of the classes, each about twice the one before; the last class is open. */
export const CLASS_ENDS_MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]

/**
 * How many pauses are in which class.
 *
 * @param {number[]} pauses
 * @returns {{from: number, to: number|null, count: number}[]} without the empty classes at both ends; to: null if open
 */
export function histogram (pauses) {
  const classes = [...CLASS_ENDS_MS, null].map((to, i) => ({ from: i === 0 ? 0 : CLASS_ENDS_MS[i - 1], to, count: 0 }))
  for (const pause of pauses) {
    classes.find(({ to }) => to === null || pause < to).count++
  }
  const first = classes.findIndex(({ count }) => count > 0)
  return first < 0 ? [] : classes.slice(first, classes.findLastIndex(({ count }) => count > 0) + 1)
}

/**
 * The figures that people ask for first.
 *
 * @param {number[]} pauses
 * @returns {{count: number, median: number, p99: number, longest: number}|null} null if there are no pauses
 */
export function summary (pauses) {
  if (pauses.length === 0) {
    return null
  }
  const ascending = [...pauses].sort((a, b) => a - b)
  return {
    count: ascending.length,
    median: quantile(ascending, 0.5),
    p99: quantile(ascending, 0.99),
    longest: ascending.at(-1)
  }
}

/** By nearest rank: always a pause that there was. */
function quantile (ascending, share) {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)]
}
