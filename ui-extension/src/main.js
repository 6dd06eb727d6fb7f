// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { createApp, reactive } from 'vue'
import App from './App.vue'
import { antd } from './antd.js'
import { createApi } from './cloudstack/api.js'
import * as session from './cloudstack/session.js'
import { applyTheme, cloudstackConfig } from './cloudstack/theme.js'
import { createTexts, languageFor } from './locales/index.js'
import { createPageRouter } from './router.js'
import './style.css'

const config = await cloudstackConfig()
const texts = createTexts('en')
/** What the page around decides and may change at any time. */
const surroundings = reactive({ loggedIn: false, allowed: false })

function takeOver () {
  surroundings.loggedIn = session.sessionKey() !== null
  surroundings.allowed = session.mayCall('listHypervisorVersions')
  applyTheme(config.theme ?? {}, session.darkMode())
  texts.global.locale.value = languageFor(session.chosenLanguage())
  document.documentElement.lang = texts.global.locale.value
}
takeOver()
session.onSessionChange(takeOver)

createApp(App, { surroundings })
  .use(texts)
  .use(antd)
  .use(createPageRouter())
  .provide('api', createApi({ base: config.apiBase ?? '/client/api', sessionKey: session.sessionKey }))
  .mount('#app')
