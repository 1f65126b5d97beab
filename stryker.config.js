/** One slice of `npm run mutate`: test/mutation/cli.ts says which files, or which of their lines, and which tests. */
const mutate = JSON.parse(process.env.TILLGATE_MUTATE ?? '[]');

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: true },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  // A busy machine is not a loop without an end.
  timeoutMS: 15_000,
  concurrency: Number(process.env.TILLGATE_MUTATE_ABREAST ?? 2),
  mutate,
  // Tables made when a module is loaded: each fault in one would need every test in a new process.
  ignoreStatic: true,
  reporters: ['progress-append-only', 'json'],
  jsonReporter: { fileName: '.mutation/report.json' },
  ignorePatterns: [
    '/*',
    '!/functions',
    '!/lib',
    '!/web',
    '!/test',
    '!/bin',
    '!/package.json',
    '!/tsconfig.json',
    '!/cdk.json',
    '!/vitest.mutate.config.ts',
    '/test/web',
  ],
  // Stryker would read it with a TypeScript before version 7; nothing in it matters to a sandbox.
  tsconfigFile: 'no-tsconfig.json',
  tempDirName: '.stryker-tmp',
  thresholds: { high: 95, low: 90, break: null },
};
