import { beforeAll, describe, expect, test } from 'vitest';
import { getStatement } from '../../functions/api/get-statement.ts';
import { listStatementLines } from '../../functions/api/list-statement-lines.ts';
import { listStatements } from '../../functions/api/list-statements.ts';
import { lineView, page, statementView } from '../../functions/contract/answers.ts';
import type { Services } from '../../functions/services.ts';
import { movementsOf } from '../../functions/statement/lines.ts';
import { makeStatement } from '../../functions/statement/statement.ts';
import { BadCursor } from '../../functions/table/table.ts';
import { DAY } from '../../functions/time.ts';
import { NOON, orderAfter } from '../support/orders.ts';
import { aMerchant, aSale, DELAY, newShop, type Shop } from './shop.ts';

const merchant = aMerchant();
const other = aMerchant({ id: 'mer_bbbbcccc' });
const DUE = Date.parse('2026-03-01T16:00:00.000Z') + DELAY;
const ID = `${merchant.id}.2026-03-01`;
const SALES = 3_000;

let shop: Shop;
beforeAll(async () => {
  shop = await newShop();
  for (const it of [merchant, other]) await shop.setUp(it, NOON);
  for (let i = 0; i < SALES; i += 1)
    await shop.sell(merchant, { no: `${i}`, paidAt: NOON + i, amount: 1 + i, storeId: `s${i % 3}` });
  await shop.sell(other, { no: '1', paidAt: NOON });
  await shop.run(DUE);
  for (const i of [1, 2, 3]) await shop.sell(merchant, { no: `day-${i}`, paidAt: NOON + i * DAY });
  await shop.run(DUE + 3 * DAY);
});

/** A request of a merchant's back office. */
const asking = <P, Q>(params: P, query: Q, merchantId = merchant.id) => ({
  params,
  query,
  body: undefined,
  caller: { keyid: 'bko_1.1', merchantId, scopes: ['statements:read' as const] },
  deadline: { endsAt: Number.POSITIVE_INFINITY },
});
// These handlers touch the statements only.
const services = () => ({ statements: shop.statements }) as Services;

const lines = async (query: { limit?: number; cursor?: string }, statementId = ID, merchantId = merchant.id) => {
  const { body } = await listStatementLines(services(), asking({ statementId }, query, merchantId));
  return page(lineView()).parse(body);
};
const statements = async (
  query: { from?: string; to?: string; limit?: number; cursor?: string },
  merchantId = merchant.id,
) => {
  const { body } = await listStatements(services(), asking({}, query, merchantId));
  return page(statementView()).parse(body);
};

describe('F64: a statement of several chunks', () => {
  test('is kept in pieces of at most 300 KB, and of more than one', async () => {
    const statement = await shop.statements.get(ID);
    expect(statement?.lineChunks.length).toBeGreaterThan(3);
    for (const { hash } of statement?.lineChunks ?? []) {
      const chunk = await shop.tables.statements.get(`chk_${hash}`);
      expect(Buffer.byteLength(String(chunk?.text))).toBeLessThanOrEqual(300_000);
    }
  });

  test.each([100, 77])('is listed completely and in order, %i lines a page', async (limit) => {
    const seen: number[] = [];
    const grosses: number[] = [];
    let cursor: string | null = null;
    do {
      const answer: Awaited<ReturnType<typeof lines>> = await lines({ limit, ...(cursor !== null && { cursor }) });
      seen.push(...answer.data.map(({ lineNo }) => lineNo));
      grosses.push(...answer.data.map(({ gross }) => gross));
      cursor = answer.nextCursor;
      expect(answer.data.length).toBe(cursor === null ? SALES % limit || limit : limit);
    } while (cursor !== null);
    const numbers = Array.from({ length: SALES }, (_, i) => i + 1);
    expect(seen).toEqual(numbers);
    expect(grosses).toEqual(numbers);
  });

  test('loses no line where a page ends just before or behind the edge of a chunk', async () => {
    const statement = await shop.statements.get(ID);
    if (!statement) throw new Error('the statement is missing');
    for (const { firstLine } of statement.lineChunks.slice(1)) {
      for (const last of [firstLine - 2, firstLine - 1, firstLine]) {
        const { cursor, rows } = await shop.statements.lines(statement, { limit: last, cursor: undefined });
        expect([rows.length, rows.at(-1)?.lineNo]).toEqual([last, last]);
        const next = await shop.statements.lines(statement, { limit: 2, cursor });
        expect(next.rows.map(({ lineNo }) => lineNo)).toEqual([last + 1, last + 2]);
      }
    }
  });

  test('does not answer with content that was changed in the table', async () => {
    const statement = await shop.statements.get(`${merchant.id}.2026-03-02`);
    const id = `chk_${statement?.lineChunks[0]?.hash}`;
    const chunk = await shop.tables.statements.get(id);
    const text = String(chunk?.text);
    await shop.tables.statements.replace({ ...chunk, text: text.replace('1000', '1001') }, 1);
    await expect(lines({}, `${merchant.id}.2026-03-02`)).rejects.toThrow('was changed');
    await shop.tables.statements.replace({ ...chunk, text }, 1);
    expect(await lines({}, `${merchant.id}.2026-03-02`)).toMatchObject({ data: [{ gross: 1000 }], nextCursor: null });
  });
});

