/** F60, F62: what verification finds, to the word, in statements that somebody has changed and made to fit. */
import { beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../functions/statement/chunks.ts';
import type { Line } from '../../functions/statement/lines.ts';
import { hashOf } from '../../functions/statement/statement.ts';
import { verifyStatements } from '../../functions/statement/verify.ts';
import type { Item, Table } from '../../functions/table/table.ts';
import { DAY, HOUR } from '../../functions/time.ts';
import { DAYS, END, fail, merchant, ReportShop, wrapped } from '../reconciliation/shop.ts';
import { NOON } from '../support/orders.ts';
import { anAgreement, DELAY, newShop } from './shop.ts';
import { edit, findingsOf } from './verifying.ts';

const DUE = END + DELAY;
const idOf = (day: string) => `${merchant.id}.${day}`;
const [FIRST, SECOND] = DAYS;

let it: ReportShop;
let orderIds: readonly string[];
/** Two sales, one with a refund; on the second day another, and an adjustment of the first one's fee and of the refund's. */
beforeEach(async () => {
  it = new ReportShop(await newShop());
  it.shards = 16;
  await it.shop.setUp(merchant, NOON);
  const one = await it.shop.refund(await it.sell({ no: '1', paidAt: NOON }), 'r-1', 100, NOON + HOUR);
  const two = await it.sell({ no: '2', paidAt: NOON + 2 * HOUR });
  await it.seal(DUE);
  const { orders } = it.services();
  const of = async () => it.order(one);
  await orders.apply(await of(), { type: 'fee_charged', n: 1, fee: 9, lineFee: 6 }, END + HOUR);
  await orders.apply(await of(), { type: 'fee_charged', n: 1, refundNo: 'r-1', fee: -2, lineFee: -1 }, END + HOUR);
  await orders.apply(await of(), { type: 'fee_charged', n: 1, fee: 8, lineFee: 6 }, END + 2 * HOUR);
  const three = await it.sell({ no: '3', paidAt: END + 3 * HOUR });
  await it.seal(DUE + DAY);
  orderIds = [one.orderId, two.orderId, three.orderId];
});

const verify = (tables = it.tables) => verifyStatements(it.services(tables), merchant.id);
const found = async (tables = it.tables) => findingsOf(await verify(tables));
const hashes = async () => (await it.shop.books(merchant.id)).map(({ statement }) => statement.hash);
/** The day's document with other lines, or other members, and a hash that fits; its successor is told of it. */
async function forge(
  day: string,
  change: (lines: Line[]) => readonly (Line | object)[],
  more: (item: Item) => object = () => ({}),
): Promise<void> {
  const { statements } = it.tables;
  const root = (await statements.get(idOf(day))) ?? fail();
  const chunks = root.lineChunks as { hash: string }[];
  const lines = JSON.parse(String((await statements.get(`chk_${chunks[0]?.hash}`))?.text));
  const text = JSON.stringify(change(lines));
  await statements.create({ id: `chk_${sha256(text)}`, version: 1, text });
  await edit(statements, idOf(day), (item) => {
    const forged = { ...item, lineChunks: [{ hash: sha256(text), firstLine: 1 }], ...more(item) };
    return { ...forged, hash: hashOf(forged as unknown as Parameters<typeof hashOf>[0]) };
  });
  const { hash } = (await statements.get(idOf(day))) ?? fail();
  if (day === FIRST) {
    await edit(statements, idOf(SECOND), () => ({ previousHash: hash }));
    await edit(statements, idOf(SECOND), (item) => ({ hash: hashOf(item as unknown as Parameters<typeof hashOf>[0]) }));
  }
  await edit(statements, `head_${merchant.id}`, () => ({}));
  const last = ((await statements.get(idOf(SECOND))) ?? fail()).hash;
  await edit(statements, `head_${merchant.id}`, () => ({ lastHash: last }));
}
/** Changes one line of the first day: a payment, a refund, a payment. */
const forgeLine = (place: number, change: (line: Line) => object) =>
  forge(FIRST, (lines) => lines.map((line, i) => (i === place ? { ...line, ...change(line) } : line)));
const notTheSums = [
  `${FIRST} totals: the totals per store are not the sums of the lines`,
  `${FIRST} totals: the totals per terminal and operator are not the sums of the lines`,
];
const notTheChecks = `${FIRST} checks: the checks are not those of the lines`;
const line = (n: number, told: string, what = 'lines') => `${FIRST} ${what}: line ${n} ${told}`;
const ofOrder = (n: number, told: string) => `${FIRST} orders: line ${n}: ${told}`;

test('what was sealed holds, adjustments and all', async () => {
  const heard: unknown[] = [];
  const result = await verifyStatements(it.services(), merchant.id, (...given) => void heard.push(given));
  expect(result).toEqual({ merchantId: merchant.id, statements: 2, lines: 7, findings: [] });
  const books = await it.shop.books(merchant.id);
  expect(heard).toEqual(books.reverse().map(({ statement }) => [statement, []]));
  expect(await verify()).toEqual(result);
});

test('a merchant, or its head, that is not there is no merchant with statements', async () => {
  const message = `there is no merchant ${merchant.id} with statements`;
  const nothing = (table: Table) => ({ ...wrapped(table), get: async () => undefined });
  await expect(verify({ ...it.tables, directory: nothing(it.tables.directory) })).rejects.toThrow(message);
  await expect(verify({ ...it.tables, statements: nothing(it.tables.statements) })).rejects.toThrow(message);
});

describe('a line that somebody has changed', () => {
  test('a changed net is found', async () => {
    await forgeLine(0, () => ({ net: 1 }));
    expect(await found()).toEqual([
      line(1, 'says net 1, and is 994'),
      ofOrder(1, `net is 1, and 994 by order ${orderIds[0]}`),
      ...notTheSums,
      notTheChecks,
      `${FIRST} checks: it does not add up`,
    ]);
  });

  test.each<[number, object, string, string]>([
    [0, { gross: 0, net: -6 }, 'has a wrong sign', 'gross is 0, and 1000'],
    [0, { fee: -1, net: 1001 }, 'has a wrong sign', 'fee is -1, and 6'],
    [1, { gross: 0, net: 1 }, 'has a wrong sign', 'gross is 0, and -100'],
    [1, { fee: 1, net: -101 }, 'has a wrong sign', 'fee is 1, and -1'],
  ])('line %i of the first day to %j', async (place, change, told, byOrder) => {
    await forgeLine(place, () => change);
    expect(await found()).toEqual([
      line(place + 1, told),
      ofOrder(place + 1, `${byOrder} by order ${orderIds[0]}`),
      ...notTheSums,
      notTheChecks,
    ]);
  });

  test.each([
    [0, { fee: 0, net: 1000 }, 'fee is 0, and 6'],
    [1, { fee: 0, net: -100 }, 'fee is 0, and -1'],
  ])('a line %i without its fee, whose sign is right, is found', async (place, change, byOrder) => {
    await forgeLine(place, () => change);
    expect(await found()).toEqual([
      ofOrder(place + 1, `${byOrder} by order ${orderIds[0]}`),
      ...notTheSums,
      notTheChecks,
    ]);
  });

  test.each([
    ['has a wrong sign', { gross: 1, net: -2 }],
    ['has a wrong sign', { fee: 0, net: 0 }],
  ])('an adjustment that %s with %j is found', async (told, change) => {
    await forge(SECOND, (lines) => lines.map((it, i) => (i === 0 ? { ...it, ...change } : it)));
    expect((await found())[0]).toBe(`${SECOND} lines: line 1 ${told}`);
  });

  test('a line is late or not as its day says', async () => {
    await forgeLine(0, () => ({ late: true }));
    expect(await found()).toEqual([
      line(1, `is of ${FIRST}`),
      ofOrder(1, `late is true, and false by order ${orderIds[0]}`),
      ...notTheSums,
    ]);
    await forgeLine(0, () => ({ late: false, businessDay: '2026-02-27' }));
    expect(await found()).toEqual([
      line(1, `is of ${FIRST}`),
      ofOrder(1, `businessDay is 2026-02-27, and ${FIRST} by order ${orderIds[0]}`),
    ]);
  });

  test('a line of a day to come is found', async () => {
    await forgeLine(2, () => ({ occurredAt: '2026-03-01T16:00:00.000Z', businessDay: SECOND, late: false }));
    expect(await found()).toEqual([
      line(3, `is of ${SECOND}, a day to come`),
      ofOrder(3, `businessDay is ${SECOND}, and ${FIRST} by order ${orderIds[1]}`),
    ]);
  });

  test('a changed number or order of lines is found', async () => {
    await forgeLine(0, () => ({ lineNo: 2 }));
    expect(await found()).toEqual([
      line(2, 'follows line none'),
      line(2, 'follows line 2'),
      `${FIRST} lines: its chunks do not begin with the lines that it says`,
    ]);
    await forgeLine(0, () => ({ lineNo: 1 }));
    await forge(FIRST, ([a, b, c]) => [a ?? fail(), { ...c, lineNo: 2 }, { ...b, lineNo: 3 }]);
    expect(await found()).toEqual([line(3, 'is out of order, or the same fact again')]);
  });

  test('a line that tells a fact again is found', async () => {
    await forge(FIRST, ([a, b, c]) => [a ?? fail(), b ?? fail(), c ?? fail(), { ...c, lineNo: 4 }]);
    expect(await found()).toEqual([
      line(4, 'is out of order, or the same fact again'),
      `${FIRST} lines: it has not 3 lines`,
      `${FIRST} orders: ${orderIds[1]} has 1 facts of this statement, on 2 lines`,
      ...notTheSums,
      notTheChecks,
    ]);
  });

  test('a line that is gone is found', async () => {
    await forge(FIRST, (lines) => lines.slice(0, 2));
    expect(await found()).toEqual([`${FIRST} lines: it has not 3 lines`, ...notTheSums, notTheChecks]);
    await forge(
      FIRST,
      () => [],
      () => ({ lineChunks: [] }),
    );
    expect(await found()).toEqual([`${FIRST} lines: it has not 3 lines`, ...notTheSums, notTheChecks]);
  });

  test('a line of another attempt, refund or kind of fact is found', async () => {
    const noSuch = (i: number) => `order ${orderIds[i]} has no such fact of this statement`;
    await forgeLine(2, () => ({ attempt: 2 }));
    expect(await found()).toEqual([ofOrder(3, noSuch(1))]);
    await forgeLine(2, () => ({ attempt: 1 }));
    await forgeLine(1, () => ({ refundNo: 'r-2' }));
    expect(await found()).toEqual([ofOrder(2, noSuch(0))]);
    await forgeLine(1, () => ({ refundNo: 'r-1' }));
    expect(await found()).toEqual([]);
    await forge(SECOND, (lines) =>
      lines.map((it) =>
        it.fee === -1 && it.refundNo === null ? { ...it, occurredAt: '2026-03-01T19:00:00.000Z' } : it,
      ),
    );
    expect(await found()).toEqual([
      expect.stringMatching(`${SECOND} orders: line \\d: order ${orderIds[0]} has no such fact of this statement`),
    ]);
  });

  test('terms that are no agreement of the merchant are found', async () => {
    const terms = (id = 'agr_1') => ofOrder(1, `its terms are not those of agreement ${id}`);
    for (const change of [{ ratePpm: 1 }, { feeMinimum: 1 }, { feeCap: 99 }, { feeOnRefund: 'kept' }]) {
      await forgeLine(0, () => ({ ratePpm: 6000, feeMinimum: null, feeCap: null, feeOnRefund: 'returned', ...change }));
      expect(await found()).toEqual([terms()]);
    }
    await forgeLine(0, () => ({ feeOnRefund: 'returned', agreementId: 'agr_2' }));
    expect(await found()).toEqual([terms('agr_2')]);
  });
});

describe('a document that somebody has changed', () => {
  test('calls itself what it is not', async () => {
    const edited = (more: object) =>
      forge(
        FIRST,
        (lines) => lines,
        () => more,
      );
    await edited({ statementId: 'other' });
    expect(await found()).toEqual([`${FIRST} hash: it calls itself other of ${FIRST}`]);
    await edited({ statementId: idOf(FIRST), day: '2026-02-27' });
    expect((await found())[0]).toBe(`${FIRST} hash: it calls itself ${idOf(FIRST)} of 2026-02-27`);
  });

  test('says that its chunks begin elsewhere', async () => {
    const chunk = (item: Item) => (item.lineChunks as { hash: string }[])[0]?.hash;
    await forge(
      FIRST,
      (lines) => lines,
      (item) => ({ lineChunks: [{ hash: chunk(item), firstLine: 2 }] }),
    );
    expect(await found()).toEqual([`${FIRST} lines: its chunks do not begin with the lines that it says`]);
  });

  test('has other checks, though they hold', async () => {
    await forge(
      FIRST,
      (lines) => lines,
      ({ checks }) => ({ checks: (checks as object[]).slice(1) }),
    );
    expect(await found()).toEqual([notTheChecks]);
  });

  test('does not follow what its successor names', async () => {
    const [, second] = await hashes();
    await edit(it.tables.statements, `head_${merchant.id}`, () => ({ lastHash: null }));
    expect(await found()).toEqual([`${SECOND} chain: its successor follows nothing, and this is ${second}`]);
    await edit(it.tables.statements, `head_${merchant.id}`, () => ({ lastHash: 'x' }));
    expect(await found()).toEqual([`${SECOND} chain: its successor follows x, and this is ${second}`]);
  });
});

test('terms with bounds are those of the agreement that has them', async () => {
  const bounded = anAgreement({ agreementId: 'agr_2', validFrom: '2026-03-03', feeMinimum: 10, feeCap: 20 });
  await it.shop.setUp({ ...merchant, agreements: [...merchant.agreements, bounded] }, NOON);
  await it.sell({ no: '9', paidAt: NOON + 2 * DAY });
  await it.seal(DUE + 2 * DAY);
  expect(await verify()).toMatchObject({ statements: 3, lines: 8, findings: [] });
});
