// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/

/** A Vite plugin that puts the licences of all packages in the page beside it, in licences.txt. */
export function licences () {
  return {
    name: 'licences',
    generateBundle (_, bundle) {
      const folders = Object.values(bundle)
        .flatMap(({ modules = {} }) => Object.keys(modules))
        .map(id => id.replaceAll('\0', '').match(PACKAGE)?.[0])
        .filter(folder => folder && existsSync(join(folder, 'package.json')))
      const texts = [...new Set(folders)].sort().map(licence)
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('\n' + '-'.repeat(80) + '\n') })
    }
  }
}

function licence (folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
  return `${name} ${version}: ${license}\n\n${file ? readFileSync(join(folder, file), 'utf8') : ''}`
}
