import { defineConfig } from 'vitest/config';

// `npm run mutate` runs those of these that reach a mutant, once for each: what takes milliseconds and touches no table.
export default defineConfig({
  test: {
    include: [
      'test/order/*.test.ts',
      'test/statement/{cells,chunks,fee,hours,lines,paper,reconcile,statement,totals}.test.ts',
      'test/http/{signature,interop}.test.ts',
      'test/channel/notification.test.ts',
    ],
    exclude: ['test/order/sweep-groups.test.ts'],
    isolate: false,
    setupFiles: ['test/support/mutate-setup.ts'],
    testTimeout: 30_000,
  },
});
