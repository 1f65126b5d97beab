/** The printed page of a small day, checked by hand: what it says of each sum, and what it must not overlook. */
import { describe, expect, test } from 'vitest';
import type { LineView, StatementView } from '../../../functions/contract/answers.ts';
import type { TerminalTotalsView, TotalsView } from '../../../functions/contract/totals-answers.ts';
import { chart } from '../../../functions/statement/export/chart.ts';
import { escapeHtml } from '../../../functions/statement/export/escape.ts';
import { Hours } from '../../../functions/statement/export/hours.ts';
import { printStatement } from '../../../functions/statement/export/print.ts';

const sums = (scale = 1): Omit<TotalsView, 'currency' | 'channel' | 'storeId'> => ({
  ...{ payments: { count: 3 * scale, gross: 12_000 * scale, received: 11_000 * scale } },
  ...{ refunds: { count: scale, gross: -2_000 * scale, received: -1_900 * scale }, netReceived: 9_100 * scale },
  ...{ netSales: 10_000 * scale, fees: 72 * scale, feesReturned: -12 * scale, netFees: 60 * scale },
  ...{ netReceivable: 9_040 * scale, lateLines: 0 },
  feeAdjustments: { count: 0, fee: 0 },
});
const store = (storeId: string, scale = 1, currency = 'CNY'): TotalsView => ({
  ...{ currency, channel: 'alipay', storeId, ...sums(scale) },
});
const till = (operatorId: string | null, scale = 1): TerminalTotalsView => ({
  ...store('main', scale),
  ...{ terminalId: 'trm_1', operatorId },
});
const statement = (more: Partial<StatementView> = {}): StatementView => ({
  ...{ statementId: 'mer_a.2026-03-01', day: '2026-03-01', zone: 'Asia/Shanghai', hash: 'aa11', previousHash: 'bb22' },
  ...{ sealedAt: '2026-03-01T16:30:00.000Z', lineCount: 4, totals: [store('main')] },
  checks: [
    { currency: 'CNY', check: 'every_line_is_counted', left: 4, right: 4, holds: true },
    { currency: 'CNY', check: 'lines_are_net_receivable', left: 9_940, right: 9_940, holds: true },
  ],
  ...more,
});
const page = (more: Partial<StatementView> = {}, terminals = [till('anna')], rest: object = {}) =>
  printStatement({ statement: statement(more), terminals, hours: new Hours('Asia/Shanghai'), ...rest }, 'en');
/** The text of the cells, row by row. */
const rowsOf = (html: string) =>
  [...html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, text = '']) => text.replace(/<\/?small>/g, '')),
  );
const AMOUNTS = ['Payments', 'Refunds', 'Net sales', 'Received', 'Fees', 'Fees returned', 'Net fees', 'Net receivable'];
const ONE = ['120.00 (3)', '-20.00 (1)', '100.00', '91.00', '0.72', '-0.12', '0.60', '90.40'];
const THREE = ['360.00 (9)', '-60.00 (3)', '300.00', '273.00', '2.16', '-0.36', '1.80', '271.20'];

