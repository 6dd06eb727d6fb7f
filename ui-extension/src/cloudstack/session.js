// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

/*
 * What CloudStack's UI, the page around this one, keeps in the storage that pages of one origin
 * share. It is only read here. CloudStack puts a prefix before each name and writes JSON.
 */
const PREFIX = 'primate__'

function stored (name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name))
  } catch {
    return null
  }
}

/** The key that each call must carry; null if nobody is logged in. After a login by SAML only a cookie has it. */
export function sessionKey () {
  return stored('Access-Token') || cookie('sessionkey') || null
}

function cookie (name) {
  const found = document.cookie.split('; ').find(pair => pair.startsWith(name + '='))
  return found ? decodeURIComponent(found.slice(name.length + 1)) : null
}

/** Whether the user who is logged in may call that API. */
export function mayCall (command) {
  return Object.hasOwn(stored('APIS') ?? {}, command)
}

/** The language that was chosen, for example "pt_BR"; "en" if none was. */
export function chosenLanguage () {
  return stored('LOCALE') || 'en'
}

/** Whether dark mode is on. */
export function darkMode () {
  return stored('DARK_MODE') === true
}

/** Calls back whenever CloudStack's UI changes what it keeps. */
export function onSessionChange (callback) {
  addEventListener('storage', callback)
}
