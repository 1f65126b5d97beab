/** Zip files as the till writes them, read by another reader. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { writeZip } from '../bin/till/zip.ts';
import { readZip } from './support/zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-zip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* inPieces(content: Uint8Array, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

test('what goes in comes out, in whatever pieces it went in', async () => {
  const file = join(folder, 'all.zip');
  const entries = fc.uniqueArray(
    fc.record({ name: fc.stringMatching(/^[a-z王]{1,9}$/), content: fc.uint8Array({ maxLength: 5_000 }) }),
    { selector: ({ name }) => name, maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 4_000 }), async (list, size) => {
      await writeZip(
        file,
        list.map(({ name, content }) => ({ name, content: inPieces(content, size) })),
      );
      const read = [...readZip(readFileSync(file))].map(([name, content]) => ({
        name,
        content: new Uint8Array(content),
      }));
      expect(read).toEqual(list.map(({ name, content }) => ({ name, content: new Uint8Array(content) })));
    }),
    { numRuns: 100, seed: 4 },
  );
});

test('a content that breaks off, and a place that is none, are errors', async () => {
  const broken = async function* () {
    yield new Uint8Array(100_000);
    throw new Error('the network went away');
  };
  const write = (file: string) => writeZip(join(folder, file), [{ name: 'a', content: broken() }]);
  await expect(write('broken.zip')).rejects.toThrow('the network went away');
  await expect(
    writeZip(join(folder, 'no', 'where.zip'), [{ name: 'a', content: inPieces(new Uint8Array(9), 1) }]),
  ).rejects.toThrow('ENOENT');
});
