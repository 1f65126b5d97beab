import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LineView, StatementView } from '../../../functions/contract/answers.ts';
import type { TerminalTotalsView } from '../../../functions/contract/totals-answers.ts';
import { Hours } from '../../../functions/statement/export/hours.ts';
import type { Lang } from '../../../functions/statement/export/messages.ts';
import { printStatement } from '../../../functions/statement/export/print.ts';
import { lineView } from '../../../functions/statement/lines.ts';
import { statementView } from '../../../functions/statement/statement.ts';
import { DAY } from '../../../functions/time.ts';
import { NOON } from '../../support/orders.ts';
import { busyDay, busyMerchant, MIDNIGHT, play } from '../busy-day.ts';
import { DELAY, newShop } from '../shop.ts';

const HEADINGS = {
  'zh-CN': ['手续费对账单', '按门店', '按小时：销售额与手续费', '恒等校验', '应收净额'],
  en: ['Fee statement', 'By store', 'Sales and fees by hour', 'Identity checks', 'Net receivable'],
};
const merchant = busyMerchant();
let books: { statement: StatementView; lines: LineView[]; terminals: TerminalTotalsView[] }[];
beforeAll(async () => {
  const shop = await newShop();
  await shop.setUp(merchant, NOON);
  await play(shop, busyDay(merchant, { seed: 500, orders: 500 }));
  await shop.run(MIDNIGHT + 5 * DAY + DELAY);
  books = await Promise.all(
    (await shop.books(merchant.id)).map(async ({ statement, totals, lines }) => ({
      statement: statementView(statement, totals),
      lines: lines.map(lineView),
      terminals: [...(await shop.statements.terminals(statement, { limit: 1_000, cursor: undefined })).rows],
    })),
  );
});

const book = (i = 0) => {
  const found = books[i];
  if (!found) throw new Error(`there is no statement ${i}`);
  return found;
};
const hoursOf = (lines: readonly LineView[], zone = merchant.zone) => {
  const hours = new Hours(zone);
  for (const line of lines) hours.add(line);
  return hours;
};
const printed = (lang: Lang, i = 0, more: Partial<Parameters<typeof printStatement>[0]> = {}) => {
  const { statement, lines, terminals } = book(i);
  return printStatement({ statement, terminals, hours: hoursOf(lines), ...more }, lang);
};
/** Every tag that is opened is closed, in order; no attribute is unquoted. */
function wellFormed(html: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const [, close, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/g)) {
    if (['meta', 'line', 'rect'].includes(name) || rest.endsWith('/')) continue;
    if (!close) open.push(name);
    else if (open.pop() !== name) faults.push(name);
  }
  return [...faults, ...open];
}

describe('hours', () => {
  test('I12: add up to the totals of the day, currency by currency, without the late lines', () => {
    for (const { statement, lines } of books) {
      for (const [currency, hours] of hoursOf(lines).rows) {
        const its = lines.filter((line) => line.currency === currency && !line.late);
        const sum = (of: (line: LineView) => number) => its.reduce((total, line) => total + of(line), 0);
        const total = (name: 'sales' | 'refunds' | 'fees' | 'feesReturned') =>
          hours.reduce((all, it) => all + it[name], 0);
        expect(total('sales') + total('refunds')).toBe(sum(({ gross }) => gross));
        expect(total('fees') + total('feesReturned')).toBe(sum(({ fee }) => fee));
        const [row] = [statement.totals.filter((it) => it.currency === currency)];
        if (its.length === lines.filter((line) => line.currency === currency).length)
          expect(total('sales')).toBe(row?.reduce((all, it) => all + it.payments.gross, 0));
      }
    }
  });

  test('F61: late lines are in none', () => {
    const { lines } = book();
    const late = lines.map((line) => ({ ...line, late: true }));
    expect(hoursOf([...lines, ...late]).rows).toEqual(hoursOf(lines).rows);
  });

  test.each([
    ['Asia/Shanghai', '2026-03-01T04:59:59.999Z', 12],
    ['+08:37', '2026-03-01T04:22:59.999Z', 12],
    ['America/New_York', '2026-03-08T07:00:00.000Z', 3], // the hour from two to three is not there
    ['America/New_York', '2026-11-01T06:30:00.000Z', 1], // the second hour from one to two
    ['UTC', '2026-03-01T23:59:59.999Z', 23],
  ])('in %s an instant %s is in hour %i', (zone, occurredAt, hour) => {
    const [line] = book().lines;
    if (!line) throw new Error('there is a line');
    const { rows } = hoursOf(
      [{ ...line, type: 'payment', occurredAt, gross: 7, fee: 0, currency: 'CNY', late: false }],
      zone,
    );
    expect(rows.get('CNY')?.map(({ sales }) => sales)).toEqual(
      Array.from({ length: 24 }, (_, i) => (i === hour ? 7 : 0)),
    );
  });
});

