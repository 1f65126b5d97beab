import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CSV_ROWS, wantsCsv } from '../../../functions/api/csv-page.ts';
import { listStatementLines } from '../../../functions/api/list-statement-lines.ts';
import { listStatementTotals } from '../../../functions/api/list-statement-totals.ts';
import type { LineView } from '../../../functions/contract/answers.ts';
import type { Services } from '../../../functions/services.ts';
import { csvRows, lineColumns } from '../../../functions/statement/export/csv.ts';
import { lineView } from '../../../functions/statement/lines.ts';
import { BadCursor } from '../../../functions/table/table.ts';
import { DAY } from '../../../functions/time.ts';
import { readCsv, readTable } from '../../support/csv.ts';
import { NOON } from '../../support/orders.ts';
import { busyDay, busyMerchant, MIDNIGHT, play } from '../busy-day.ts';
import { DELAY, newShop, type Shop } from '../shop.ts';

const merchant = busyMerchant();
const ID = `${merchant.id}.2026-03-01`;
/** Written down, because a column never changes its name or place. */
const COLUMNS =
  'lineNo,type,late,businessDay,occurredAt,localTime (Asia/Shanghai),storeId,terminalId,operatorId,orderId,merchantOrderNo,' +
  'refundNo,channel,channelTradeNo,currency,gross,grossMinor,fee,feeMinor,net,netMinor,ratePpm,feeMinimum,feeMinimumMinor,' +
  'feeCap,feeCapMinor,feeOnRefund,agreementId,received,receivedMinor,saleStoreId,saleTerminalId,settlementCurrency,' +
  'settlementGross,settlementGrossMinor,settlementFee,settlementFeeMinor,settlementNet,settlementNetMinor,quotePair,quotePrice,' +
  'settlementState';

let shop: Shop;
let lines: LineView[];
beforeAll(async () => {
  shop = await newShop();
  await shop.setUp(merchant, NOON);
  await play(shop, busyDay(merchant, { seed: 500, orders: 500 }));
  await shop.run(MIDNIGHT + DAY + DELAY);
  lines = (await shop.books(merchant.id)).flatMap((book) => book.lines.map(lineView));
});

type List = typeof listStatementLines | typeof listStatementTotals;
const ask = async (query: Record<string, unknown>, run: List = listStatementLines, accept = 'text/csv') => {
  const request = {
    params: { statementId: ID },
    query,
    body: undefined,
    caller: { keyid: 'bko_1.1', merchantId: merchant.id, scopes: ['statements:read' as const] },
    accept,
    deadline: { endsAt: Number.POSITIVE_INFINITY },
  };
  const reply = await run({ statements: shop.statements } as Services, request);
  const { text = '', headers = {}, body } = reply;
  // The endpoint seals the cursor and sends the link as a header.
  const link = reply.next?.link(reply.next.cursor) ?? '';
  const next = /^<(\/v1\/statements\/[\w.-]+\/\w+)\?([^>]+)>; rel="next"$/.exec(link);
  return { text, headers, body, next: next && Object.fromEntries(new URLSearchParams(next[2])) };
};
/** All pages, as a client gets them that only follows links. */
async function pages(query: Record<string, unknown>, run: List = listStatementLines): Promise<string[]> {
  const texts: string[] = [];
  for (let next: Record<string, unknown> | null = query; next; ) {
    const page: Awaited<ReturnType<typeof ask>> = await ask(
      { ...next, ...(next.limit !== undefined && { limit: Number(next.limit) }) },
      run,
    );
    texts.push(page.text);
    next = page.next;
  }
  return texts;
}

/** What a reader of the file makes of a cell of text: one quote at its beginning, or after a semicolon, is not part of it. */
const textOf = (cell = '') => cell.replace(/(^|;)'/g, '$1');
const DIGITS: Record<string, number> = { CNY: 2, JPY: 0, KWD: 3 };
/** Minor units of decimal text, by hand. */
function minorOf(text = '', currency = ''): number {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match || (match[3] ?? '').length !== DIGITS[currency]) throw new Error(`${text} is no ${currency}`);
  return Number(`${match[1]}${match[2]}${match[3] ?? ''}`);
}

