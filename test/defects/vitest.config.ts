import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What needs no server and no synthesized template. */
const QUICK = ['order', 'payment', 'statement', 'reconciliation', 'merchant', 'shift', 'api'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
const SLOW = ['test/*.test.ts', 'test/{admin,channel,client,contract,http,local,story}/*.test.ts'];
const INCLUDE: Readonly<Record<string, string[]>> = {
  quick: [...QUICK, 'test/table/*.test.ts'],
  slow: SLOW,
  all: ['test/**/*.test.ts'],
};

const scope = process.env.TILLGATE_DEFECT_TESTS ?? 'all';

// The tests that a planted defect is shown to: `npm run sim -- --defects`.
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: INCLUDE[scope] ?? [],
    // The first look at the sources themselves and would see that they were changed; what is large is slow.
    exclude: [
      'test/{tidy,privacy}.test.ts',
      'test/large/**',
      'test/defects/**',
      'test/dynamodb-local/**',
      'test/web/**',
    ],
    globalSetup: ['test/lib/record.ts'],
    setupFiles: ['test/defects/note-tests-setup.ts'],
    // A process for each file is only for those that set its environment.
    isolate: scope !== 'quick',
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
