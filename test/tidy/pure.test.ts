/** A stack sets the environment of the functions that it serves: no file that shares a process with others starts one. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pure } from '../../vitest.config.ts';
import { ROOT } from './tree.ts';

test('a file that shares a process starts no stack and sets no environment', () => {
  const files = pure.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  expect(files.length).toBeGreaterThan(100);
  const starts = /import[^;]*\b(openShop|openStage|startLocalStack)\b|resetModules\(|process\.(env\b|chdir)/;
  expect(files.filter((file) => starts.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
