/**
 * `npm run mutate`: small faults are put into whatever moves orders and statements, and into what checks signatures, one at
 * a time, and the quick tests and two hundred histories of the simulation must notice.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  // A busy machine is not a loop without an end.
  timeoutMS: 15_000,
  concurrency: 2,
  mutate: [
    'functions/order/*.ts',
    'functions/statement/*.ts',
    'functions/http/signature.ts',
    'functions/http/sign.ts',
    'functions/channel/alipay-notification.ts',
  ],
  // Tables made when a module is loaded: each fault in one would need every test in a new process.
  ignoreStatic: true,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.mutation/report.json' },
  ignorePatterns: ['/*', '!/functions', '!/test', '!/bin', '!/package.json', '!/vitest.mutate.config.ts'],
  tempDirName: '.stryker-tmp',
  thresholds: { high: 95, low: 90, break: 90 },
};
