import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Most faults are seen by the first file that looks at them: small tables come first, random cases last. */
const ORDER = [
  'moves',
  'refunds',
  'due.test',
  'told',
  'decide',
  'facts',
  'payment/',
  'totals',
  'cells',
  'paper',
  'hours',
  'reconcile',
  'reconciliation/',
];
const LAST = [
  'notification',
  'fee',
  'chunks',
  'lines',
  'maker',
  'statement.test',
  'order/histories',
  'verify',
  'live',
  'seal',
  'simulation',
];
const placeOf = ({ moduleId }: TestSpecification) => {
  const first = ORDER.findIndex((name) => moduleId.includes(name));
  return first >= 0 ? first - ORDER.length : LAST.findIndex((name) => moduleId.includes(name));
};

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

// `npm run mutate` runs those of these that reach a mutant, once for each: those of the mutant's area that need no server.
export default defineConfig({
  test: {
    include: JSON.parse(process.env.TILLGATE_MUTATE_TESTS ?? '[]'),
    exclude: ['test/order/sweep-groups.test.ts', 'test/statement/sealed.test.ts', 'test/{tidy,privacy}.test.ts'],
    isolate: false,
    sequence: { sequencer: QuickFirst },
    setupFiles: ['test/support/mutate-setup.ts'],
    testTimeout: 30_000,
  },
});
