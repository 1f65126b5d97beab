import { defineConfig } from 'vitest/config';

// What only DynamoDB Local can count needs Java: `npm run test:dynamodb-local` runs it.
const needsJava = process.env.TILLGATE_ENGINE === 'dynamodb-local' ? [] : ['test/dynamodb-local/**'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What is seen in a browser needs one: `npm run test:web`.
    exclude: [...needsJava, 'test/web/**'],
    setupFiles: ['test/support/canary-setup.ts'],
    // Each file is a process of its own: a local stack sets the environment of the functions it serves.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
