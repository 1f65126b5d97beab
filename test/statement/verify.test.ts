import { beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../functions/statement/chunks.ts';
import { hashOf } from '../../functions/statement/statement.ts';
import { type Verification, verifyStatements } from '../../functions/statement/verify.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { busyDay, busyMerchant, play } from './busy-day.ts';
import { DELAY, newShop, refundRequested, type Shop, type Tables } from './shop.ts';
import { edit, findingsOf } from './verifying.ts';

const merchant = busyMerchant();
const DUE = Date.parse('2026-03-01T16:00:00.000Z') + DELAY;
const idOf = (day: string) => `${merchant.id}.${day}`;
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03'];

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
  await shop.setUp(merchant, NOON);
  await play(shop, busyDay(merchant, { seed: 1, orders: 60 }));
  await shop.run(DUE + 5 * DAY);
});

const verify = (tables: Tables = shop.tables): Promise<Verification> =>
  verifyStatements(
    shop.services(() => DUE + 5 * DAY, tables),
    merchant.id,
  );
const found = async (tables?: Tables) => findingsOf(await verify(tables));

/** The table without some of its items: nothing deletes there, but somebody might. */
const without = (table: Table, ...gone: string[]): Table => ({
  get: async (key) => (gone.includes(key) ? undefined : table.get(key)),
  getMany: (keys) => table.getMany(keys.filter((key) => !gone.includes(key))),
  create: (item) => table.create(item),
  replace: (item, seen) => table.replace(item, seen),
  query: (query) => table.query(query),
});
/** Puts other content into a statement, with every hash of it made to fit: only orders and successors can tell. */
async function forge(day: string, change: (text: string) => string): Promise<void> {
  const { statements } = shop.tables;
  const root = await statements.get(idOf(day));
  const chunks = root?.lineChunks as { hash: string; firstLine: number }[];
  const text = change(String((await statements.get(`chk_${chunks[0]?.hash}`))?.text));
  await statements.create({ id: `chk_${sha256(text)}`, version: 1, text });
  const lineChunks = [{ hash: sha256(text), firstLine: 1 }, ...chunks.slice(1)];
  await edit(statements, idOf(day), (item) => {
    const forged = { ...item, lineChunks } as unknown as Parameters<typeof hashOf>[0] & Item;
    return { ...forged, hash: hashOf(forged) };
  });
}

describe('verification', () => {
  test('I12: finds nothing in statements as they were sealed, counts them, and hears of each', async () => {
    const heard: string[] = [];
    const result = await verifyStatements(
      shop.services(() => DUE),
      merchant.id,
      ({ day }, findings) => void heard.push(`${day} ${findings.length}`),
    );
    const books = await shop.books(merchant.id);
    expect(result).toEqual({
      merchantId: merchant.id,
      statements: books.length,
      lines: books.reduce((sum, { lines }) => sum + lines.length, 0),
      findings: [],
    });
    expect(heard).toEqual(['2026-03-03 0', '2026-03-02 0', '2026-03-01 0']);
    expect(books.map(({ statement }) => statement.day)).toEqual(DAYS);
  });

  test('F60: a statement whose facts are not marked yet, because its run died, is in order', async () => {
    const other = await newShop();
    await other.setUp(merchant, NOON);
    await play(other, busyDay(merchant, { seed: 2, orders: 20 }));
    let writes = 0;
    const dying = other.tables.orders;
    const tables = {
      ...other.tables,
      orders: {
        ...without(dying),
        replace: async (item: Item, seen: number) => {
          writes += 1;
          if (writes > 3) throw new Error('killed');
          return dying.replace(item, seen);
        },
      },
    };
    await other.run(DUE, tables);
    expect(await other.statements.head(merchant.id)).toMatchObject({ lastDay: '2026-02-28' });
    expect(
      await verifyStatements(
        other.services(() => DUE),
        merchant.id,
      ),
    ).toMatchObject({
      statements: 1,
      findings: [],
    });
  });

  test('F61: a refund that became known after the day was sealed changes nothing of what an earlier line returned', async () => {
    const other = await newShop();
    await other.setUp(merchant, NOON);
    // A fee of 1, of which the first half returns 1 and the second 0.
    const order = await other.sell(merchant, { no: '1', paidAt: NOON, amount: 100 });
    const first = await other.refund(order, 'r-2', 50, NOON + 2 * HOUR);
    await other.run(DUE);
    const known = DUE + HOUR;
    const asked = await other.orders.apply(
      (await other.orders.get(first.orderId)) ?? first,
      refundRequested('r-1', 50),
      known,
    );
    await other.orders.apply(asked.order, { type: 'refund_succeeded', refundNo: 'r-1', at: NOON + HOUR }, known);
    await other.run(DUE + DAY);
    const fees = (await other.books(merchant.id)).map(({ lines }) => lines.map(({ fee }) => 0 + fee));
    expect(fees).toEqual([[1, -1], [0]]);
    expect(
      await verifyStatements(
        other.services(() => DUE + DAY),
        merchant.id,
      ),
    ).toMatchObject({ statements: 2, findings: [] });
  });

  test('F63: terms that are added later, for any day, change no line', async () => {
    const more = ['2026-01-02', '2026-03-01', '2026-03-02'].flatMap((validFrom) =>
      merchant.agreements.map((it) => ({
        ...it,
        validFrom,
        agreementId: `${it.agreementId}_${validFrom}`,
        ratePpm: 9999,
      })),
    );
    await shop.setUp({ ...merchant, agreements: [...merchant.agreements, ...more] }, NOON);
    expect(await found()).toEqual([]);
  });

  test('a merchant without statements is said to be none', async () => {
    await expect(
      verifyStatements(
        shop.services(() => DUE),
        'mer_none',
      ),
    ).rejects.toThrow(/no merchant mer_none/);
  });
});

