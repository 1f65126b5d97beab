import { defineConfig } from 'vitest/config';
import { exhaustive, last, recorder, shared } from './vitest.config.ts';

// Whole days, kills of a running stack, thousands of attacks, and the template with its bundles: each takes long.
export default defineConfig({
  test: {
    ...shared,
    env: { TILLGATE_SEQUENCES: '5000' },
    projects: [
      {
        extends: true,
        test: {
          name: 'large',
          setupFiles: recorder,
          // Each file is a process of its own: the largest ones say how much memory they take.
          include: ['test/large/**/*.test.ts', 'test/table/table.test.ts', ...exhaustive],
        },
      },
      { extends: true, test: { name: 'recorded', include: [last], setupFiles: recorder, sequence: { groupOrder: 1 } } },
    ],
  },
});
