// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { createI18n } from 'vue-i18n'
import antDe from 'ant-design-vue/es/locale/de_DE'
import antEn from 'ant-design-vue/es/locale/en_US'
import de from './de.js'
import en from './en.js'

const ANT = { en: antEn, de: antDe }

/** The language of this page for the one that CloudStack's UI is in: English where there is no other. */
export function languageFor (chosen) {
  const language = String(chosen).split('_')[0]
  return Object.hasOwn(ANT, language) ? language : 'en'
}

/** Ant Design's own words in that language. */
export function antLocale (language) {
  return ANT[language]
}

/** Texts in that language. */
export function createTexts (language) {
  return createI18n({ legacy: false, locale: language, fallbackLocale: 'en', messages: { en, de } })
}