describe('the lines of a day of 500 orders', () => {
  test('F62: read back by another reader, every cell says what the line says', async () => {
    const [file = '', ...more] = await pages({});
    expect(more).toEqual([]);
    expect(file.split('\r\n')[0]).toBe(COLUMNS);
    const rows = readTable(file);
    expect(rows.length).toBe(lines.filter(({ businessDay }) => businessDay <= '2026-03-01').length);
    expect(rows.length).toBeGreaterThan(500);
    for (const [i, row] of rows.entries()) {
      const line = lines[i];
      if (!line) throw new Error('there are more rows than lines');
      const amountsOf = (name: 'gross' | 'received' | 'fee' | 'net' | 'feeMinimum' | 'feeCap') =>
        row[name] === '' && row[`${name}Minor`] === ''
          ? [null, null]
          : [minorOf(row[name], line.currency), Number(row[`${name}Minor`])];
      for (const name of ['gross', 'received', 'fee', 'net', 'feeMinimum', 'feeCap'] as const)
        expect(amountsOf(name)).toEqual([line[name], line[name]]);
      for (const name of [
        'storeId',
        'terminalId',
        'operatorId',
        'orderId',
        'merchantOrderNo',
        'refundNo',
        'channel',
        'channelTradeNo',
        'currency',
        'agreementId',
        'saleStoreId',
        'saleTerminalId',
      ] as const)
        expect(textOf(row[name])).toBe(line[name] ?? '');
      for (const name of ['lineNo', 'type', 'late', 'businessDay', 'occurredAt', 'ratePpm', 'feeOnRefund'] as const)
        expect(row[name]).toBe(String(line[name]));
      // Shanghai is eight hours ahead, all year.
      const there = new Date(Date.parse(line.occurredAt) + 8 * 3_600_000).toISOString();
      expect(row['localTime (Asia/Shanghai)']).toBe(there.slice(0, 19).replace('T', ' '));
    }
  });

  test('come in pages that are one file, of whatever size, with one header', async () => {
    const whole = (await pages({})).join('');
    for (const limit of [100, 77, 1]) {
      const parts = await pages({ limit, excel: 'true' });
      expect(parts.length).toBe(Math.ceil((readCsv(whole).length - 1) / limit));
      expect(parts.filter((part) => part.includes('lineNo')).length).toBe(1);
      expect(parts.join('')).toBe((await pages({ excel: 'true' })).join(''));
    }
    const { headers } = await ask({});
    expect(headers).toEqual({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="mer_aaaabbbbcccc_2026-03-01_Asia-Shanghai_lines.csv"',
      vary: 'accept',
    });
    const first = await ask({ limit: 5 });
    expect((await ask({ ...first.next, limit: 5 })).headers['content-type']).toBe(
      'text/csv; charset=utf-8; header=absent',
    );
    await expect(ask({ cursor: 'AAAA' })).rejects.toThrow(BadCursor);
  });

  test('no cell of text begins as a formula does, and numbers are left alone', async () => {
    const rows = readCsv((await pages({})).join(''));
    const cells = rows.slice(1).flat();
    const risky = cells.filter(
      (cell) => /^[=+@\t\r＝＋－＠]/.test(cell) || (cell.startsWith('-') && !/^-\d+(\.\d+)?$/.test(cell)),
    );
    expect(risky).toEqual([]);
    expect(cells.filter((cell) => cell.startsWith("'")).length).toBeGreaterThan(100);
    expect(cells.filter((cell) => /^-\d/.test(cell)).length).toBeGreaterThan(100);
  });

  test.each([
    ['\u200b=1+1', "'\u200b=1+1"],
    ['\ufeff=1+1', "'\ufeff=1+1"],
    [' =1+1', "' =1+1"],
    ['\u3000\u2066＝1', "'\u3000\u2066＝1"],
    ["1;=cmd|'/C calc'!A0", "1;'=cmd|'/C calc'!A0"],
    ['a; @SUM(1);b;-2', "a;' @SUM(1);b;'-2"],
    ["it's; 'quoted'", "it's;' 'quoted'"],
    ['a-b;c=d', 'a-b;c=d'],
    ['1 + 1', '1 + 1'],
  ])('security minor 4 a spreadsheet shows %j, and computes nothing', (operatorId, cell) => {
    const [line = expect.fail('there are lines')] = lines;
    const read = (excel: boolean) =>
      readTable(`${COLUMNS}\r\n${csvRows(lineColumns('Asia/Shanghai'), [{ ...line, operatorId }], { excel })}`)[0];
    for (const excel of [false, true]) {
      expect([read(excel)?.operatorId, textOf(read(excel)?.operatorId)]).toEqual([cell, operatorId]);
      // Where the comma is decimal, the semicolon separates.
      const live = (cell.split(';') ?? []).filter((it) => /^[\s\p{Cf}]*[=+\-@＝＋－＠]/u.test(it));
      expect(live).toEqual([]);
    }
  });

  test('for Excel there is a byte order mark, and long numbers stay text', () => {
    const [line] = lines;
    if (!line) throw new Error('there are lines');
    const trade = { ...line, channelTradeNo: '2026030122001412341412341234' };
    expect(csvRows(lineColumns('UTC'), [trade])).toContain(',2026030122001412341412341234,');
    expect(csvRows(lineColumns('UTC'), [trade], { excel: true })).toContain(",'2026030122001412341412341234,");
  });
  test('the byte order mark is the first thing of the first page only', async () => {
    const parts = await pages({ excel: 'true', limit: 100 });
    expect(parts.map((part) => part.lastIndexOf('\ufeff'))).toEqual(parts.map((_, i) => (i === 0 ? 0 : -1)));
    expect((await pages({})).join('')).not.toContain('\ufeff');
  });

  test('any text survives, in any place', () => {
    const [line] = lines;
    if (!line) throw new Error('there are lines');
    const wild = fc.oneof(
      fc.string({ maxLength: 28 }),
      fc.string({
        unit: fc.constantFrom('"', ',', ';', '\r', '\n', "'", '=', '-', ' ', '\u200b', '王', '😀'),
        maxLength: 9,
      }),
    );
    fc.assert(
      fc.property(wild, wild, fc.boolean(), (operatorId, merchantOrderNo, excel) => {
        const [row] = readTable(
          `${COLUMNS}\r\n${csvRows(lineColumns('Asia/Shanghai'), [{ ...line, operatorId, merchantOrderNo }], { excel })}`,
        );
        expect([textOf(row?.operatorId), textOf(row?.merchantOrderNo)]).toEqual([operatorId, merchantOrderNo]);
      }),
      { numRuns: 1_000, seed: 4180 },
    );
  });

  test('F64: a page of the longest lines fits into what a function may answer', () => {
    const [line] = lines;
    if (!line) throw new Error('there are lines');
    // What createOrder and createRefund take at the most; " is the worst case, doubled by CSV and escaped by JSON.
    const longest = {
      ...line,
      lineNo: 1e6,
      storeId: '-'.repeat(32),
      terminalId: 't'.repeat(16),
      operatorId: '"'.repeat(28),
      merchantOrderNo: '-'.repeat(32),
      refundNo: '-'.repeat(32),
      channelTradeNo: '9'.repeat(64),
      gross: -1e10,
      received: -1e10,
      saleStoreId: '-'.repeat(32),
      saleTerminalId: 't'.repeat(16),
      fee: -1e10,
      net: -1e10,
      feeMinimum: 1e10,
      feeCap: 1e10,
      settlement: {
        ...{ currency: 'USD', gross: -1e10, fee: -1e10, net: -1e10, pair: 'USD/JPY', price: '1'.repeat(30) },
        state: 'provisional' as const,
      },
    };
    const text = csvRows(
      lineColumns('America/Argentina/ComodRivadavia'),
      Array.from({ length: CSV_ROWS }, () => longest),
      { excel: true },
    );
    const answer = JSON.stringify({ statusCode: 200, headers: {}, body: text });
    expect(Buffer.byteLength(answer)).toBeLessThan(5_000_000);
  });
});

