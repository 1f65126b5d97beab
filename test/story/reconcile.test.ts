/** F58, F64: our days against the channel's bills: what agrees, what does not and why, and what only the bill knows. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let day = '';
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());
beforeEach(async () => {
  await shop.faults({ reset: true, bill: null });
  // Noon of another day in China: what the test before has left behind is over, and a day of trade fits before midnight.
  const sinceNoon = (shop.now() + 8 * HOUR - DAY / 2) % DAY;
  await shop.advance(2 * DAY - sinceNoon);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
  day = reportDayOf('alipay', shop.now());
});

async function sold(value = 1_234, more = {}): Promise<OrderView> {
  const order = await shop.open({ amount: cny(value), ...more });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}
const refund = async ({ orderId }: OrderView, refundNo: string, value: number) => {
  const body = { refundNo, amount: cny(value) };
  return (await shop.till.call('createRefund', { params: { orderId }, body })).body;
};
/** To so long after ten o'clock on the next morning. */
const toBill = async (after = MINUTE) => {
  const midnight = Date.parse(`${day}T00:00:00+08:00`) + DAY;
  await shop.advance(midnight + 10 * HOUR + after - shop.now());
};
const reconciled = async (of = day): Promise<ReconciliationView | undefined> =>
  (await shop.backOffice.call('listReconciliations', { query: { day: of } })).body.data[0];
const operator = (line: string) => runLine(`${line} --local-stack ${shop.stack.stackFile}`);
const first = ({ orderId }: OrderView) => `${orderId}_1`;

/** A day of everything that money can do. */
async function aDay() {
  const plain = await sold();
  const halved = await sold(2_000);
  await refund(halved, 'half', 1_000);
  const returned = await sold(999);
  await refund(returned, 'all', 999);
  const late = await shop.open({ expiresInSeconds: 90 });
  await shop.till.call('closeOrder', { params: { orderId: late.orderId } });
  await shop.pay(late);
  await shop.eventually(late.orderId, ({ payment }) => payment?.late === true);
  const unpaid = await shop.open({ expiresInSeconds: 90 });
  const scanned = await shop.till.call('createOrder', {
    body: { merchantOrderNo: newNo(), amount: cny(500), subject: 'tea', qrCode: false },
  });
  const { tillCode } = await shop.wallet('codes', {});
  await shop.till.call('payWithTillCode', {
    params: { orderId: scanned.body.orderId },
    body: { attempt: 1, tillCode: String(tillCode) },
  });
  await shop.advance(5 * MINUTE);
  return { plain, halved, returned, late, unpaid };
}

test('a day of every kind agrees with the bill, row by row; a back office sees it, and a till does not', async () => {
  await aDay();
  expect(await reconciled()).toBeUndefined();
  await toBill();
  // Five payments, and three refunds: half, all, and the late one's.
  expect(await reconciled()).toMatchObject({
    day,
    state: 'compared',
    matched: 8,
    foreign: 0,
    differences: [],
    omitted: 0,
  });
  await expect(shop.till.call('listReconciliations', { query: { day } })).rejects.toMatchObject({ status: 403 });
  const told = await operator(`reconcile 示范商店 --day ${day}`);
  expect(told).toMatchObject({
    code: 0,
    out: expect.stringContaining('8 rows agree, 0 are of other systems, 0 differences'),
  });
});

test('F58 a payment that notification and query have hidden is found by the bill, and goes back because the order is closed', async () => {
  await shop.faults({ dropNotifications: true, query: { answer: 'refuse:ACQ.TRADE_NOT_EXIST', times: 1_000 } });
  const order = await shop.open({ expiresInSeconds: 90 });
  await shop.pay(order);
  await shop.advance(5 * MINUTE);
  expect(await shop.get(order.orderId)).toMatchObject({ status: 'closed', payment: null });
  await shop.faults({ reset: true, dropNotifications: true });
  const midnight = Date.parse(`${day}T00:00:00+08:00`) + DAY;
  await shop.advance(midnight + HOUR - shop.now());
  expect((await shop.get(order.orderId)).payment).toBeNull();

  await toBill();
  expect((await reconciled())?.differences).toMatchObject([
    {
      reason: 'missing_here',
      resolution: 'healed',
      attemptNo: first(order),
      ours: { gross: 1_234 },
      channelSays: { gross: 1_234 },
    },
  ]);
  const found = await shop.get(order.orderId);
  expect(found).toMatchObject({ status: 'paid', payment: { late: true }, refunded: cny(1_234) });
  const [trade] = await shop.trades(order);
  expect(trade?.refunds).toHaveLength(1);
});