describe('the page', () => {
  test('says what the merchant receives by settlement currency, and marks what is provisional or not known', () => {
    const usd = (net: number, unknownLines: number) => {
      return { currency: 'USD', gross: net + 12, fees: 12, net, provisionalLines: 1, unknownLines };
    };
    const yen = { ...store('main', 1, 'JPY'), settlement: [usd(988, 0)] };
    const html = page({ totals: [store('main'), yen, { ...yen, storeId: 'west', settlement: [usd(0, 1)] }] });
    const note =
      "1 of the lines provisional, until the channel's settlement report says them; 1 of the lines not known yet, and in no sum";
    expect(html).toContain('<h2>You receive</h2>');
    const rows = rowsOf(html.slice(html.indexOf('<h2>You receive</h2>')));
    expect(rows.slice(0, 3)).toEqual([
      ['Settled in', 'Gross', 'Fees', 'Net', ''],
      ['CNY', '91.00', '0.60', '90.40', ''],
      ['USD', '10.12', '0.24', '9.88', escapeHtml(note)],
    ]);
    // The sums of each order currency are those of its own rows.
    expect(html).toContain(
      '<tr class="total"><td class="text">Total</td><td class="text"></td><td class="text">JPY</td>',
    );
    expect(page({ totals: [store('main'), store('west', 1, 'JPY')] })).not.toContain('You receive');
  });

  test('says whose day it is, when it was sealed by the clock of the shop, and what it is chained to', () => {
    const html = page({}, [], { merchantName: 'A & B' });
    expect(html).toContain('<title>Fee statement 2026-03-01 · A &#38; B</title>');
    expect(html).toContain('<h1>Fee statement<small>A &#38; B</small></h1>');
    expect(html).toContain('<dt>Business day</dt><dd>2026-03-01 (Asia/Shanghai)</dd>');
    expect(html).toContain('<dt>Sealed</dt><dd>2026-03-02 00:30:00</dd>');
    expect(html).toContain('<dt>Lines</dt><dd>4</dd>');
    expect(html).toContain('<p>SHA-256 of this statement: <code>aa11</code></p>');
    expect(html).toContain('<p>SHA-256 of the statement before: <code>bb22</code></p>');
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(html).toMatch(/<style>\n@page \{ size: A4;/);
    expect(page({ previousHash: null })).toContain('before: <code>(this is the first)</code>');
    expect(page()).toContain('<small>mer_a</small>');
  });

  test('has the sums of each store, and below them the sums of all of one currency', () => {
    const rows = rowsOf(page({ totals: [store('main'), store('west', 2), store('west', 1, 'JPY')] }, []));
    const yen = ['12000 (3)', '-2000 (1)', '10000', '9100', '72', '-12', '60', '9040'];
    expect(rows).toEqual([
      ['Store', 'Channel', '', ...AMOUNTS],
      ['main', 'alipay', 'CNY', ...ONE],
      ['west', 'alipay', 'CNY', '240.00 (6)', '-40.00 (2)', '200.00', '182.00', '1.44', '-0.24', '1.20', '180.80'],
      ['west', 'alipay', 'JPY', ...yen],
      ['Total', '', 'CNY', ...THREE],
      ['Total', '', 'JPY', ...yen],
      ['Store', 'Terminal', 'Operator', '', ...AMOUNTS],
    ]);
  });

  test('has the terminals by how much money moved at them, ten at most, and says what is left out', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => till(`op${i}`, i + 1));
    const told = (html: string) => rowsOf(html.slice(html.indexOf('By terminal'))).map(([, , operator]) => operator);
    // A refund is work, too: what moved is the sum of both ways.
    const quiet = { ...till('quiet', 2), refunds: { count: 0, gross: 0, received: 0 } };
    expect(told(page({}, [till(null), quiet, till('busy', 2)]))).toEqual(['Operator', 'busy', 'quiet', '—']);
    expect(rowsOf(page({}, [till('anna')])).at(-1)).toEqual(['main', 'trm_1', 'anna', 'CNY', ...ONE]);
    expect(told(page({}, names(10)))).toHaveLength(11);
    expect(page({}, names(10))).not.toContain('more rows');
    expect(told(page({}, names(12)))).toEqual(['Operator', ...Array.from({ length: 10 }, (_, i) => `op${11 - i}`)]);
    expect(page({}, names(12))).toContain('<p>2 more rows are in the CSV files.</p>');
    const stores = Array.from({ length: 11 }, (_, i) => store(`s${i}`));
    expect(page({ totals: stores })).toContain('<p>1 more rows are in the CSV files.</p>');
    expect(rowsOf(page({ totals: stores }))).toHaveLength(1 + 10 + 1 + 2);
  });

  test('speaks of late lines and of a negative sum, and of neither where there is none', () => {
    const bad = { ...store('main'), netReceivable: -12_34, lateLines: 2 };
    const html = page({ totals: [bad, { ...store('west'), netReceivable: 34, lateLines: 3 }] });
    expect(html).toContain('<p>5 of the lines are late:');
    expect(html).toContain('<p>Net receivable is negative: CNY -12.00 is carried forward to later days.</p>');
    for (const totals of [[], [store('main')], [{ ...store('main'), netReceivable: 0 }]])
      expect(page({ totals })).not.toMatch(/late:|negative:/);
  });

  test('says what the channel charged in other fees, by currency', () => {
    const adjusted = (storeId: string, count: number, fee: number) => ({
      ...store(storeId),
      feeAdjustments: { count, fee },
    });
    const html = page({ totals: [adjusted('main', 2, 15), adjusted('west', 1, -3), store('east', 1, 'JPY')] });
    expect(html).toMatch(/<p>3 of the lines adjust fees [^<]*: CNY 0\.12 in all/);
    expect(html).not.toMatch(/JPY [^<]* in all/);
    expect(page()).not.toContain('adjust fees');
  });

  test('shows each identity with both sides, and which one does not hold', () => {
    expect(page()).toContain(
      '<ul><li>lines = payments + refunds + fee adjustments: CNY 4 = 4 ✓ holds</li>\n' +
        '<li>sum of net on the lines = net receivable: CNY 99.40 = 99.40 ✓ holds</li></ul>',
    );
    const its = { check: 'lines_are_net_receivable', left: 100 } as const;
    const checks = [
      { ...its, currency: 'CNY', right: 100, holds: true },
      { ...its, currency: 'JPY', right: 99, holds: false },
    ];
    expect(page({ checks })).toContain(
      '<ul><li>sum of net on the lines = net receivable: CNY 1.00 = 1.00, JPY 100 = 99 ✗ does not hold</li></ul>',
    );
  });

  test('has a chart of each currency, in their order, and none for a day without hours', () => {
    const hours = new Hours('Asia/Shanghai');
    for (const currency of ['JPY', 'CNY', 'USD'])
      hours.add({
        type: 'payment',
        late: false,
        currency,
        occurredAt: '2026-03-01T04:00:00.000Z',
        gross: 9,
        fee: 1,
      } as LineView);
    const html = page({}, [], { hours });
    expect([...html.matchAll(/aria-label="([^"]+)"/g)].map(([, label]) => label)).toEqual(
      ['CNY', 'JPY', 'USD'].map((currency) => `Sales and fees by hour (${currency})`),
    );
    expect(html).toContain('<h2>Sales and fees by hour</h2>\n<svg ');
    expect(page()).not.toMatch(/<svg|by hour/);
  });
});

