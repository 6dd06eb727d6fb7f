// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors

import { ConfigProvider } from 'ant-design-vue'
import lightStyle from 'ant-design-vue/dist/antd.variable.min.css?url'
import darkStyle from 'ant-design-vue/dist/antd.dark.min.css?url'

/** The page lies in a folder of CloudStack's web application. */
const CONFIG = '../config.json'

/**
 * CloudStack's config.json; an empty object if it cannot be read, as the page does without it.
 *
 * @returns {Promise<{apiBase?: string, theme?: Record<string, string>}>}
 */
export async function cloudstackConfig () {
  try {
    const answer = await fetch(CONFIG)
    return answer.ok ? await answer.json() : {}
  } catch {
    return {}
  }
}

/** Makes the page look as CloudStack's, in its colours. */
export function applyTheme (theme, dark) {
  const href = dark ? darkStyle : lightStyle
  // Before the page's own styles, which come after Ant Design's.
  const link = document.getElementById('antd') ?? document.head.insertBefore(
    Object.assign(document.createElement('link'), { id: 'antd', rel: 'stylesheet' }), document.head.firstChild)
  if (link.getAttribute('href') !== href) {
    link.setAttribute('href', href)
  }
  document.documentElement.classList.toggle('dark', dark)
  ConfigProvider.config({
    theme: {
      primaryColor: theme['@primary-color'] ?? '#1890ff',
      successColor: theme['@success-color'] ?? '#52c41a',
      warningColor: theme['@warning-color'] ?? '#faad14',
      errorColor: theme['@error-color'] ?? '#f5222d',
      processingColor: theme['@processing-color'] ?? '#1890ff'
    }
  })
}
