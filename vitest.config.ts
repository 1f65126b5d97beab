import { defineConfig } from 'vitest/config';

// What only DynamoDB Local can count needs Java: `npm run test:dynamodb-local` runs it.
const needsJava = process.env.TILLGATE_ENGINE === 'dynamodb-local' ? [] : ['test/dynamodb-local/**'];
/** Compares what all others did with the template, and so comes after them. */
const last = 'test/lib/recorded.test.ts';
const recorder = ['test/lib/recorder.ts'];

/** These start no stack, set no environment and leave nothing behind, and so share a process: a third of the CPU. */
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

/** What `npm run test:large` has, too. */
export const shared = {
  globalSetup: ['test/lib/record.ts'],
  setupFiles: ['test/support/canary-setup.ts'],
  // Each file that starts a stack is a process of its own: the stack sets the environment of the functions it serves.
  pool: 'forks' as const,
  maxWorkers: 2,
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    ...shared,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          setupFiles: recorder,
          include: ['test/**/*.test.ts'],
          // What takes long: `npm run test:large`. What is seen in a browser needs one: `npm run test:web`.
          exclude: [...pure, ...needsJava, 'test/large/**', 'test/web/**', last],
        },
      },
      {
        extends: true,
        test: { name: 'pure', include: pure, isolate: false },
      },
      { extends: true, test: { name: 'recorded', include: [last], setupFiles: recorder, sequence: { groupOrder: 1 } } },
    ],
  },
});
