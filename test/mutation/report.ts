/** The results as tables: by area, and what is below the mark. */
import { AREAS, sources } from './areas.ts';
import { hashOf, kept, type Result, score } from './results.ts';

/** Percent of a file's mutants that must be noticed, and of all together. */
export const EACH = 85;
export const WHOLE = 92;

interface Sum {
  noticed: number;
  unnoticed: string[];
  untried: number;
  /** How many files were tried as they are now, and how many there are. */
  tried: number;
  files: number;
}

/** The table for docs/tests.md. */
export function table(): string {
  const results = kept();
  const all = sum([]);
  const rows = AREAS.map(({ name }) => {
    const its = sources().filter(({ area }) => area.name === name);
    const known = its.flatMap((source) => {
      const result = results.get(source.file);
      return result?.hash === hashOf(source) ? [result] : [];
    });
    const of = { ...sum(known), files: its.length };
    addTo(all, of);
    return row(name, of);
  });
  return [
    '| area | files tried | mutants | noticed | | when loaded, not tried |',
    '|---|---|---|---|---|---|',
    ...rows,
    row('all', all),
  ].join('\n');
}

/** Files below the mark, with what was not noticed in them. */
export function below(results: Iterable<Result>): string[] {
  return [...results]
    .filter((result) => score(result) < EACH)
    .map(
      (result) =>
        `${result.file}: ${score(result).toFixed(1)} %\n${result.unnoticed.map((it) => `  ${it}`).join('\n')}`,
    );
}

export function wholeScore(results: readonly Result[]): number {
  return score(sum(results));
}

function sum(results: readonly Result[]): Sum {
  return {
    noticed: results.reduce((total, { noticed }) => total + noticed, 0),
    unnoticed: results.flatMap(({ unnoticed }) => unnoticed),
    untried: results.reduce((total, { untried }) => total + untried, 0),
    tried: results.length,
    files: results.length,
  };
}

function addTo(all: Sum, more: Sum): void {
  all.noticed += more.noticed;
  all.unnoticed.push(...more.unnoticed);
  all.untried += more.untried;
  all.tried += more.tried;
  all.files += more.files;
}

function row(name: string, of: Sum): string {
  const mutants = of.noticed + of.unnoticed.length;
  const percent = mutants === 0 ? '' : `${score(of).toFixed(1)} %`;
  return `| ${name} | ${of.tried} of ${of.files} | ${mutants} | ${of.noticed} | ${percent} | ${of.untried} |`;
}
