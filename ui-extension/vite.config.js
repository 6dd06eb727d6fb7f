// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { components } from './components.js'

export default defineConfig({
  plugins: [vue(), components()],
  define: {
    // Texts are interpreted, not compiled by eval(), which the page's own policy forbids.
    __INTLIFY_JIT_COMPILATION__: true,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false
  },
  // The page lies in a folder of CloudStack's web application, wherever that is.
  base: './',
  build: {
    outDir: 'target/orthus-ui',
    emptyOutDir: true,
    target: 'es2022',
    // The page is one piece, Ant Design included.
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      // Ant Design's sources have comments in places that Rollup does not know; they mean nothing here.
      onwarn: (warning, warn) => warning.code === 'INVALID_ANNOTATION' || warn(warning)
    }
  },
  test: {
    environment: 'jsdom',
    include: ['tests/unit/**/*.test.js'],
    restoreMocks: true
  }
})
