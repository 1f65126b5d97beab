/** What is known of each file: kept under `.mutation/files`, so that a run that was stopped goes on where it was. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Source } from './areas.ts';

const FOLDER = join(ROOT, '.mutation', 'files');

export interface Result {
  readonly file: string;
  /** Of the file's text when it was tried. */
  readonly hash: string;
  /** The day, in UTC. */
  readonly day: string;
  readonly noticed: number;
  readonly unnoticed: readonly string[];
  /** In what is made when a module is loaded: not tried. */
  readonly untried: number;
}

interface StrykerReport {
  readonly files: {
    readonly [file: string]: {
      readonly source: string;
      readonly mutants: readonly {
        readonly mutatorName: string;
        readonly replacement?: string;
        readonly status: string;
        readonly location: { readonly start: Place; readonly end: Place };
      }[];
    };
  };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

const NOTICED = new Set(['Killed', 'Timeout', 'RuntimeError', 'CompileError']);
const UNNOTICED = new Set(['Survived', 'NoCoverage']);

/** The results in a report of Stryker's. */
export function resultsIn(report: StrykerReport, hashOfFile: (file: string) => string, day: string): Result[] {
  return Object.entries(report.files).map(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    const say = ({ location: { start, end }, mutatorName, replacement = '', status }: (typeof mutants)[number]) => {
      const line = lines[start.line - 1] ?? '';
      const was = start.line === end.line ? line.slice(start.column - 1, end.column - 1) : line.trim();
      const why = status === 'NoCoverage' ? ', and no test comes by it' : '';
      return `${start.line}: ${mutatorName}: ${clip(was)} as ${clip(replacement)}${why}`;
    };
    return {
      file,
      hash: hashOfFile(file),
      day,
      noticed: mutants.filter(({ status }) => NOTICED.has(status)).length,
      unnoticed: mutants.filter(({ status }) => UNNOTICED.has(status)).map(say),
      untried: mutants.filter(({ status }) => status === 'Ignored').length,
    };
  });
}

const clip = (text: string) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 67)}…` : line;
};

export function hashOf({ text, area }: Pick<Source, 'text' | 'area'>): string {
  return createHash('sha256').update(`${area.tests.join()}\n${text}`).digest('hex').slice(0, 16);
}

const pathOf = (file: string) => join(FOLDER, `${file.replaceAll('/', '__')}.json`);

export function keep(results: readonly Result[]): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const result of results) writeFileSync(pathOf(result.file), JSON.stringify(result, null, 1));
}

export function kept(): Map<string, Result> {
  if (!existsSync(FOLDER)) return new Map();
  const all = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Result);
  return new Map(all.map((result) => [result.file, result]));
}

/** Of what was tried, the part that was noticed, in percent; 100 where nothing was. */
export function score({
  noticed,
  unnoticed,
}: {
  readonly noticed: number;
  readonly unnoticed: readonly string[];
}): number {
  const tried = noticed + unnoticed.length;
  return tried === 0 ? 100 : (100 * noticed) / tried;
}
