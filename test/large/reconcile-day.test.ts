/** F64: a day of 500 orders of every kind, in which everything came right, and the channel's bill of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';

const ORDERS = 500;
const ABREAST = 3;

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const open = (value: number) => shop.open({ amount: cny(value) });
async function sold(value: number): Promise<OrderView> {
  const order = await open(value);
  await shop.pay(order);
  return order;
}
const refund = ({ orderId }: OrderView, refundNo: string, value: number) =>
  shop.till.call('createRefund', { params: { orderId }, body: { refundNo, amount: cny(value) } });

/** Ten kinds of orders, and how many rows of the bill each makes. */
const KINDS: readonly (readonly [rows: number, play: (value: number) => Promise<unknown>])[] = [
  [1, sold],
  [1, sold],
  [1, sold],
  [1, scanned],
  [0, open],
  [2, async (value) => refund(await paid(await sold(value)), 'all', value)],
  [2, async (value) => refund(await paid(await sold(value)), 'half', value >> 1)],
  [3, inTwo],
  [2, tooLate],
  [0, async (value) => close(await open(value))],
];

const paid = (order: OrderView) => shop.eventually(order.orderId, ({ status }) => status === 'paid');
const close = ({ orderId }: OrderView) => shop.till.call('closeOrder', { params: { orderId } });

async function scanned(value: number) {
  const body = { merchantOrderNo: newNo(), amount: cny(value), subject: 'tea', qrCode: false };
  const { orderId } = (await shop.till.call('createOrder', { body })).body;
  const { tillCode } = await shop.wallet('codes', {});
  await shop.till.call('payWithTillCode', { params: { orderId }, body: { attempt: 1, tillCode: String(tillCode) } });
}

async function inTwo(value: number) {
  const order = await paid(await sold(value));
  await refund(order, 'a', 1);
  // The channel takes the next one three seconds later; until then it waits for a sweep.
  await refund(order, 'b', value - 1);
}

async function tooLate(value: number) {
  const order = await open(value);
  await close(order);
  await shop.pay(order);
}

test('a day with 500 orders of every kind reconciles to zero differences', async () => {
  // Noon of a day in China, so that all of it happens on one.
  await shop.advance(2 * DAY - ((shop.now() + 8 * HOUR - DAY / 2) % DAY));
  const day = reportDayOf('alipay', shop.now());
  let next = 0;
  const work = async () => {
    for (let i = next++; i < ORDERS; i = next++) await KINDS[i % KINDS.length]?.[1](1_000 + i);
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  for (let minute = 0; minute < 12; minute += 1) await shop.advance(MINUTE);
  await shop.advance(Date.parse(`${day}T00:00:00+08:00`) + DAY + 10 * HOUR + MINUTE - shop.now());
  const { body } = await shop.backOffice.call('listReconciliations', { query: { day } });
  const rows = (ORDERS / KINDS.length) * KINDS.reduce((sum, [rows]) => sum + rows, 0);
  expect(body.data).toMatchObject([{ state: 'compared', matched: rows, foreign: 0, differences: [], omitted: 0 }]);
  const verified = await runLine(`statement verify 示范商店 --local-stack ${shop.stack.stackFile}`);
  expect(verified).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`${rows} lines, 0 findings`) });
}, 300_000);
