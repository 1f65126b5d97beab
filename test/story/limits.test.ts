/** What a merchant may do at most: each refusal has its own code and says the limit, and what is not set does not limit. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Problem } from '../../functions/contract/problem.ts';
import type { Limits } from '../../functions/merchant/merchant.ts';
import { type Bench, openBench, orderOf } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { cny, newNo } from '../support/shop.ts';

let engine: TestEngine;
let bench: Bench;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  bench = await openBench(engine);
});
afterEach(() => bench.stop());
afterAll(() => engine.stop());

const deadline = () => ({ endsAt: bench.now() + 12_000 });
const body = (more = {}) => ({
  merchantOrderNo: newNo(),
  amount: cny(1_000),
  subject: '茶',
  expiresInSeconds: 180,
  qrCode: true,
  svg: false,
  ...more,
});
const common = () => ({ caller: bench.caller, deadline: deadline(), query: {} });
const open = (more = {}) => createOrder(bench.services, { ...common(), params: {}, body: body(more) });
const refund = (orderId: string, refundNo: string, value: number) =>
  createRefund(bench.services, { ...common(), params: { orderId }, body: { refundNo, amount: cny(value) } });
const look = async (orderId: string) =>
  orderOf(await getOrder(bench.services, { ...common(), params: { orderId }, body: undefined }));
const pay = ({ qrCode }: OrderView) => bench.wallet('pay', { qrCode: qrCode?.payload });

/** How it was refused; a test that expects a refusal fails on an answer. */
async function refusal(answer: Promise<unknown>) {
  const problem = await answer.then(
    (it) => expect.fail(`answered ${JSON.stringify(it)}`),
    (error: Problem) => error,
  );
  return { status: problem.status, ...problem.body('req') };
}

const limit = (limits: Limits) => bench.changeMerchant({ limits });

async function paid(value = 1_000): Promise<OrderView> {
  const order = orderOf(await open({ amount: cny(value) }));
  await pay(order);
  bench.pass(5_000);
  return look(order.orderId);
}

describe('an order', () => {
  test('F70 over the largest amount: 422 with the limit', async () => {
    await limit({ largestOrder: 999 });
    expect(await refusal(open())).toMatchObject({ status: 422, code: 'amount_over_limit', limit: cny(999) });
    expect(orderOf(await open({ amount: cny(999) })).status).toBe('awaiting_payment');
  });

  test('money: the limit is that of its currency', async () => {
    await limit({ money: { JPY: { largestOrder: 1 }, CNY: { largestOrder: 999 } } });
    expect(await refusal(open())).toMatchObject({ status: 422, code: 'amount_over_limit', limit: cny(999) });
    await limit({ money: { JPY: { largestOrder: 1, refundedPerDay: 1, largestTerminalRefund: 1 } } });
    const order = await paid();
    expect((await refund(order.orderId, 'a', 1_000)).status).toBe(201);
  });

  test('with a code that lives too long: 422 with the limit, and a replay of an older one is answered', async () => {
    const merchantOrderNo = newNo();
    const first = orderOf(await open({ merchantOrderNo }));
    await limit({ longestExpirySeconds: 120 });
    expect(await refusal(open())).toMatchObject({
      status: 422,
      code: 'expiry_over_limit',
      limit: { expiresInSeconds: 120 },
    });
    expect(orderOf(await open({ merchantOrderNo })).orderId).toBe(first.orderId);
    expect(orderOf(await open({ expiresInSeconds: 120 })).status).toBe('awaiting_payment');
  });

  test('S20 too many per second: 429 with Retry-After, and later it is taken; and so a minute later', async () => {
    await limit({ ordersPerSecond: 100, ordersPerSecondPerTerminal: 2 });
    for (const wait of [0, 60_000]) {
      bench.pass(wait);
      expect([(await open()).status, (await open()).status]).toEqual([201, 201]);
      const no = newNo();
      const refused = (await open({ merchantOrderNo: no }).catch((error: Problem) => error)) as Problem;
      const { executed, limit: limited, headers } = refused.members;
      expect([refused.status, executed, limited, headers]).toEqual([
        ...[429, false, { ordersPerSecond: 2, of: 'terminal' }, { 'retry-after': '1' }],
      ]);
      bench.pass(499);
      expect(await refusal(open({ merchantOrderNo: no }))).toMatchObject({ code: 'too_many_requests' });
      // What was refused was not opened: the number is free.
      bench.pass(1);
      expect((await open({ merchantOrderNo: no })).status).toBe(201);
    }
  });
});