describe('on paper', () => {
  test.each(['zh-CN', 'en'] as const)(
    'a day of 500 orders in %s says what the statement says, and loads nothing',
    (lang) => {
      const { statement } = book();
      const html = printed(lang);
      expect(wellFormed(html)).toEqual([]);
      for (const heading of HEADINGS[lang]) expect(html).toContain(heading);
      expect(html).toContain(statement.hash);
      expect(html).not.toMatch(/<script|src=|@import|url\(|\son\w+=|href=|undefined|NaN|null|\[object/);
      expect(html.match(/<svg /g)).toHaveLength(3);
      const currencies = Map.groupBy(statement.totals, ({ currency }) => currency);
      for (const [currency, rows] of currencies) {
        const net = rows.reduce((sum, row) => sum + row.netReceivable, 0);
        const digits = { CNY: 2, JPY: 0, KWD: 3 }[currency] ?? 0;
        const text = String(net).padStart(digits + 1, '0');
        expect(html).toContain(
          `<td>${digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`}</td></tr>`,
        );
      }
    },
  );

  test('fits on one page: no table has more than ten rows and its sums, whoever sold', () => {
    for (const table of printed('en').match(/<tbody>.*?<\/tbody>/gs) ?? [])
      expect(table.match(/<tr>/g)?.length ?? 0).toBeLessThanOrEqual(10);
    expect(printed('en')).toContain(`${book().terminals.length - 10} more rows are in the CSV files.`);
  });

  test('speaks of late lines and of a negative sum, which is carried forward', () => {
    const { statement } = book();
    const [row] = statement.totals;
    if (!row) throw new Error('there are totals');
    const totals = [{ ...row, currency: 'CNY', netReceivable: -1234, lateLines: 3 }];
    const late = printed('en', 0, { statement: { ...statement, totals } });
    expect(late).toContain('3 of the lines are late');
    expect(late).toContain('CNY -12.34 is carried forward');
    expect(printed('zh-CN', 0, { statement: { ...statement, totals } })).toContain('CNY -12.34，由以后的应收抵扣');
    expect(printed('en')).not.toContain('carried forward');
  });

  test('the statement of a day that only refunded has a chart, too', () => {
    expect(wellFormed(printed('en', 1))).toEqual([]);
    expect(printed('en', 1)).toContain('<rect ');
  });

  test('whatever a person wrote stays text', () => {
    const wild = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=x>', '&amp;', "' onload='x"),
    );
    const { statement, terminals } = book();
    const [row] = terminals;
    if (!row) throw new Error('there are terminals');
    fc.assert(
      fc.property(wild, wild, (operatorId, merchantName) => {
        const plain = printStatement(
          { statement, terminals: [{ ...row, operatorId: 'x' }], hours: new Hours('UTC'), merchantName: 'x' },
          'en',
        );
        const html = printStatement(
          { statement, terminals: [{ ...row, operatorId }], hours: new Hours('UTC'), merchantName },
          'en',
        );
        const signs = (text: string) => text.replace(/[^<>"]/g, '');
        expect(signs(html)).toBe(signs(plain));
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
