import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';

// Whole days, kills of a running stack, thousands of attacks, and the template with its bundles: each takes long.
export default defineConfig({
  test: {
    ...shared,
    include: ['test/large/**/*.test.ts', 'test/table/table.test.ts'],
    env: { TILLGATE_SEQUENCES: '5000' },
  },
});
