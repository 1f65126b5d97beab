/** What is mutated, area by area, and the tests that must notice: those without a server of their own, where there are any. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

interface Area {
  readonly name: string;
  readonly holds: RegExp;
  /** Globs, from the root. */
  readonly tests: readonly string[];
}

const HISTORIES = 'test/simulation/histories.test.ts';

/** The first that holds a file has it. */
export const AREAS: readonly Area[] = [
  { name: 'order', holds: /^functions\/(order|payment)\//, tests: ['test/{order,payment}/*.test.ts', HISTORIES] },
  { name: 'statement', holds: /^functions\/statement\//, tests: ['test/statement/**/*.test.ts', HISTORIES] },
  {
    name: 'reconciliation',
    holds: /^functions\/reconciliation\//,
    tests: ['test/reconciliation/*.test.ts', HISTORIES],
  },
  { name: 'shift', holds: /^functions\/shift\//, tests: ['test/shift/*.test.ts', HISTORIES] },
  {
    name: 'merchant',
    holds: /^functions\/merchant\//,
    tests: ['test/merchant/*.test.ts', 'test/api/*.test.ts', 'test/payment/refund-refused.test.ts'],
  },
  { name: 'api', holds: /^functions\/api\//, tests: ['test/api/*.test.ts', 'test/shift/*.test.ts', HISTORIES] },
  {
    name: 'http',
    holds: /^functions\/(http|contract|client)\//,
    tests: ['test/{http,contract,client}/*.test.ts', 'test/api/*.test.ts', 'test/order/told.test.ts'],
  },
  { name: 'channel', holds: /^functions\/channel\//, tests: ['test/channel/*.test.ts', 'test/zip.test.ts'] },
  {
    name: 'table',
    holds: /^functions\/(table\/|sdk)/,
    tests: ['test/table/*.test.ts', 'test/aws.test.ts'],
  },
  {
    name: 'jobs and notifications',
    holds: /^functions\/(jobs|notifications)\//,
    tests: ['test/payment/sweep*.test.ts', 'test/channel/{forged,notification}.test.ts', HISTORIES],
  },
  {
    name: 'time, limits, services',
    holds: /^functions\//,
    tests: ['test/*.test.ts', 'test/payment/sweep*.test.ts', 'test/channel/*.test.ts'],
  },
  { name: 'cloud', holds: /^lib\//, tests: ['test/lib/*.test.ts'] },
  { name: 'admin', holds: /^bin\/admin\//, tests: ['test/admin/*.test.ts'] },
  { name: 'till', holds: /^bin\/till\//, tests: ['test/till/*.test.ts', 'test/till.test.ts'] },
  {
    name: 'simulator',
    holds: /^bin\/local\/alipay-simulator\//,
    tests: ['test/local/{alipay-simulator,bill-rows,books,methods,till-codes}.test.ts', 'test/channel/bill-*.test.ts'],
  },
  { name: 'antom simulator', holds: /^bin\/local\/antom-simulator\//, tests: ['test/local/antom-*.test.ts'] },
  {
    name: 'screens',
    holds: /^web\/.*\.ts$/,
    tests: ['test/screens/*.test.ts', 'test/{say,hand-scanner}.test.ts'],
  },
];

/** What makes pages of the sources, and what is nothing without a browser. */
const NO_SCREEN = /^web\/(bundle|page)\.ts$/;
const NEEDS_BROWSER = /\b(document|window|navigator|localStorage|AudioContext)\b|from 'preact/;

export interface Source {
  readonly file: string;
  readonly area: Area;
  readonly text: string;
}

/** All that is mutated. */
export function sources(): Source[] {
  const files = ['functions', 'lib', 'bin', 'web'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
      .sort(),
  );
  return files.flatMap((file) => {
    const area = AREAS.find(({ holds }) => holds.test(file));
    const text = readFileSync(join(ROOT, file), 'utf8');
    const isLeftOut = NO_SCREEN.test(file) || (file.startsWith('web/') && NEEDS_BROWSER.test(text));
    return area && !isLeftOut ? [{ file, area, text }] : [];
  });
}
