/** Which files cite which fault of docs/faults.md: `F1`, `money F1 F14`, `security M1`, `security minor 5`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './tree.ts';

const ID = '(?:[FIMS]\\d{1,2}|minor \\d{1,2})';
/** A name in front is that of a review, and counts for the whole list. `S3` of `AWS::S3` and `F9` of `F9-1` are none. */
const LIST = new RegExp(
  `(?:\\b([Mm]oney|[Ss]ecurity|[Ii]ntegration) )?(?<!::)\\b(${ID}(?:,? (?:(?:and|or|to) )?${ID})*)\\b(?!::|-\\d)`,
  'g',
);

/** Of one text: each id once, as docs/faults.md has it. */
export function citedIn(text: string): string[] {
  const ids = [...text.matchAll(LIST)].flatMap(([, review, list = '']) =>
    [...list.matchAll(new RegExp(ID, 'g'))].map(([id]) => (review ? `${review.toLowerCase()} ${id}` : id)),
  );
  return [...new Set(ids)];
}

/** The samples of what is a citation are none. */
const isSample = (file: string) => file.startsWith('test/tidy/citations.');

/** Files by id, in the order of their names. `folders` stand in the root. */
export function citations(folders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  );
  const found = new Map<string, string[]>();
  for (const file of files.filter((it) => !isSample(it)).sort())
    for (const id of citedIn(readFileSync(join(ROOT, file), 'utf8'))) found.set(id, [...(found.get(id) ?? []), file]);
  return found;
}
