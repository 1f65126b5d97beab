/**
 * A day with two tills, two cashiers and a back office, and with a discount that the shop itself pays: what each has moved is told
 * of it, live and on the statement, and no more is promised than will come.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, createClient, enrolTerminal } from '../../functions/client/client.ts';
import { newKeyPair } from '../../functions/client/sign.ts';
import type { LineView, OrderView, StatementView } from '../../functions/contract/answers.ts';
import type { LiveTotalsView } from '../../functions/contract/totals-answers.ts';
import { businessDay, endOfDay, HOUR } from '../../functions/time.ts';
import { readTable } from '../support/csv.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ZONE = 'Asia/Shanghai';
let shop: TestShop;
let folder: string;
let second: { readonly till: Client; readonly terminalId: string };
let orders: { refunded: OrderView; scanned: OrderView; discounted: OrderView };
let live: { first: LiveTotalsView; second: LiveTotalsView; all: LiveTotalsView };
let statement: StatementView;
let lines: LineView[];

async function enrolled() {
  const response = await fetch(`${shop.stack.api}/__local/activation-codes`, { method: 'POST' });
  const { code } = (await response.json()) as { code: string };
  const key = { alg: 'ed25519' as const, ...(await newKeyPair('ed25519')) };
  const options = { baseUrl: shop.stack.api, now: shop.now, retries: 0 };
  const { keyid, terminalId } = await enrolTerminal(options, code, key);
  return { till: createClient({ ...options, key: { ...key, keyid } }), terminalId };
}
const refund = (by: Client, { orderId }: OrderView, refundNo: string, value: number, operatorId?: string) =>
  by.call('createRefund', {
    params: { orderId },
    body: { refundNo, amount: cny(value), ...(operatorId !== undefined && { operatorId }) },
  });
const paid = async (order: OrderView) => {
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
};
const own = async (by: Client) => (await by.call('getTotals', { query: { terminal: 'self' } })).body;

beforeAll(async () => {
  shop = await openShop();
  folder = mkdtempSync(join(tmpdir(), 'tillgate-received-'));
  const untilMidnight = endOfDay(businessDay(shop.now(), ZONE), ZONE) - shop.now();
  if (untilMidnight < HOUR) await shop.advance(untilMidnight + HOUR);
  const day = businessDay(shop.now(), ZONE);
  second = await enrolled();

  // Anna sells 50.00 at the first till; Ben gives back 20.00 at the second one, and the back office 5.00.
  const sold = await paid(await shop.open({ amount: cny(5_000), operatorId: 'anna' }));
  await refund(second.till, sold, 'r1', 2_000, 'ben');
  await shop.advance(3_000);
  const refunded = (await refund(shop.backOffice, sold, 'r2', 500)).body.order;

  // Anna opens an order without a code; Ben scans the customer at the second till.
  const open = await shop.open({ amount: cny(3_000), operatorId: 'anna', qrCode: false });
  const { tillCode } = await shop.wallet('codes', {});
  const body = { attempt: 1, tillCode: String(tillCode), operatorId: 'ben' };
  const scanned = (await second.till.call('payWithTillCode', { params: { orderId: open.orderId }, body })).body;

  // The shop's own coupon of 20.00: the customer pays 80.00 of 100.00, and the shop receives as much.
  await shop.faults({ tamperNotification: { field: 'receipt_amount', value: '80.00' } });
  const coupon = await paid(await shop.open({ amount: cny(10_000), operatorId: 'anna' }));
  await shop.faults({ reset: true });
  const discounted = (await refund(shop.till, coupon, 'r1', 2_500, 'anna')).body.order;
  orders = { refunded, scanned, discounted };

  const all = (await shop.backOffice.call('getTotals', {})).body;
  live = { first: await own(shop.till), second: await own(second.till), all };
  await shop.advance(endOfDay(day, ZONE) + HOUR - shop.now());
  const statementId = `${shop.stack.identity.credentials[1]?.merchantId}.${day}`;
  statement = (await shop.backOffice.call('getStatement', { params: { statementId } })).body;
  lines = (await shop.backOffice.call('listStatementLines', { params: { statementId }, query: { limit: '100' } })).body
    .data;
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const linesOf = ({ orderId }: OrderView) => lines.filter((line) => line.orderId === orderId);
const firstTill = () => orders.refunded.terminalId;

test('money F10 (a) a refund is told with the till and the cashier who made it', async () => {
  expect(orders.refunded.refunds).toMatchObject([
    { refundNo: 'r1', storeId: 'main', terminalId: second.terminalId, operatorId: 'ben' },
    { refundNo: 'r2', storeId: 'main', terminalId: null, operatorId: null },
  ]);
  expect(orders.discounted.refunds).toMatchObject([{ terminalId: firstTill(), operatorId: 'anna' }]);
  const stored = (await shop.till.call('getRefund', { params: { orderId: orders.refunded.orderId, refundNo: 'r1' } }))
    .body;
  expect(stored).toMatchObject({ terminalId: second.terminalId, operatorId: 'ben' });
});

test('money F10 (a) (b) its line stands where the money moved, and names the sale’s till beside it', () => {
  const places = (order: OrderView) =>
    linesOf(order).map((line) => [line.gross, line.terminalId, line.operatorId, line.saleTerminalId]);
  expect(places(orders.refunded)).toEqual([
    [5_000, firstTill(), 'anna', firstTill()],
    [-2_000, second.terminalId, 'ben', firstTill()],
    [-500, null, null, firstTill()],
  ]);
  expect(places(orders.scanned)).toEqual([[3_000, second.terminalId, 'ben', firstTill()]]);
});

test('money F10 (a) (b) live and sealed sums are of the till and the cashier who moved the money', () => {
  const moved = ({ terminals }: Pick<LiveTotalsView, 'terminals'>) =>
    terminals.map(({ terminalId, operatorId, payments, refunds }) => [
      ...[terminalId, operatorId, payments.gross, refunds.gross],
    ]);
  const [anna, ben, office] = [
    [firstTill(), 'anna', 15_000, -2_500],
    [second.terminalId, 'ben', 3_000, -2_000],
    [null, null, 0, -500],
  ];
  expect(moved(live.first)).toEqual([anna]);
  expect(moved(live.second)).toEqual([ben]);
  // In the order of their ids; whoever is no terminal comes last.
  const byId = [anna, ben].toSorted((a, b) => (String(a?.[0]) < String(b?.[0]) ? -1 : 1));
  expect(moved(live.all)).toEqual([...byId, office]);
  expect(live.all.totals).toEqual(statement.totals);
});

test('money F3 what the shop receives is on the order and on its lines, and what is netted is of that', () => {
  expect(orders.discounted).toMatchObject({ amount: cny(10_000), received: cny(8_000), refundable: cny(7_500) });
  expect(orders.refunded.received).toEqual(cny(5_000));
  expect(linesOf(orders.discounted).map(({ gross, received, fee, net }) => [gross, received, fee, net])).toEqual([
    [10_000, 8_000, 48, 7_952],
    [-2_500, -2_000, -12, -1_988],
  ]);
});

test('money F3 sums and checks are of what is received', () => {
  expect(statement.totals).toMatchObject([
    {
      payments: { count: 3, gross: 18_000, received: 16_000 },
      refunds: { count: 3, gross: -5_000, received: -4_500 },
      ...{ netSales: 13_000, netReceived: 11_500 },
    },
  ]);
  const [{ netFees = 0, netReceivable } = {}] = statement.totals;
  expect(netReceivable).toBe(11_500 - netFees);
  expect(statement.checks.map(({ check, left, right, holds }) => [check, left, right, holds])).toEqual([
    ['every_line_is_counted', 6, 6, true],
    ['payments_and_refunds_are_net_sales', 13_000, 13_000, true],
    ['payments_and_refunds_are_net_received', 11_500, 11_500, true],
    ['received_less_fees_is_net_receivable', netReceivable, netReceivable, true],
    ['lines_are_net_receivable', netReceivable, netReceivable, true],
    ['terminals_are_net_receivable', netReceivable, netReceivable, true],
  ]);
});

test('money F3 the files and the page to print say it', async () => {
  const where = ['--url', shop.stack.api, '--credential', shop.stack.credentialsFile];
  const write = (option: string, name: string) =>
    promisify(execFile)(process.execPath, [
      ...[join(ROOT, 'bin', 'till.ts'), 'statement', statement.day, option, join(folder, name), ...where],
    ]);
  await write('--csv', 'day.csv');
  const rows = readTable(readFileSync(join(folder, 'day.csv'), 'utf8'));
  const its = rows.filter(({ orderId }) => orderId === orders.discounted.orderId);
  expect(its.map(({ gross, received, receivedMinor, net }) => [gross, received, receivedMinor, net])).toEqual([
    ['100.00', '80.00', '8000', '79.52'],
    ['-25.00', '-20.00', '-2000', '-19.88'],
  ]);
  await write('--html', 'day.html');
  const page = readFileSync(join(folder, 'day.html'), 'utf8');
  const [, main = ''] = /<tr>(<td[^>]*>main<\/td>.*?)<\/tr>/s.exec(page) ?? [];
  const cells = [...main.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replace(/<[^>]+>/g, ''));
  expect(cells.slice(3, 7)).toEqual(['180.00 (3)', '-50.00 (3)', '130.00', '115.00']);
  expect(page).toContain('net = received − fee');
});