describe('a bill that lies is explained row by row', () => {
  test('each reason, with what we say and what the channel says', async () => {
    const { plain, halved, returned } = await aDay();
    const second = await sold(700);
    const third = await sold(800);
    const at = shop.now();
    await shop.faults({
      bill: {
        drop: [first(plain)],
        repeat: [first(second)],
        change: [
          { number: first(halved), amount: 2_100 },
          { number: first(returned), fee: -7 },
        ],
        add: [
          { outTradeNo: 'another-systems-1', amount: 5, at },
          { outTradeNo: `${third.orderId}_1`, outRequestNo: `${third.orderId}_r9`, amount: -10, at },
        ],
      },
    });
    await toBill();
    const { differences = [], matched, foreign } = (await reconciled()) ?? {};
    const told = differences.map(({ reason, resolution, type, attemptNo, ours, channelSays }) => [
      reason,
      resolution,
      type,
      attemptNo,
      ours?.gross ?? null,
      channelSays?.gross ?? null,
    ]);
    expect(told.sort()).toEqual(
      [
        ['missing_at_channel', 'open', 'payment', first(plain), 1_234, null],
        ['duplicate', 'open', 'payment', first(second), 700, 700],
        ['amount', 'open', 'payment', first(halved), 2_000, 2_100],
        ['fee', 'healed', 'payment', first(returned), 999, 999],
        ['missing_here', 'waiting', 'refund', first(third), null, -10],
      ].sort(),
    );
    expect([matched, foreign]).toEqual([9, 1]);
    expect(differences.find(({ reason }) => reason === 'fee')).toMatchObject({
      ours: { fee: 6 },
      channelSays: { fee: 7 },
    });

    const accepted = await operator(`reconcile 示范商店 --day ${day} --accept ${first(second)} --note "printed twice"`);
    expect(accepted.out).toContain('duplicate accepted');
    // Compared again with the true bill: only what people wrote would stay, and nothing is left to write about but the
    // fee, which now is six again.
    await shop.faults({ bill: null });
    const again = `reconcile 示范商店 --day ${day} --again ${day}`;
    expect((await operator(again)).code).toBe(0);
    await shop.advance(MINUTE);
    expect((await reconciled())?.differences).toMatchObject([
      { reason: 'fee', resolution: 'healed', attemptNo: first(returned), ours: { fee: 7 }, channelSays: { fee: 6 } },
    ]);
    expect((await operator(again)).code).toBe(0);
    await shop.advance(MINUTE);
    expect((await reconciled())?.differences).toEqual([]);
  });

  test.each(['zip', 'torn', 'encoding', 'columns', 'sums', 'account', 'day'])(
    'broken (%s): refused with the reason, nothing half-applied, and read when it is whole',
    async (broken) => {
      await sold();
      await shop.faults({ bill: { broken } });
      await toBill();
      const refused = await reconciled();
      expect(refused).toMatchObject({ state: 'unreadable', matched: 0, differences: [], why: expect.any(String) });
      await shop.faults({ bill: null });
      await shop.advance(31 * MINUTE);
      expect(await reconciled()).toMatchObject({ state: 'compared', matched: 1, differences: [], why: null });
    },
  );

  test('late: asked for again until it is there; not there yet is not empty', async () => {
    await sold();
    await shop.faults({ bill: { lateMs: 5 * HOUR } });
    await toBill();
    expect(await reconciled()).toBeUndefined();
    await shop.advance(3 * HOUR);
    expect(await reconciled()).toBeUndefined();
    await shop.advance(2 * HOUR);
    expect(await reconciled()).toMatchObject({ state: 'compared', matched: 1 });
  });

  test('never: three days later the day has no bill, what we sold is missing, and the days after it are compared', async () => {
    const order = await sold();
    await shop.faults({ bill: { day, lateMs: 30 * DAY } });
    await toBill();
    await shop.advance(2 * DAY);
    expect(await reconciled()).toBeUndefined();
    await shop.advance(DAY);
    expect(await reconciled()).toMatchObject({
      state: 'no_bill',
      matched: 0,
      differences: [{ reason: 'missing_at_channel', resolution: 'open', attemptNo: first(order), ageDays: 3 }],
    });
    for (let sweeps = 0; sweeps < 3; sweeps += 1) await shop.advance(MINUTE);
    expect(await reconciled(reportDayOf('alipay', shop.now() - DAY))).toMatchObject({
      state: 'compared',
      differences: [],
    });
  });

  test('empty: what we sold is missing there, and says so', async () => {
    const order = await sold();
    await shop.faults({ bill: { empty: true } });
    await toBill();
    expect(await reconciled()).toMatchObject({
      matched: 0,
      differences: [{ reason: 'missing_at_channel', resolution: 'open', attemptNo: first(order), ageDays: 0 }],
    });
  });
});

