import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  // These have runs of their own: they need a server built with PostgreSQL, or a machine on which no other calls go on.
  testIgnore: ['**/postgres/**', '**/slow.spec.js'],
  outputDir: 'test-results/files',
  globalSetup: './support/global-setup.js',
  // Each test has a server and browsers of its own; two cores carry two of them.
  fullyParallel: true,
  workers: Number(process.env.OKIENKO_E2E_WORKERS ?? 2),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['list'], ['./support/counts-reporter.js']],
});
