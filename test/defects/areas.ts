/** Where money is decided about, and how many of the generated defects are planted there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export type AreaName = 'order' | 'statement' | 'reconciliation' | 'merchant' | 'api' | 'table';

interface Area {
  /** How many are planted: about as the area's share of all, and enough of the small ones. */
  readonly planted: number;
  readonly holds: (file: string) => boolean;
}

const RECONCILIATION = /^functions\/(reconciliation\/|statement\/search-trade\.ts$)/;
/** Paper, pictures and text of statements: no sum is made there. */
const PAPER = /^functions\/statement\/(forms\.ts$|export\/(?!csv))/;
/** Keys and terminals: who may call, and no amount. */
const KEYS = /^functions\/(merchant\/(activation|enrolment)|api\/(enrol-terminal|list-terminals|rotate-key))\.ts$/;
/** They look at what others have decided, and move nothing: the last defence, the auditor, and the words on a screen. */
const ONLOOKERS = /^functions\/(order\/(invariants|message)|statement\/verify)\.ts$/;

export const AREAS: Readonly<Record<AreaName, Area>> = {
  order: { planted: 60, holds: (file) => /^functions\/(order|payment|money)/.test(file) && !ONLOOKERS.test(file) },
  statement: {
    planted: 30,
    holds: (file) =>
      file.startsWith('functions/statement/') &&
      ![RECONCILIATION, PAPER, ONLOOKERS].some((others) => others.test(file)),
  },
  reconciliation: { planted: 32, holds: (file) => RECONCILIATION.test(file) },
  merchant: { planted: 14, holds: (file) => file.startsWith('functions/merchant/') && !KEYS.test(file) },
  api: { planted: 18, holds: (file) => file.startsWith('functions/api/') && !KEYS.test(file) },
  table: { planted: 8, holds: (file) => file.startsWith('functions/table/') && !file.includes('memory') },
};

export const AREA_NAMES = Object.keys(AREAS) as AreaName[];

/** The area's sources, by the file's name from the root. */
export function sourcesOf(name: AreaName): ReadonlyMap<string, string> {
  const files = readdirSync(join(ROOT, 'functions'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter(AREAS[name].holds)
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
}
