/** Pages of a statement's lines and totals: only what a page needs is read, and no altered or crossDay content answered. */
import { beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../functions/statement/chunks.ts';
import type { Statement } from '../../functions/statement/statement.ts';
import { Statements } from '../../functions/statement/statements.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { BadCursor, STATEMENTS, type Table, writeCursor } from '../../functions/table/table.ts';
import { fail, wrapped } from './shop.ts';

let table: Table;
let store: Statements;
let read: string[];
beforeEach(() => {
  const memory = new MemoryTable(STATEMENTS);
  read = [];
  table = {
    ...wrapped(memory),
    get: async (key) => {
      read.push(key);
      return memory.get(key);
    },
    getMany: async (keys) =>
      keys.length > 100 || new Set(keys).size < keys.length ? fail('too many keys at once') : memory.getMany(keys),
  };
  store = new Statements(table, 1);
});
async function chunkOf(rows: readonly unknown[]): Promise<string> {
  const text = JSON.stringify(rows);
  await table.create({ id: `chk_${sha256(text)}`, version: 1, text });
  return sha256(text);
}
/** A row of totals as it was stored before sums knew what was received, and as it is answered. */
const sums = (count: number) => ({
  ...{ payments: { count, gross: 100 * count }, refunds: { count: 1, gross: -10 }, netSales: 100 * count - 10 },
  ...{ fees: count, feesReturned: 0, feeAdjustments: { count: 0, fee: 0 }, netFees: count },
  ...{ netReceivable: 99 * count - 10, lateLines: 0 },
});
const answered = ({ payments, refunds, ...row }: ReturnType<typeof sums>) => ({
  ...row,
  payments: { ...payments, received: payments.gross },
  refunds: { ...refunds, received: refunds.gross },
  netReceived: row.netSales,
});
const statement = (more: object) => ({ statementId: 's', ...more }) as unknown as Statement;

describe('lines', () => {
  let hashes: string[];
  let its: Statement;
  /** Seven lines in chunks of 2, 2, 2 and 1. */
  beforeEach(async () => {
    const chunks = [[1, 2], [3, 4], [5, 6], [7]];
    hashes = await Promise.all(chunks.map((lines) => chunkOf(lines.map((lineNo) => ({ lineNo })))));
    const lineChunks = chunks.map(([firstLine], i) => ({ hash: hashes[i], firstLine }));
    its = statement({ lineCount: 7, lineChunks });
  });
  const page = async (limit: number, after?: number) => {
    read = [];
    const cursor = after === undefined ? undefined : cursorAt(after);
    const { rows, cursor: next } = await store.lines(its, { limit, cursor });
    const chunks = read.map((key) => hashes.indexOf(key.slice(4)));
    return { lines: rows.map(({ lineNo }) => lineNo), chunks, next };
  };
  const cursorAt = (place: unknown, of = 's', index = 'lines') =>
    writeCursor({ index, partition: of, limit: 1 }, place, of);

  test.each([
    [undefined, 1, [1], [0], 1],
    [undefined, 2, [1, 2], [0], 2],
    [undefined, 3, [1, 2, 3], [0, 1], 3],
    [1, 1, [2], [0], 2],
    [1, 2, [2, 3], [0, 1], 3],
    [2, 1, [3], [1], 3],
    [2, 2, [3, 4], [1], 4],
    [3, 3, [4, 5, 6], [1, 2], 6],
    [4, 2, [5, 6], [2], 6],
    [5, 1, [6], [2], 6],
    [5, 2, [6, 7], [2, 3], undefined],
    [6, 1, [7], [3], undefined],
    [6, 100, [7], [3], undefined],
    [undefined, 6, [1, 2, 3, 4, 5, 6], [0, 1, 2], 6],
    [undefined, 7, [1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], undefined],
    [undefined, 100, [1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], undefined],
  ])('after %s, %i of them: %j from chunks %j', async (after, limit, lines, chunks, next) => {
    const cursor = next === undefined ? undefined : cursorAt(next);
    expect(await page(limit, after)).toEqual({ lines, chunks, next: cursor });
  });

  test.each([
    ...[0, -1, 7, 8].map((place) => [place, 'the statement has no such row']),
    ...[1.5, '1', null, undefined].map((place) => [place, 'the cursor is of no such list']),
  ])('a cursor at %s is none', async (place, why) => {
    const cursor = cursorAt(place);
    await expect(store.lines(its, { limit: 1, cursor })).rejects.toThrow(String(why));
    await expect(store.lines(its, { limit: 1, cursor })).rejects.toThrow(BadCursor);
  });

  test('a cursor of another statement or list is none', async () => {
    for (const cursor of [cursorAt(1, 'other'), cursorAt(1, 's', 'terminals')])
      await expect(store.lines(its, { limit: 1, cursor })).rejects.toThrow('the cursor is of no such list');
  });

  test('are read chunk by chunk, from any of them on', async () => {
    const from = async (first?: number) => {
      const chunks: number[][] = [];
      for await (const lines of store.linesByChunk(its, first)) chunks.push(lines.map(({ lineNo }) => lineNo));
      return chunks;
    };
    expect(await from()).toEqual([[1, 2], [3, 4], [5, 6], [7]]);
    expect([await from(2), await from(4)]).toEqual([[[5, 6], [7]], []]);
  });

  test('whose chunk is missing or was changed are not answered', async () => {
    const [first = ''] = hashes;
    const without = { ...wrapped(table), get: async () => undefined };
    const lines = (of: Table) => new Statements(of, 1).lines(its, { limit: 1, cursor: undefined });
    await expect(lines(without)).rejects.toThrow(`the chunk ${first} of a sealed statement is missing`);
    await table.replace({ id: `chk_${first}`, version: 2, text: '[{"lineNo":1}]' }, 1);
    await expect(lines(table)).rejects.toThrow(`the content of chk_${first} was changed`);
  });
});

describe('totals per terminal', () => {
  const rows = [1, 2, 3, 4, 5].map((n) => ({ terminalId: `t-${n}`, ...sums(n) }));
  let its: Statement;
  beforeEach(async () => {
    its = statement({ terminalsChunks: [await chunkOf(rows.slice(0, 2)), await chunkOf(rows.slice(2))] });
  });
  const cursorAt = (place: unknown) => writeCursor({ index: 'terminals', partition: 's', limit: 1 }, place, 's');

  test.each([
    [undefined, 2, [1, 2], 2],
    [2, 2, [3, 4], 4],
    [4, 2, [5], undefined],
    [4, 1, [5], undefined],
    [1, 3, [2, 3, 4], 4],
    [undefined, 5, [1, 2, 3, 4, 5], undefined],
  ])('after row %s come up to %i rows', async (after, limit, wanted, next) => {
    const cursor = after === undefined ? undefined : cursorAt(after);
    expect(await store.terminals(its, { limit, cursor })).toEqual({
      rows: wanted.map((n) => answered(rows[n - 1] ?? fail())),
      cursor: next === undefined ? undefined : cursorAt(next),
    });
  });

  test('have no row behind the last one, and none without its chunk', async () => {
    for (const place of [0, 5, 2.5])
      await expect(store.terminals(its, { limit: 1, cursor: cursorAt(place) })).rejects.toThrow(BadCursor);
    const missing = statement({ terminalsChunks: ['none'] });
    await expect(store.terminals(missing, { limit: 1, cursor: undefined })).rejects.toThrow(
      'the chunk none of a sealed statement is missing',
    );
  });
});

describe('totals per store', () => {
  test('are those of each statement, in its root or in chunks, a hundred chunks a read', async () => {
    const many: Statement[] = [];
    const wanted: unknown[][] = [];
    for (let i = 0; i < 105; i += 1) {
      const own = [{ storeId: `${i}`, ...sums(i) }];
      const shared = [{ storeId: 'shared', ...sums(7) }];
      const text = JSON.stringify(own);
      const isInRoot = i % 50 === 7;
      if (isInRoot) many.push(statement({ statementId: `${i}`, totalsChunks: [sha256(text)], totalsText: text }));
      else many.push(statement({ totalsChunks: [await chunkOf(own), await chunkOf(shared)] }));
      wanted.push((isInRoot ? own : [...own, ...shared]).map(answered));
    }
    expect(await store.totals(many)).toEqual(wanted);
    expect(await store.totals([])).toEqual([]);
  });

  test('as they are stored today are answered as they stand', async () => {
    const row = { ...sums(3), payments: { count: 3, gross: 300, received: 280 }, netReceived: 270 };
    const now = { storeId: 's', ...row, refunds: { count: 1, gross: -10, received: -9 } };
    expect(await store.totals([statement({ totalsChunks: [await chunkOf([now])] })])).toEqual([[now]]);
  });

  test('that were changed, or are missing, are not answered', async () => {
    const changed = statement({ totalsChunks: [sha256('[]')], totalsText: '[1]' });
    await expect(store.totals([changed])).rejects.toThrow('the totals of s were changed');
    const missing = statement({ totalsChunks: ['none'] });
    await expect(store.totals([missing])).rejects.toThrow('the chunk none of a sealed statement is missing');
    const hash = await chunkOf([1]);
    await table.replace({ id: `chk_${hash}`, version: 2, text: '[2]' }, 1);
    await expect(store.totals([statement({ totalsChunks: [hash] })])).rejects.toThrow(
      `the content of chk_${hash} was changed`,
    );
  });
});
