/** Zip files as the till writes them, read by another reader. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { writeZip } from '../bin/till/zip.ts';
import { entriesOf } from '../functions/channel/alipay/zip.ts';
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

test('the same contents make the same bytes, in whatever time zone: every entry is of midnight of 1980-01-01', async () => {
  const file = join(folder, 'bytes.zip');
  const entries = () =>
    ['hello', ''].map((text, i) => ({ name: i === 0 ? '王' : 'b', content: inPieces(Buffer.from(text), 2) }));
  await writeZip(file, entries());
  const first = readFileSync(file);
  const heads = ['PK\x03\x04', 'PK\x01\x02'].map((mark) => first.indexOf(mark, 0, 'latin1'));
  // Time and date of an entry, and of its place in the directory: two numbers of 16 bits.
  expect(heads.map((at, i) => first.subarray(at + 10 + 2 * i, at + 14 + 2 * i).toString('hex'))).toEqual([
    '00002100',
    '00002100',
  ]);
  await writeZip(file, entries());
  expect(readFileSync(file).equals(first)).toBe(true);
});

test('what is larger than any buffer on the way comes out whole, read by the reader of bills', async () => {
  const file = join(folder, 'large.zip');
  const content = Buffer.alloc(3_000_000);
  for (let i = 0; i < content.length; i += 4) content.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, i);
  await writeZip(file, [{ name: '大', content: inPieces(content, 100_000) }]);
  const [entry, ...others] = entriesOf(readFileSync(file), { entries: 1, bytes: content.length });
  const pieces: Buffer[] = [];
  for await (const piece of entry?.content() ?? []) pieces.push(piece);
  expect([others, entry?.isUtf8, entry?.name.toString()]).toEqual([[], true, '大']);
  expect(Buffer.concat(pieces).equals(content)).toBe(true);
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
