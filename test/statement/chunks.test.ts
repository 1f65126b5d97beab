/** Content in pieces: none is lost, none is too large, and none is believed that was changed. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Chunker, chunkId, chunksOf, contentOf, found, sha256 } from '../../functions/statement/chunks.ts';

const MOST = 300_000;
const rowsOf = (text: string) => JSON.parse(text) as unknown[];

test('the hash is SHA-256 of the text in UTF-8, in hex', () => {
  expect(sha256('收款')).toBe(createHash('sha256').update(Buffer.from('收款')).digest('hex'));
});

test('no rows are no chunk, and few are one', () => {
  expect(chunksOf([])).toEqual([]);
  expect(new Chunker().end()).toBeUndefined();
  const text = '[{"a":1},"b",null]';
  expect(chunksOf([{ a: 1 }, 'b', null])).toEqual([{ hash: sha256(text), text }]);
});

test('every row is in one chunk, in order, and a chunk says where it begins', () => {
  const rows = Array.from({ length: 1_400 }, (_, i) => ({ i, text: '王'.repeat(i % 700) }));
  const chunker = new Chunker();
  const chunks = [...rows.map((row) => chunker.add(row)), chunker.end()].flatMap((it) => it ?? []);
  expect(chunks.length).toBeGreaterThan(3);
  expect(chunks.flatMap(({ chunk }) => rowsOf(chunk.text))).toEqual(rows);
  let first = 0;
  for (const { chunk, first: its } of chunks) {
    expect([its, chunk.hash]).toEqual([first, sha256(chunk.text)]);
    // In bytes of UTF-8, and not so small that there were too many.
    expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(MOST);
    first += rowsOf(chunk.text).length;
  }
  for (const { chunk } of chunks.slice(0, -1)) expect(Buffer.byteLength(chunk.text)).toBeGreaterThan(MOST - 2_200);
  expect(chunksOf(rows)).toEqual(chunks.map(({ chunk }) => chunk));
  expect(chunker.end()).toBeUndefined();
});

test('a chunk is filled to the byte before the next one begins', () => {
  // Two rows: each is its text in quotes and a comma, in two brackets.
  const row = (bytes: number) => 'x'.repeat(bytes - 3);
  expect(chunksOf([row(150_000), row(149_998)])).toHaveLength(1);
  expect(chunksOf([row(150_000), row(149_999)])).toHaveLength(2);
});

test('what is read is what was sealed, or an error that names it', () => {
  const [chunk] = chunksOf([{ a: 1 }]);
  if (!chunk) throw new Error('there is a chunk');
  const id = chunkId(chunk.hash);
  expect(id).toBe(`chk_${chunk.hash}`);
  expect(contentOf({ id, text: chunk.text })).toEqual({ hash: chunk.hash, rows: [{ a: 1 }] });
  expect(() => contentOf({ id, text: '[{"a":2}]' })).toThrow(`the content of ${id} was changed`);
  expect(found('h', 0)).toBe(0);
  expect(() => found('h', undefined)).toThrow('the chunk h of a sealed statement is missing');
});
