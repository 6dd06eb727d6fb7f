// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/

/**
 * A Vite plugin that says what is in the page: licences.txt has the licences of all packages in it,
 * and components.cdx.json lists them for programs, in CycloneDX 1.6. Both depend on the packages alone.
 */
export function components () {
  return {
    name: 'components',
    generateBundle (_, bundle) {
      const folders = Object.values(bundle)
        .flatMap(({ modules = {} }) => Object.keys(modules))
        .map(id => id.replaceAll('\0', '').match(PACKAGE)?.[0])
        .filter(folder => folder && existsSync(join(folder, 'package.json')))
      const packages = [...new Set(folders)].sort().map(describe)
      const texts = packages.map(({ name, version, license, text }) => `${name} ${version}: ${license}\n\n${text}`)
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('\n' + '-'.repeat(80) + '\n') })
      this.emitFile({ type: 'asset', fileName: 'components.cdx.json', source: componentList(packages) })
    }
  }
}

function describe (folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
  return { name, version, license, text: file ? readFileSync(join(folder, file), 'utf8') : '' }
}

function componentList (packages) {
  const components = packages.map(({ name, version, license }) => {
    const [short, group] = name.split('/').reverse()
    return {
      type: 'library',
      ...(group && { group }),
      name: short,
      version,
      licenses: [{ license: { id: license } }],
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`
    }
  })
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }, null, 2) + '\n'
}
