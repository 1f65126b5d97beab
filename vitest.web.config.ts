import { defineConfig } from 'vitest/config';

// The screens in a real browser, which `npm test` does without.
export default defineConfig({
  test: {
    globalSetup: ['test/lib/record.ts'],
    include: ['test/web/**/*.test.ts'],
    setupFiles: ['test/support/canary-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What a page will say is waited for as long as a selector is.
    expect: { poll: { timeout: 20_000 } },
  },
});