describe('verification finds', () => {
  test('a statement that is missing, at the end, in the middle, at the beginning', async () => {
    const hashes = (await shop.books(merchant.id)).map(({ statement }) => statement.hash);
    const lacking = (i: number) => {
      const id = idOf(DAYS[i] ?? '');
      return found({ ...shop.tables, statements: without(shop.tables.statements, id) });
    };
    expect(await lacking(2)).toEqual([
      '2026-03-03 chain: the day was never decided',
      `2026-03-02 chain: its successor follows ${hashes[2]}, and this is ${hashes[1]}`,
    ]);
    expect(await lacking(1)).toEqual([
      '2026-03-02 chain: the day was never decided',
      `2026-03-01 chain: its successor follows ${hashes[1]}, and this is ${hashes[0]}`,
    ]);
    expect(await lacking(0)).toEqual([` chain: the statement ${hashes[0]} is missing`]);
  });

  test('a root that was edited, with or without a hash that fits', async () => {
    await edit(shop.tables.statements, idOf('2026-03-02'), (item) => ({ ...item, lineCount: 1 }));
    expect(await found()).toEqual([
      '2026-03-02 hash: its hash is not that of its content',
      '2026-03-02 lines: it has not 1 lines',
    ]);
  });

  test('a chunk that was edited or is missing', async () => {
    const root = await shop.tables.statements.get(idOf('2026-03-01'));
    const key = `chk_${(root?.lineChunks as { hash: string }[] | undefined)?.[0]?.hash}`;
    expect(await found({ ...shop.tables, statements: without(shop.tables.statements, key) })).toEqual([
      `2026-03-01 chunks: the chunk ${key.slice(4)} of a sealed statement is missing`,
    ]);
    await edit(shop.tables.statements, key, (item) => ({ ...item, text: `${item.text} ` }));
    expect(await found()).toEqual([`2026-03-01 chunks: the content of ${key} was changed`]);
  });

  test('totals in the root that were edited', async () => {
    await edit(shop.tables.statements, idOf('2026-03-01'), (item) => ({
      ...item,
      totalsText: String(item.totalsText).replace('"lateLines":0', '"lateLines":1'),
    }));
    expect(await found()).toEqual([`2026-03-01 chunks: the totals of ${idOf('2026-03-01')} were changed`]);
  });

  test('F62: a fee that was changed by whoever can make all hashes fit', async () => {
    const before = (await shop.books(merchant.id))[1]?.statement.hash;
    await forge('2026-03-02', (text) =>
      text.replace(/"fee":(-?\d+),"net":(-?\d+)/, (_, fee, net) => `"fee":${Number(fee) - 1},"net":${Number(net) + 1}`),
    );
    const found02 = (await found()).filter((finding) => finding.startsWith('2026-03-02'));
    expect(found02).toEqual([
      expect.stringMatching(`chain: its successor follows ${before}`),
      expect.stringMatching(/orders: line 1: fee is -?\d+, and -?\d+ by order ord_/),
      expect.stringMatching(/totals: the totals per store are not the sums/),
      expect.stringMatching(/totals: the totals per terminal and operator are not the sums/),
      expect.stringMatching(/checks: the checks are not those of the lines/),
    ]);
  });

  test('a line that does not add up, is out of order, or stands twice', async () => {
    await forge('2026-03-01', (text) => {
      const [first, second, ...rest] = JSON.parse(text);
      return JSON.stringify([first, { ...first, lineNo: 2 }, { ...second, lineNo: 4, net: 0, late: true }, ...rest]);
    });
    const findings = (await found()).join('\n');
    expect(findings).toContain('line 2 is out of order, or the same fact again');
    expect(findings).toContain('line 4 follows line 2');
    expect(findings).toContain('lines: line 4 is of 2026-03-01');
    expect(findings).toMatch(/line 4 says net 0, and is -?\d+/);
    expect(findings).toMatch(/orders: ord_\w+ has 2 facts of this statement, on 3 lines/);
  });

  test('an order whose payment or refund was edited, and one that is gone', async () => {
    const [book] = await shop.books(merchant.id);
    const line = book?.lines.find(({ type }) => type === 'payment');
    const key = line?.orderId ?? '';
    await edit(shop.tables.orders, key, (item) => ({
      ...item,
      version: 1_000,
      payments: (item.payments as object[]).map((payment) => ({ ...payment, tradeNo: 'other' })),
    }));
    expect(await found()).toContain(
      `2026-03-01 orders: line ${line?.lineNo}: channelTradeNo is ${line?.channelTradeNo}, and other by order ${key}`,
    );
    expect((await found({ ...shop.tables, orders: without(shop.tables.orders, key) }))[0]).toMatch(
      'the order is missing',
    );
  });

  test('F63: an agreement that was edited in place', async () => {
    const agreements = merchant.agreements.map((it) => (it.currency === 'JPY' ? { ...it, ratePpm: 14_000 } : it));
    await shop.setUp({ ...merchant, agreements }, NOON);
    const findings = await found();
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings)
      expect(finding).toMatch(/orders: line \d+: its terms are not those of agreement agr_jpy/);
  });
});
