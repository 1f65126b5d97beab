/** The rooms of bin/: `admin`, `till` and `local` share by way of bin/cli, bin/directory and the files of bin/ itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './tree.ts';

/** What each room may import of bin/, besides its own files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  admin: ['cli', 'directory'],
  cli: [],
  deploy: [],
  demo: [],
  directory: ['cli'],
  local: ['cli', 'directory', 'openapi'],
  openapi: [],
  till: ['cli'],
};

const roomOf = (file: string) => /^bin\/([^/]+)\//.exec(file)?.[1];

test('a room of bin/ imports only from those that it may', () => {
  const files = readdirSync(join(ROOT, 'bin'), { recursive: true, encoding: 'utf8' }).filter((it) =>
    it.endsWith('.ts'),
  );
  const rooms = new Set<string>();
  const wrong = files.flatMap((name) => {
    const file = join('bin', name);
    const room = roomOf(file);
    if (room === undefined) return [];
    rooms.add(room);
    const text = readFileSync(join(ROOT, file), 'utf8');
    const imported = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].flatMap(
      ([, it = '']) => roomOf(relative(ROOT, join(ROOT, file, '..', it))) ?? [],
    );
    return imported.filter((it) => it !== room && !MAY_IMPORT[room]?.includes(it)).map((it) => `${file}: ${it}`);
  });
  expect(wrong).toEqual([]);
  expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});