describe('refunds of a day', () => {
  test('S21 by their number: the one beyond is refused and nothing is stored, tomorrow it is taken', async () => {
    const order = await paid();
    await limit({ refundsPerDay: 2 });
    await refund(order.orderId, 'a', 100);
    bench.pass(4_000);
    await refund(order.orderId, 'b', 100);
    bench.pass(4_000);
    expect(await refusal(refund(order.orderId, 'c', 100))).toMatchObject({
      status: 422,
      code: 'refund_count_limit',
      limit: { refundsPerDay: 2 },
    });
    expect((await look(order.orderId)).refunds).toHaveLength(2);
    // A repeat is no further refund.
    expect((await refund(order.orderId, 'b', 100)).status).toBe(200);
    bench.pass(86_400_000);
    expect((await refund(order.orderId, 'c', 100)).status).toBe(201);
  });

  test('S21 by their sum, over several orders and at once: exactly up to the limit', async () => {
    const orders = [await paid(), await paid(), await paid(), await paid()];
    await limit({ refundedPerDay: 1_200 });
    const asked = await Promise.all(
      orders.map(({ orderId }) =>
        refund(orderId, 'r', 400).then(
          ({ status }) => status,
          (error: Problem) => error.code,
        ),
      ),
    );
    expect(asked.map(String).sort()).toEqual(['201', '201', '201', 'refund_amount_limit']);
    const refunded = await Promise.all(orders.map(async ({ orderId }) => (await look(orderId)).refunded.value));
    expect(refunded.sort()).toEqual([0, 400, 400, 400]);
    expect(refunded).toEqual(asked.map((it) => (it === 201 ? 400 : 0)).sort());
    for (const { orderId } of orders)
      expect(await refusal(refund(orderId, 'more', 1))).toMatchObject({
        ...{ status: 422, code: 'refund_amount_limit', limit: { refundedPerDay: cny(1_200) } },
      });
  });

  test('money: sum and slice are those of the order’s currency', async () => {
    const order = await paid();
    await limit({ largestTerminalRefund: 1, money: { CNY: { refundedPerDay: 500, largestTerminalRefund: 700 } } });
    expect(await refusal(refund(order.orderId, 'a', 701))).toMatchObject({
      code: 'refund_needs_approval',
      limit: { largestTerminalRefund: cny(700) },
    });
    expect(await refusal(refund(order.orderId, 'a', 501))).toMatchObject({
      code: 'refund_amount_limit',
      limit: { refundedPerDay: cny(500) },
    });
    expect((await refund(order.orderId, 'a', 500)).status).toBe(201);
  });

  test('S21 above a limit a terminal needs the back office; slices of an order count together', async () => {
    const order = await paid();
    await limit({ largestTerminalRefund: 500 });
    expect((await refund(order.orderId, 'a', 300)).status).toBe(201);
    bench.pass(4_000);
    expect(await refusal(refund(order.orderId, 'b', 201))).toMatchObject({
      status: 403,
      code: 'refund_needs_approval',
      limit: { largestTerminalRefund: cny(500) },
    });
    const { terminalId: _, ...office } = common().caller;
    const approved = await createRefund(bench.services, {
      ...common(),
      caller: office,
      params: { orderId: order.orderId },
      body: { refundNo: 'b', amount: cny(201), operatorId: 'boss' },
    });
    expect(approved.status).toBe(201);
    expect((await bench.services.orders.get(order.orderId))?.refunds).toMatchObject([
      { source: 'till', amount: 300 },
      { source: 'till', amount: 201, operatorId: 'boss' },
    ]);
  });

  test('what is refused for another reason, or fails at the channel, is not counted', async () => {
    const order = await paid();
    await limit({ refundsPerDay: 1 });
    expect(await refusal(refund(order.orderId, 'a', 1_001))).toMatchObject({ code: 'refund_exceeds_refundable' });
    await bench.wallet('faults', { refund: { answer: 'refuse:ACQ.TRADE_NOT_ALLOW_REFUND', times: 1 } });
    const failed = (await refund(order.orderId, 'b', 100)).body as { refund: { status: string } };
    expect(failed.refund.status).toBe('failed');
    bench.pass(4_000);
    expect((await refund(order.orderId, 'c', 100)).status).toBe(201);
    expect(await refusal(refund(order.orderId, 'd', 100))).toMatchObject({ code: 'refund_count_limit' });
  });

  test('killed at any call of the table: the sum of the day counts what was stored, or more', async () => {
    const told: string[] = [];
    for (let callsUntilDeath = 0; ; callsUntilDeath += 1) {
      await bench.stop();
      bench = await openBench(engine);
      const order = await paid();
      await limit({ refundedPerDay: 500 });
      const ended = bench.dying(callsUntilDeath);
      const request = { ...common(), params: { orderId: order.orderId }, body: { refundNo: 'a', amount: cny(300) } };
      const first = await createRefund(ended.services, request).then(
        () => 'answered',
        () => 'killed',
      );
      bench.pass(120_000);
      const stored = (await look(order.orderId)).refunds.length;
      const counted = (await bench.services.functionState.get(`${bench.caller.merchantId}.refunds`, (item) => item))
        ?.count;
      // Asked again, it is taken if it was stored, or if what was counted before leaves room for it.
      const again = await refund(order.orderId, 'a', 300).then(
        ({ status }) => status,
        (error: Problem) => error.code,
      );
      bench.pass(4_000);
      expect(await refusal(refund(order.orderId, 'b', 201))).toMatchObject({ code: 'refund_amount_limit' });
      told.push(`${first}: stored ${stored}, counted ${counted ?? 0}, again ${again}`);
      if (!ended.died()) break;
    }
    // In this order, however many calls each of them takes.
    expect([...new Set(told)]).toEqual([
      'killed: stored 0, counted 0, again 201',
      'killed: stored 0, counted 1, again refund_amount_limit',
      'killed: stored 1, counted 1, again 200',
      'answered: stored 1, counted 1, again 200',
    ]);
  });
});

