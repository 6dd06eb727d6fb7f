// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * Lists as files.
 */

/**
 * Rows as CSV (RFC 4180), with a head line.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe before it: names of VMs are chosen by users.
 *
 * @param {object[]} rows
 * @param {string[]} columns
 */
export function csv (rows, columns) {
  const lines = [columns, ...rows.map(row => columns.map(column => row[column]))]
  return lines.map(line => line.map(field).join(',') + '\r\n').join('')
}

function field (value) {
  if (value === null || value === undefined) {
    return ''
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? "'" + text : text
  return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe
}

/** Gives the browser a file to keep. */
export function save (name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The browser has begun by now to read it.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
