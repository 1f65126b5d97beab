/** The document over the lines of a day, however many: nothing is lost on the way into its chunks, and it names them all. */
import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../functions/statement/chunks.ts';
import { compact, completed } from '../../functions/statement/forms.ts';
import { compareMovements, type Line, lineView, type Movement } from '../../functions/statement/lines.ts';
import { hashOf, makeStatement, StatementMaker, statementView } from '../../functions/statement/statement.ts';
import { tallyOf } from '../../functions/statement/totals.ts';
import { DAY } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';

const frame = { merchantId: 'mer_a', day: '2026-03-01', zone: 'UTC', sealedAt: NOON + DAY, previousHash: 'before' };
const movement = (i: number, more: Partial<Movement> = {}): Movement => ({
  ...{ type: 'payment', late: false, businessDay: '2026-03-01', storeId: 'main', terminalId: null, operatorId: null },
  occurredAt: new Date(NOON + i).toISOString(),
  ...{ orderId: `ord_${i}`, merchantOrderNo: `${i}`, refundNo: null, channel: 'alipay', channelTradeNo: `t${i}` },
  ...{ currency: 'CNY', gross: 1000, fee: 6, net: 994, ratePpm: 6000, feeMinimum: null, feeCap: null },
  ...{ feeOnRefund: 'kept', agreementId: 'agr_1', received: more.gross ?? 1000, attempt: 1 },
  ...{ saleStoreId: 'main', saleTerminalId: null, ...more },
});
const rowsOf = <T>(hashes: readonly string[], chunks: readonly Chunk[]): T[] =>
  hashes.flatMap((hash) => JSON.parse(chunks.find((chunk) => chunk.hash === hash)?.text ?? 'null'));

describe('a day of 2,000 lines', () => {
  const made = () => {
    const movements = Array.from({ length: 2_000 }, (_, i) => movement(i));
    const maker = new StatementMaker();
    const early = movements.flatMap((it) => maker.add(it) ?? []);
    const { statement, chunks } = maker.finish(frame);
    return { movements, early, late: chunks, statement, chunks: [...early, ...chunks] };
  };

  test('has each of them in a chunk, numbered from 1, and says with which number each chunk begins', () => {
    const { movements, early, statement, chunks } = made();
    expect(statement.lineCount).toBe(2_000);
    const hashes = statement.lineChunks.map(({ hash }) => hash);
    const lines = rowsOf<Line>(hashes, chunks);
    expect(lines).toEqual(movements.map((it, i) => ({ lineNo: i + 1, ...compact(it) })));
    expect(completed(lines)).toEqual(movements.map((it, i) => ({ lineNo: i + 1, ...it })));
    expect(statement.lineChunks.map(({ firstLine }) => firstLine)).toEqual(
      hashes.map((hash) => rowsOf<Line>([hash], chunks)[0]?.lineNo),
    );
    // Full chunks are given away at once: memory holds one.
    expect(early.map(({ hash }) => hash)).toEqual(hashes.slice(0, -1));
    expect(early.length).toBeGreaterThan(1);
  });

  test('is the same document when it is made at once, from lines in any order', () => {
    const { movements, statement, chunks } = made();
    expect(makeStatement(frame, movements.toReversed())).toEqual({ statement, chunks });
  });
});

describe('a small day', () => {
  const lines = () => [movement(1), movement(2, { type: 'refund', refundNo: 'r', gross: -1000, fee: -6, net: -994 })];

  test('keeps its few totals in itself, and names every chunk that it gives away', () => {
    const { statement, chunks } = makeStatement(frame, lines());
    const { totals, terminals, checks } = tallyOf(lines());
    const [line, tills, ...more] = chunks;
    expect([JSON.parse(line?.text ?? ''), JSON.parse(tills?.text ?? ''), more]).toEqual([
      ...[lines().map((it, i) => ({ lineNo: i + 1, ...compact(it) })), terminals, []],
    ]);
    const { hash, totalsChunks, ...content } = statement;
    expect(content).toEqual({
      ...{ ...frame, statementId: 'mer_a.2026-03-01', lineCount: 2, checks, totalsText: JSON.stringify(totals) },
      ...{ lineChunks: [{ hash: line?.hash, firstLine: 1 }], terminalsChunks: [tills?.hash] },
    });
    expect(totalsChunks).toHaveLength(1);
    expect(hash).toBe(hashOf(statement));
    expect(statementView(statement, totals)).toEqual({
      ...{ statementId: 'mer_a.2026-03-01', day: '2026-03-01', zone: 'UTC', sealedAt: '2026-03-02T04:00:00.000Z' },
      ...{ previousHash: 'before', hash, lineCount: 2, totals, checks },
    });
  });

  test('of very many stores has its totals in chunks, with the same hash as if they were in itself', () => {
    const stores = (count: number) =>
      Array.from({ length: count }, (_, i) => movement(i, { storeId: `s${i}`.padEnd(32, '-') }));
    for (const [count, isInside] of [
      [100, true],
      [200, false],
      [2_000, false],
    ] as const) {
      const movements = stores(count);
      const { statement, chunks } = makeStatement(frame, movements);
      expect(statement.totalsText !== undefined).toBe(isInside);
      const held = isInside ? JSON.parse(statement.totalsText ?? '') : rowsOf(statement.totalsChunks, chunks);
      expect(held).toEqual(tallyOf(movements).totals);
      expect(statement.totalsChunks.length > 1).toBe(count === 2_000);
      expect(hashOf(statement)).toBe(statement.hash);
    }
  });

  test('is empty before its first line, and takes none that belongs before the last', () => {
    const maker = new StatementMaker();
    expect(maker.isEmpty).toBe(true);
    maker.add(movement(2));
    expect(maker.isEmpty).toBe(false);
    expect(() => maker.add(movement(1))).toThrow('the fact of ord_1 comes after a later one');
  });

  test('does not show the attempt that its fact is marked by', () => {
    expect(lineView({ lineNo: 1, ...movement(1) })).not.toHaveProperty('attempt');
  });
});

test('lines stand by time, order, attempt, and a payment before its refunds by their number', () => {
  const at = (occurredAt: string, orderId: string, attempt: number, refundNo: string | null) =>
    movement(0, { occurredAt, orderId, attempt, refundNo });
  const sorted = [
    at('2026-03-01T04:00:00.000Z', 'ord_b', 2, 'r9'),
    at('2026-03-01T05:00:00.000Z', 'ord_a', 2, 'r9'),
    at('2026-03-01T05:00:00.000Z', 'ord_b', 1, 'r9'),
    at('2026-03-01T05:00:00.000Z', 'ord_b', 2, null),
    at('2026-03-01T05:00:00.000Z', 'ord_b', 2, 'r1'),
    at('2026-03-01T05:00:00.000Z', 'ord_b', 2, 'r2'),
    at('2026-03-01T05:00:00.000Z', 'ord_b', 10, null),
  ];
  for (const [i, a] of sorted.entries())
    for (const [j, b] of sorted.entries()) expect(Math.sign(compareMovements(a, b))).toBe(Math.sign(i - j));
});