describe('the totals per terminal and operator', () => {
  test('as JSON and as CSV, in pages, add up to the totals per store', async () => {
    const [totals = []] = await shop.statements.totals(
      [(await shop.books(merchant.id))[0]?.statement].flatMap((it) => it ?? []),
    );
    const rows: Record<string, unknown>[] = [];
    for (let query: Record<string, unknown> | null = { limit: 7 }; query; ) {
      const body: { data: Record<string, unknown>[]; nextCursor: string | null } = (
        await ask(query, listStatementTotals, 'application/json')
      ).body as never;
      rows.push(...body.data);
      query = body.nextCursor === null ? null : { limit: 7, cursor: body.nextCursor };
    }
    const files = await pages({ limit: 13 }, listStatementTotals);
    const table = readTable(files.join(''));
    expect(
      table.map((row) => [textOf(row.storeId), row.terminalId, textOf(row.operatorId), Number(row.netReceivableMinor)]),
    ).toEqual(rows.map((row) => [row.storeId, row.terminalId ?? '', row.operatorId ?? '', row.netReceivable]));
    for (const { currency, storeId, netReceivable, payments } of totals) {
      const its = table.filter((row) => row.currency === currency && textOf(row.storeId) === storeId);
      expect(its.reduce((sum, row) => sum + minorOf(row.netReceivable, currency), 0)).toBe(netReceivable);
      expect(its.reduce((sum, row) => sum + Number(row.paymentsCount), 0)).toBe(payments.count);
    }
    expect(table[0]).toMatchObject({ 'day (Asia/Shanghai)': '2026-03-01' });
  });
});

test.each([
  ['text/csv', true],
  ['text/csv;q=0.9, application/json;q=0.5', true],
  ['application/json, text/csv', true],
  ['TEXT/CSV; header=present', true],
  ['application/json, text/csv;q=0.5', false],
  ['text/csv;q=0', false],
  ['text/*', false],
  ['*/*', false],
  ['', false],
  [undefined, false],
])('whoever accepts %s gets CSV: %s', (accept, expected) => {
  expect(wantsCsv(accept)).toBe(expected);
});