describe('a chart', () => {
  const none = { sales: 0, refunds: 0, fees: 0, feesReturned: 0 };
  const day = (hours: Record<number, object>) => Array.from({ length: 24 }, (_, i) => ({ ...none, ...hours[i] }));
  const drawn = (hours: Record<number, object>) =>
    chart('CNY', day(hours), { title: 'a "title"', sales: 'Sales', fees: 'Fees' });
  const bars = (svg: string) =>
    [
      ...svg.matchAll(/<rect x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)" fill="(.+?)" fill-opacity="(.+?)"\/>/g),
    ].map(([, ...of]) => of);

  test('of a day of which nothing is known is empty, and has its hours and its scales', () => {
    const svg = drawn({});
    expect(bars(svg)).toEqual([]);
    expect([...svg.matchAll(/<text ([^>]*)>([^<]*)</g)].map(([, , text]) => text)).toEqual([
      ...['Sales CNY', 'Fees CNY', '00', '03', '06', '09', '12', '15', '18', '21'],
    ]);
    expect(svg).toContain('<text x="97.3" y="184" text-anchor="middle" font-size="10" fill="#333">00</text>');
    expect(svg).toContain('<text x="76" y="10" text-anchor="end" font-size="10" fill="#333">Sales CNY</text>');
    expect(svg).toContain('<text x="76" y="104" text-anchor="end" font-size="10" fill="#333">Fees CNY</text>');
    expect(svg).toMatch(/^<svg role="img" aria-label="a &#34;title&#34; \(CNY\)" viewBox="0 0 720 188" /);
    expect(svg).toContain('<title>a &#34;title&#34; (CNY)</title>');
    expect([...svg.matchAll(/y1="(\d+)" y2="(\d+)"/g)].map(([, a, b]) => [a, b])).toEqual([
      ...[
        // Nothing stands on its line, which is at the bottom.
        ['70', '70'],
        ['164', '164'],
      ],
    ]);
  });

  test('has a bar up for what came in and a pale one down for what went back, in the place of its hour', () => {
    const svg = drawn({ 0: { sales: 3_000 }, 23: { sales: 1_500, refunds: -1_000, fees: 20, feesReturned: -8 } });
    expect(bars(svg)).toEqual([
      ...[
        ['87', '14', '20.5', '42', '#1f6feb', '1'],
        ['696.5', '35', '20.5', '21', '#1f6feb', '1'],
        ['696.5', '56', '20.5', '14', '#1f6feb', '0.4'],
        ['696.5', '108', '20.5', '40', '#b35900', '1'],
        ['696.5', '148', '20.5', '16', '#b35900', '0.4'],
      ],
    ]);
    for (const [y, text] of [
      ['24', '30.00'],
      ['72', '-10.00'],
      ['118', '0.20'],
      ['166', '-0.08'],
    ])
      expect(svg).toContain(`<text x="76" y="${y}" text-anchor="end" font-size="10" fill="#333">${text}</text>`);
  });

  test('shows the least money there is, too', () => {
    expect(bars(drawn({ 1: { sales: 1_000_000 }, 2: { sales: 1 } })).map(([, , , height]) => height)).toEqual([
      ...['56', '0.8'],
    ]);
  });
});

test('what a person wrote cannot become a tag, an attribute or an entity', () => {
  expect(escapeHtml(`a<b>&"'`)).toBe('a&#60;b&#62;&#38;&#34;&#39;');
});