test('around midnight a payment may stand on the next bill: it waits for it, and is then healed', async () => {
  const midnight = Date.parse(`${day}T00:00:00+08:00`) + DAY;
  await shop.advance(midnight - MINUTE - shop.now());
  const order = await sold();
  const at = Date.parse((await shop.get(order.orderId)).payment?.paidAt ?? '');
  await shop.faults({ bill: { day, drop: [first(order)] } });
  await toBill();
  expect((await reconciled())?.differences).toMatchObject([{ reason: 'late', resolution: 'waiting' }]);
  const next = reportDayOf('alipay', midnight);
  await shop.faults({
    bill: { day: next, add: [{ outTradeNo: first(order), amount: 1_234, fee: -7, at: at + 2 * MINUTE }] },
  });
  await shop.advance(DAY);
  expect(await reconciled(next)).toMatchObject({ state: 'compared', differences: [] });
  expect((await reconciled())?.differences).toMatchObject([{ reason: 'late', resolution: 'healed' }]);
});

test('the fee that the channel charged takes the place of the agreed one, on lines of the next statement', async () => {
  const plain = await sold();
  const halved = await sold(2_000);
  await refund(halved, 'half', 1_000);
  // Agreed: 7, 12, and 6 back.
  await shop.faults({
    bill: {
      day,
      change: [
        { number: first(plain), fee: -9 },
        { number: `${halved.orderId}_r1`, fee: 4 },
      ],
    },
  });
  await toBill();
  const seen = await reconciled();
  expect(seen?.differences).toMatchObject([
    { reason: 'fee', resolution: 'healed', ours: { fee: 7 }, channelSays: { fee: 9 } },
    { reason: 'fee', resolution: 'healed', ours: { fee: -6 }, channelSays: { fee: -4 } },
  ]);
  const adjusted = reportDayOf('alipay', shop.now());
  await shop.advance(DAY);
  const statements = (await shop.backOffice.call('listStatements', { query: {} })).body.data;
  const statement = statements.find((it) => it.day === adjusted);
  const { statementId = '' } = statement ?? {};
  const { data: lines } = (await shop.backOffice.call('listStatementLines', { params: { statementId }, query: {} }))
    .body;
  expect(lines).toMatchObject([
    { type: 'fee_adjustment', orderId: plain.orderId, refundNo: null, gross: 0, fee: 2, net: -2, late: false },
    { type: 'fee_adjustment', orderId: halved.orderId, refundNo: 'half', gross: 0, fee: 2, net: -2, late: false },
  ]);
  expect(statement?.totals).toMatchObject([
    { feeAdjustments: { count: 2, fee: 4 }, fees: 0, feesReturned: 0, netFees: 4, netReceivable: -4 },
  ]);
});

test('what reconciliation has brought stands on statements that hold', async () => {
  const verified = await operator('statement verify 示范商店');
  expect(verified).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/statements, [1-9]\d+ lines, 0 findings\n$/),
  });
});
