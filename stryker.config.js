/**
 * `npm run mutate`: small faults are put into the modules that decide about money, one at a time, and the tests must notice.
 *
 * Only modules that compute are here. What reads and writes is not yet: of order/, collect, drive, orders, pay-back, take,
 * till-code and turn; of statement/, gather, live, our-facts, reconcile-due, reconciliations, seal, statements and verify.
 * A fault in one of these shows in whole histories only, which take a second or more for each of some 2,000 faults; what
 * holds them meanwhile are the simulation's planted defects and its kills at every point.
 */
const order = ['billing', 'decide', 'due', 'invariants', 'money', 'order', 'refunds', 'view', 'words'];
const statement = ['chart', 'chunks', 'csv', 'escape', 'fee', 'hours', 'print', 'reconcile', 'statement', 'totals'];

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  // A busy machine is not a loop without an end.
  timeoutMS: 15_000,
  concurrency: 2,
  mutate: [
    ...order.map((name) => `functions/order/${name}.ts`),
    ...statement.map((name) => `functions/statement/${name}.ts`),
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
