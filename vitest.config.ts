import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Workers and the command lines that tests start load packages, and files whose types are stripped, as they were compiled before.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'tillgate-compile-cache');

// What only DynamoDB Local can count needs Java: `npm run test:dynamodb-local` runs it.
const needsJava = process.env.TILLGATE_ENGINE === 'dynamodb-local' ? [] : ['test/dynamodb-local/**'];
/** Compares what all others did with the template, and so comes after them. */
export const last = 'test/lib/recorded.test.ts';
export const recorder = ['test/lib/recorder.ts'];

/** These start no stack, set no environment and leave nothing behind, and so share a process and its modules: a third of the CPU. */
export const pure = [
  'test/{api,client,contract,merchant,mutation,order,payment,reconciliation,screens,shift,statement}/**/*.test.ts',
  // But for what starts a stack, and what is about a process as a whole.
  'test/table/!(table).test.ts',
  'test/admin/!(connect).test.ts',
  'test/channel/!(certificate-warning|notification-mishaps).test.ts',
  'test/http/!(cost|headers|matrix|order-of-checks).test.ts',
  'test/http/middleware/!(observability).test.ts',
  'test/local/!(certificate-stack|dynalite|foreign-pages).test.ts',
];

/**
 * Exhaustive rather than needed at every edit: `npm run test:large` runs them, and `npm test` has a quick test of the same subject.
 * Where a path is named on the command line they run like all others.
 */
export const exhaustive = [
  'test/admin/kill.test.ts',
  'test/channel/{bill-fuzz,trust}.test.ts',
  'test/http/signature-properties.test.ts',
  'test/local/{certificate-stack,dynalite}.test.ts',
  'test/simulation/simulation.test.ts',
  'test/simulation/world/channel.test.ts',
  'test/statement/seal-faults.test.ts',
  'test/story/{exposure,forged-notification,till-code-cancel}.test.ts',
  'test/story/reconcile-{rows,west}.test.ts',
];
const isNamed = process.argv.slice(2).some((word) => word.startsWith('test/'));
const later = isNamed ? [] : exhaustive;

/** What `npm run test:large` has, too. */
export const shared = {
  globalSetup: ['test/lib/record.ts'],
  setupFiles: ['test/support/canary-setup.ts'],
  pool: 'forks' as const,
  maxWorkers: 2,
  // Many times what a quiet machine needs: they end what hangs, and never what a busy machine does slowly.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          // Each file is a process of its own: a stack sets the environment of the functions that it serves.
          setupFiles: recorder,
          include: ['test/**/*.test.ts'],
          // What takes long: `npm run test:large`. What is seen in a browser needs one: `npm run test:web`.
          exclude: [...pure, ...later, ...needsJava, 'test/large/**', 'test/web/**', last],
        },
      },
      {
        extends: true,
        test: { name: 'pure', include: pure, exclude: later, isolate: false },
      },
      { extends: true, test: { name: 'recorded', include: [last], setupFiles: recorder, sequence: { groupOrder: 1 } } },
    ],
  },
});
