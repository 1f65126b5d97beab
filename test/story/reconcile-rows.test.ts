/** Money F7, F15, security M1: what cashiers type, other systems' rows and the bill's own signs, from the till to the reconciliation. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let day = '';
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await shop.faults({ reset: true, bill: null });
  const sinceNoon = (shop.now() + 8 * HOUR - DAY / 2) % DAY;
  await shop.advance(2 * DAY - sinceNoon);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  day = reportDayOf('alipay', shop.now());
});

async function sold(value: number, more = {}): Promise<OrderView> {
  const order = await shop.open({ amount: cny(value), ...more });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}
const toBill = async (after = MINUTE) => {
  const midnight = Date.parse(`${day}T00:00:00+08:00`) + DAY;
  await shop.advance(midnight + 10 * HOUR + after - shop.now());
};
const reconciled = async (of = day): Promise<ReconciliationView | undefined> =>
  (await shop.backOffice.call('listReconciliations', { query: { day: of } })).body.data[0];

test('money F7, security M1: baskets and cashiers full of commas, two part files, forty rows of others: every sale is compared', async () => {
  await sold(1_500, { subject: '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15' });
  await sold(1_600, { subject: 'x,2026-12-03 11:00:00,2026-12-03 11:00:01,1', operatorId: 'a,b,c,d,e,f,g' });
  await sold(1_700);
  await shop.faults({ bill: { foreign: 40, parts: 2 } });
  await toBill();
  expect(await reconciled()).toMatchObject({ state: 'compared', matched: 3, foreign: 40, differences: [] });
});

test('money F7: one sale whose row cannot be read is one open difference, with what it is worth', async () => {
  const odd = await sold(1_500);
  await sold(1_600);
  const number = `${odd.orderId}_1`;
  await shop.faults({ bill: { garble: [number] } });
  await toBill();
  expect(await reconciled()).toMatchObject({
    ...{ state: 'compared', matched: 1, foreign: 0 },
    differences: [
      {
        ...{ reason: 'unread', resolution: 'open', type: 'payment', orderId: odd.orderId, attemptNo: number },
        ...{
          ours: { gross: 1_500 },
          channelSays: null,
          unread: { worth: 1_500, why: expect.stringContaining('line ') },
        },
      },
    ],
  });
  const line = `reconcile 示范商店 --day ${day} --local-stack ${shop.stack.stackFile}`;
  expect((await runLine(line)).out).toMatch(
    /unread open: payment .*CNY 15\.00.*the channel CNY 15\.00 received; line \d+/,
  );
  expect((await runLine(`${line} --accept ${number} --note "seen at Alipay"`)).out).toContain('unread accepted');
});

test('money F15: a fee that is taken on a refund is a difference of the fee, and is adjusted', async () => {
  const order = await sold(6_000);
  await shop.till.call('createRefund', {
    params: { orderId: order.orderId },
    body: { refundNo: 'half', amount: cny(3_000) },
  });
  await shop.faults({ bill: { change: [{ number: `${order.orderId}_r1`, fee: -18 }] } });
  await toBill();
  expect((await reconciled())?.differences).toMatchObject([
    { reason: 'fee', resolution: 'healed', type: 'refund', ours: { fee: -18 }, channelSays: { fee: 18 } },
  ]);
});

test('security M1: a day that cannot be read does not hold the next one back', async () => {
  await sold(1_500);
  await shop.faults({ bill: { day, broken: 'sums' } });
  await toBill();
  expect(await reconciled()).toMatchObject({ state: 'unreadable' });
  await shop.advance(2 * HOUR);
  await sold(1_700);
  const next = reportDayOf('alipay', shop.now());
  await toBill(DAY + MINUTE);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  expect(await reconciled(next)).toMatchObject({ state: 'compared', matched: 1, differences: [] });
  expect(await reconciled()).toMatchObject({ state: 'unreadable' });
  await shop.faults({ bill: null });
  await shop.advance(31 * MINUTE);
  await shop.advance(MINUTE);
  expect(await reconciled()).toMatchObject({ state: 'compared', matched: 1, differences: [] });
});