describe('F64: a merchant of four thousand stores', () => {
  const many = aMerchant({ id: 'mer_manystores' });
  const days = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'];
  beforeAll(async () => {
    const { order, payment } = aSale(many, { no: '1', paidAt: NOON });
    const [line] = movementsOf(orderAfter(order, [payment, NOON]), many, '2026-03-01').movements;
    if (!line) throw new Error('a sale is a line');
    const lines = Array.from({ length: 4_000 }, (_, i) => ({ ...line, storeId: `store-${i}`, orderId: `ord_${i}` }));
    for (const day of days) {
      const frame = { merchantId: many.id, day, zone: many.zone, sealedAt: NOON, previousHash: null };
      const { statement, chunks } = makeStatement(frame, lines);
      await shop.statements.seal(statement, chunks);
    }
  });

  test('has its totals in chunks, and lists in pages that fit into an answer', async () => {
    expect(await shop.statements.get(`${many.id}.2026-03-01`)).not.toHaveProperty('totalsText');
    const seen: string[] = [];
    let cursor: string | null = null;
    let largest = 0;
    do {
      const answer: Awaited<ReturnType<typeof statements>> = await statements(
        { limit: 100, ...(cursor !== null && { cursor }) },
        many.id,
      );
      largest = Math.max(largest, JSON.stringify(answer).length);
      for (const { day, totals } of answer.data) expect([day, totals.length]).toEqual([day, 4_000]);
      seen.push(...answer.data.map(({ day }) => day));
      cursor = answer.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...days].reverse());
    expect(largest).toBeGreaterThan(2_000_000);
    expect(largest).toBeLessThan(4_000_001);
  });
});

describe('the API', () => {
  test('answers one statement with its totals', async () => {
    const { status, body } = await getStatement(services(), asking({ statementId: ID }, {}));
    expect(status).toBe(200);
    expect(statementView().parse(body)).toMatchObject({
      statementId: ID,
      lineCount: SALES,
      totals: ['s0', 's1', 's2'].map((storeId) => ({ storeId, payments: { count: SALES / 3 } })),
    });
  });

  test('lists statements, the newest first, page by page', async () => {
    const all = await statements({});
    expect(all.data.map(({ day }) => day)).toEqual(['2026-03-04', '2026-03-03', '2026-03-02', '2026-03-01']);
    expect(all.nextCursor).toBeNull();
    const first = await statements({ limit: 3 });
    const second = await statements({ limit: 3, cursor: first.nextCursor ?? '' });
    expect([...first.data, ...second.data]).toEqual(all.data);
    expect(second.nextCursor).toBeNull();
    const some = await statements({ from: '2026-03-02', to: '2026-03-03' });
    expect(some.data).toEqual(all.data.slice(1, 3));
    const range = { from: '2026-03-02', to: '2026-03-03', limit: 1 };
    const { data, nextCursor } = await statements(range);
    expect([...data, ...(await statements({ ...range, cursor: nextCursor ?? '' })).data]).toEqual(some.data);
  });

  test('F65: answers for the statement of another merchant exactly as for none', async () => {
    const refusal = async (run: () => Promise<unknown>) => run().catch((error) => error.body('req'));
    const foreign = `${other.id}.2026-03-01`;
    const none = `${merchant.id}.2026-02-01`;
    const empty = `${other.id}.2026-03-02`;
    const refusals = await Promise.all([
      refusal(() => getStatement(services(), asking({ statementId: none }, {}))),
      refusal(() => getStatement(services(), asking({ statementId: foreign }, {}))),
      refusal(() => getStatement(services(), asking({ statementId: empty }, {}, other.id))),
      refusal(() => lines({}, none)),
      refusal(() => lines({}, foreign)),
    ]);
    expect(refusals[0]).toMatchObject({ status: 404, code: 'not_found' });
    expect(refusals).toEqual(refusals.map(() => refusals[0]));
    expect((await statements({}, other.id)).data.map(({ statementId }) => statementId)).toEqual([foreign]);
  });

  test('refuses cursors of other lists, other days and other statements, and days in the wrong order', async () => {
    const { nextCursor: ofStatements } = await statements({ limit: 1 });
    const { nextCursor: ofLines } = await lines({ limit: 1 });
    const cursors = { ofStatements: ofStatements ?? '', ofLines: ofLines ?? '' };
    await expect(statements({ cursor: cursors.ofLines })).rejects.toThrow(BadCursor);
    await expect(statements({ cursor: cursors.ofStatements }, other.id)).rejects.toThrow(BadCursor);
    await expect(statements({ cursor: cursors.ofStatements, to: '2026-03-02' })).rejects.toThrow(BadCursor);
    await expect(statements({ cursor: cursors.ofStatements, from: '2026-03-09' })).rejects.toThrow(BadCursor);
    await expect(lines({ cursor: cursors.ofStatements })).rejects.toThrow(BadCursor);
    await expect(lines({ cursor: cursors.ofLines }, `${merchant.id}.2026-03-02`)).rejects.toThrow(BadCursor);
    await expect(lines({ cursor: 'AAAA' })).rejects.toThrow(BadCursor);
    await expect(statements({ from: '2026-03-02', to: '2026-03-01' })).rejects.toMatchObject({ code: 'malformed' });
  });
});
