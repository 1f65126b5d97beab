/**
 * `npm run mutate`: small faults are put into the modules that decide about money, one at a time, and the tests must notice.
 *
 * Only modules that compute are here. What reads and writes (orders.ts, collect.ts, drive.ts, pay-back.ts, take.ts,
 * till-code.ts, turn.ts; gather.ts, live.ts, reconcile-due.ts, reconciliations.ts, seal.ts, statements.ts, verify.ts) needs
 * whole histories to be judged, a second or more for each fault: the simulation's planted defects and kills do that.
 */
const order = ['billing', 'decide', 'due', 'events', 'invariants', 'money', 'order', 'refunds', 'view', 'words'];
const statement = [
  'chart',
  'chunks',
  'csv',
  'escape',
  'fee',
  'hours',
  'our-facts',
  'print',
  'print-words',
  'reconcile',
];

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
    ...[...statement, 'statement', 'totals'].map((name) => `functions/statement/${name}.ts`),
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