describe('one open order per terminal', () => {
  const busy = { status: 409, code: 'terminal_busy', retryable: true, executed: false };

  test('a code that nobody has scanned gives way, and is paid by nobody', async () => {
    await limit({ oneOpenOrderPerTerminal: true });
    const first = orderOf(await open());
    const second = orderOf(await open());
    expect(second.status).toBe('awaiting_payment');
    expect(await look(first.orderId)).toMatchObject({ status: 'closing', nextAction: 'start_new_order' });
  });

  test('an order that was scanned is closed first; while that is uncertain the new one names it and its amount', async () => {
    await limit({ oneOpenOrderPerTerminal: true });
    const first = orderOf(await open({ amount: cny(4_200) }));
    await bench.wallet('scan', { qrCode: first.qrCode?.payload });
    await bench.wallet('faults', { close: { answer: 'system_error', times: 1 } });
    const no = newNo();
    const { orderId, merchantOrderNo } = first;
    expect(await refusal(open({ merchantOrderNo: no }))).toMatchObject({
      ...busy,
      orderId,
      merchantOrderNo,
      amount: cny(4_200),
      orderStatus: 'closing',
    });
    bench.pass(4_000);
    expect(orderOf(await open({ merchantOrderNo: no })).status).toBe('awaiting_payment');
    expect((await look(orderId)).status).toBe('closed');
  });

  test('paid a moment before: the cashier hears of it before anything else is sold', async () => {
    await limit({ oneOpenOrderPerTerminal: true });
    const first = orderOf(await open());
    await pay(first);
    bench.pass(4_000);
    const no = newNo();
    expect(await refusal(open({ merchantOrderNo: no }))).toMatchObject({
      ...busy,
      orderId: first.orderId,
      orderStatus: 'paid',
      nextAction: 'hand_over_goods',
    });
    expect(orderOf(await open({ merchantOrderNo: no })).status).toBe('awaiting_payment');
  });

  test('a replay closes nothing, another terminal is not asked, and without the limit nobody is', async () => {
    const free = [orderOf(await open()), orderOf(await open())];
    await limit({ oneOpenOrderPerTerminal: true });
    const merchantOrderNo = newNo();
    const first = orderOf(await open({ merchantOrderNo }));
    expect(orderOf(await open({ merchantOrderNo })).orderId).toBe(first.orderId);
    const other = { ...bench.caller, terminalId: 'trm_other' };
    await createOrder(bench.services, { ...common(), caller: other, params: {}, body: body() });
    expect((await look(first.orderId)).status).toBe('awaiting_payment');
    for (const { orderId } of free) expect((await look(orderId)).status).not.toBe('closing');
    await closeOrder(bench.services, { ...common(), params: { orderId: first.orderId }, body: {} });
  });
});
