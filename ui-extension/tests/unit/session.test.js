// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { afterEach, describe, expect, test } from 'vitest'
import { chosenLanguage, darkMode, mayCall, sessionKey } from '../../src/cloudstack/session.js'

const store = (name, value) => localStorage.setItem('primate__' + name, JSON.stringify(value))

afterEach(() => {
  localStorage.clear()
  document.cookie = 'sessionkey=; max-age=0'
})

describe('the session key', () => {
  test('is where CloudStack keeps it', () => {
    store('Access-Token', 'abc+/=')
    expect(sessionKey()).toBe('abc+/=')
  })

  test('is in a cookie after a login by SAML', () => {
    document.cookie = 'sessionkey=abc%2B%2F%3D'
    expect(sessionKey()).toBe('abc+/=')
  })

  test('is null if nobody is logged in, or what is kept cannot be read', () => {
    expect(sessionKey()).toBeNull()
    store('Access-Token', '')
    expect(sessionKey()).toBeNull()
    localStorage.setItem('primate__Access-Token', 'no JSON')
    expect(sessionKey()).toBeNull()
  })
})

test('what may be called is told by CloudStack, and by nothing else', () => {
  expect(mayCall('listHosts')).toBe(false)
  store('APIS', { listHosts: {} })
  expect(mayCall('listHosts')).toBe(true)
  expect(mayCall('constructor')).toBe(false)
})

test('language and dark mode have values also where none was chosen', () => {
  expect([chosenLanguage(), darkMode()]).toEqual(['en', false])
  store('LOCALE', 'de_DE')
  store('DARK_MODE', true)
  expect([chosenLanguage(), darkMode()]).toEqual(['de_DE', true])
})
