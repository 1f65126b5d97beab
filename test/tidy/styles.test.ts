/** The style sheets: colours stand in one file, and every rule has its layer. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './tree.ts';

const TOKENS = 'web/shared/tokens.css';
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const sheets = globSync('web/**/*.css', { cwd: ROOT });
const others = sheets.filter((file) => file !== TOKENS);

describe('colours', () => {
  test('are written in tokens.css, and elsewhere by their names', () => {
    const literal = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(|:[^;{]*\b(?:white|black|red)\b/gi;
    const found = [...others, ...globSync('web/**/*.tsx', { cwd: ROOT })].flatMap((file) =>
      [...read(file).matchAll(literal)].map(([it]) => `${file}: ${it}`),
    );
    expect(found).toEqual([]);
  });

  test('are all used, and none is missing', () => {
    const named = [...read(TOKENS).matchAll(/^ {2}(--[\w-]+):/gm)].map(([, name]) => name);
    const used = others.flatMap((file) => [...read(file).matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name));
    const isColour = (name: string | undefined) => !/^--(largest|characters)$/.test(name ?? '');
    expect([...new Set(used)].filter(isColour).sort()).toEqual(named.sort());
  });
});

test('a sheet of a page imports each part into a layer, and says their order first', () => {
  const pages = others.filter((file) => read(file).includes('@import'));
  expect(pages.sort()).toEqual(['web/screens.css', 'web/till/main.css', 'web/wallet/main.css']);
  for (const file of pages) {
    const lines = read(file)
      .replace(/\/\*.*?\*\//gs, '')
      .trim()
      .split('\n');
    expect([file, lines[0]]).toEqual([file, '@layer tokens, base, parts, page;']);
    const loose = lines.slice(1).filter((line) => !/^@import "[^"]+" layer\((tokens|base|parts|page)\);$/.test(line));
    expect([file, loose]).toEqual([file, []]);
  }
});
