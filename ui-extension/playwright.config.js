// SPDX-License-Identifier: Apache-2.0
// Copyright the Orthus for CloudStack authors
import { defineConfig } from '@playwright/test'

export default defineConfig({
  projects: [
    // The page alone, with a cloud in memory.
    { name: 'page', testDir: 'tests/e2e' },
    // The page with the plugin, in the stand-in management server.
    { name: 'plugin', testDir: 'tests/plugin' },
    // The same, with real guests on a lab host; tests/lab/run has one.
    { name: 'lab', testDir: 'tests/lab' }
  ],
  outputDir: 'target/playwright',
  // One browser at a time, on small machines as well.
  workers: 1,
  reporter: 'list',
  reportSlowTests: null,
  // Deadlines, not measures: a loaded machine is slow.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // Debian's. Tests may run as root, where Chromium's sandbox does not work; they open no pages but their own.
    // In containers /dev/shm is often too small for it.
    launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] }
  }
})
