// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'

export default [
  { ignores: ['target/'] },
  js.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      semi: ['error', 'never'],
      quotes: ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }],
      'prefer-const': 'error',
      'no-console': 'error',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off'
    }
  },
  { files: ['*.config.js', 'licences.js', 'tests/e2e/**', 'tests/plugin/**'], languageOptions: { globals: globals.node } }
]
