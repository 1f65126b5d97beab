/**
 * Who reaches which defect. All of them are marked in one copy of the code, none is planted, and what runs notes the marks
 * that it comes by: what never comes to a place cannot find what is wrong there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generated } from './generate.ts';
import { run } from './hunt.ts';
import type { Change, Field } from './plant.ts';

declare global {
  /** The numbers of the defects that were reached since it was emptied. */
  var reachedDefects: Set<number> | undefined;
}

/** Each defect's place notes its number in `reachedDefects`, if there is such a set. */
export function marksOf(defects: readonly Generated[]): Change[] {
  const numbered = defects.map(({ file, reached }, n) => ({ file, n, ...reached }));
  return [...Map.groupBy(numbered, ({ file }) => file)].map(([file, its]) => ({
    file,
    change: (text) => {
      const inserted = its.flatMap(({ n, start, end }) => [
        // Of two that begin or end together, the longer one is outside.
        { at: start, rank: -end, text: `(globalThis.reachedDefects?.add(${n}), ` },
        { at: end, rank: -start - text.length, text: ')' },
      ]);
      inserted.sort((a, b) => b.at - a.at || b.rank - a.rank);
      return inserted.reduce((all, it) => all.slice(0, it.at) + it.text + all.slice(it.at), text);
    },
  }));
}

/** For each defect, those of the histories 1 … `histories` that reach it. */
export async function reachedByHistories(field: Field, defects: readonly Generated[], histories: number) {
  field.plant(marksOf(defects));
  const script = join(field.folder, 'test', 'defects', 'note-histories.ts');
  const { code, out, err } = await run(field.folder, [script, String(histories)], 3_600_000);
  field.clear();
  if (code !== 0) throw new Error(`the marked copy does not play: ${err}`);
  return new Map(Object.entries(JSON.parse(out) as Record<string, number[]>).map(([n, seeds]) => [Number(n), seeds]));
}

/** For each defect, the test files that reach it, the quickest first. */
export async function reachedByTests(field: Field, defects: readonly Generated[], scope: 'quick' | 'slow') {
  field.plant(marksOf(defects));
  const words = [join(field.folder, 'node_modules', 'vitest', 'vitest.mjs'), 'run'];
  words.push('--config', join('test', 'defects', 'vitest.config.ts'));
  const notes = join(field.folder, 'reached.jsonl');
  const { code, out } = await run(field.folder, words, 3_600_000, {
    TILLGATE_DEFECT_TESTS: scope,
    TILLGATE_REACHED: notes,
  });
  field.clear();
  // A test that fails anyway would seem to find every defect.
  if (code !== 0) throw new Error(`tests fail although nothing is planted: ${out.slice(-2_000)}`);
  const lines = readFileSync(notes, 'utf8').trim().split('\n');
  const files = lines.map((line) => JSON.parse(line) as { file: string; ms: number; reached: number[] });
  files.sort((a, b) => a.ms - b.ms);
  return new Map(
    defects.map((_, n) => [n, files.filter(({ reached }) => reached.includes(n)).map(({ file }) => file)] as const),
  );
}
