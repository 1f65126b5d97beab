/** An amount in a currency that the channel does not take: it is never sent, and what an earlier version sent is told. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrder } from '../../functions/api/create-order.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getMerchant } from '../../functions/api/get-merchant.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { listChannels } from '../../functions/api/list-channels.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Problem } from '../../functions/contract/problem.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import type { Agreement } from '../../functions/merchant/merchant.ts';
import { attemptNo, type Order } from '../../functions/order/order.ts';
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
  await bench.changeMerchant({ agreements: ['CNY', 'JPY'].map(terms) });
});
afterEach(() => bench.stop());
afterAll(() => engine.stop());

const terms = (currency: string): Agreement => ({
  agreementId: `agr_${currency.toLowerCase()}`,
  currency,
  validFrom: '2020-01-01',
  ratePpm: 6_000,
  feeOnRefund: 'returned',
});
const jpy = (value: number) => ({ currency: 'JPY', value });
const common = () => ({ caller: bench.caller, deadline: { endsAt: bench.now() + 12_000 }, query: {} });
const body = (more = {}) => ({
  merchantOrderNo: newNo(),
  amount: jpy(1_000),
  subject: '茶',
  expiresInSeconds: 180,
  qrCode: true,
  svg: false,
  ...more,
});
const open = (more = {}) => createOrder(bench.services, { ...common(), params: {}, body: body(more) });
const refund = (orderId: string, refundNo: string, amount: { currency: string; value: number }) =>
  createRefund(bench.services, { ...common(), params: { orderId }, body: { refundNo, amount } });
const look = async (orderId: string) =>
  orderOf(await getOrder(bench.services, { ...common(), params: { orderId }, body: undefined }));
const trades = async () => (await bench.wallet('trades')).data as { outTradeNo: string; refunds: unknown[] }[];

/** How it was refused; a test that expects a refusal fails on an answer. */
async function refusal(answer: Promise<unknown>) {
  const problem = await answer.then(
    (it) => expect.fail(`answered ${JSON.stringify(it)}`),
    (error: Problem) => error,
  );
  return { status: problem.status, ...problem.body('req') };
}

describe('money blocker: yen for a channel that takes yuan', () => {
  test('an order is refused with what is offered, nothing is stored and nothing is sent', async () => {
    expect(await refusal(open())).toMatchObject({
      status: 422,
      code: 'different_currency',
      retryable: false,
      offered: [{ channel: 'alipay', currencies: ['CNY'] }],
    });
    expect([await bench.orderItems(), await trades()]).toEqual([[], []]);
    expect(orderOf(await open({ amount: cny(1_000) })).status).toBe('awaiting_payment');
  });

  test('the channel itself turns it away without a call', async () => {
    const [account] = bench.identity.merchants[0]?.accounts ?? [];
    if (!account) throw new Error('the seed has an account');
    const of = { account, attemptNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1', amount: jpy(1_000) };
    const sale = { ...of, subject: '茶', storeId: 'main', terminalId: 'till', expiresAt: bench.now() + 180_000 };
    const { channels, notifyUrls } = bench.services;
    const { alipay } = channels;
    const { tillCode } = await bench.wallet('codes', {});
    // A request that reaches the simulator answers something else.
    await bench.wallet('faults', {
      precreate: { answer: 'system_error', times: 1 },
      pay: { answer: 'system_error', times: 1 },
      refund: { answer: 'system_error', times: 1 },
    });
    const code = { ...sale, notifyUrl: notifyUrls.alipay };
    expect([
      await alipay.createQrCode(code, 5_000),
      await alipay.payWithTillCode({ ...code, tillCode: String(tillCode) }, 5_000),
      await alipay.refund({ ...of, requestNo: 'r1' }, 5_000),
    ]).toEqual(Array(3).fill({ kind: 'refused', refusal: { reason: 'currency_not_offered' } }));
    expect(await trades()).toEqual([]);
  });

  test('a merchant with no other terms is offered nothing', async () => {
    await bench.changeMerchant({ agreements: [terms('JPY')] });
    expect(await refusal(open())).toMatchObject({ offered: [{ channel: 'alipay', currencies: [] }] });
    expect(await refusal(open({ amount: cny(1) }))).toMatchObject({ status: 422, code: 'different_currency' });
  });

  test('the channel and the merchant are told with yuan alone, the terms with all that are in force', async () => {
    const request = { ...common(), params: {}, body: undefined };
    expect(await listChannels(bench.services, request)).toMatchObject({ body: { data: [{ currencies: ['CNY'] }] } });
    expect(await getMerchant(bench.services, request)).toMatchObject({
      body: { currencies: ['CNY'], agreements: [{ currency: 'CNY' }, { currency: 'JPY' }] },
    });
  });
});

/** An order in yen as an earlier version stored it, its code as that version asked for it: 1000 yen as CNY 1000.00. */
async function stored({ kind = 'qr_code' }: { kind?: 'qr_code' | 'none' } = {}): Promise<Order> {
  const { services, identity } = bench;
  const [merchant] = identity.merchants;
  const [account] = merchant?.accounts ?? [];
  if (!merchant || !account) throw new Error('the seed has a merchant with an account');
  const { qrCode, svg, ...request } = body();
  const createdAt = bench.now();
  const expiresAt = createdAt + 180_000;
  const { order } = await services.orders.create({
    merchantId: merchant.id,
    request: { ...request, storeId: 'main', terminalId: bench.caller.terminalId ?? '' },
    account,
    latePayment: 'refund',
    day: '2026-03-01',
    createdAt,
    attempts: kind === 'none' ? [] : [{ n: 1, kind, expiresAt }],
  });
  if (kind === 'none') return order;
  const { subject, storeId } = order.request;
  const call = { account, attemptNo: attemptNo(order, 1), amount: cny(100_000), subject, storeId, terminalId: 'till' };
  const notifyUrl = services.notifyUrls.alipay;
  const code = await services.channels.alipay.createQrCode({ ...call, expiresAt, notifyUrl }, 5_000);
  if (code.kind !== 'accepted') throw new Error(JSON.stringify(code));
  return (await services.orders.apply(order, { type: 'code_given', n: 1, payload: code.payload }, createdAt)).order;
}

const pay = (order: Order) => bench.wallet('pay', { qrCode: order.attempts[0]?.payload });
const anomalies = async () =>
  (await bench.orderItems()).map((item) => JSON.stringify(item)).filter((it) => it.includes('different_currency'));

describe('money blocker: an order in yen that is stored already', () => {
  test('its payment in yuan is an anomaly with an alarm, and no goods are handed over', async () => {
    const order = await stored();
    await pay(order);
    bench.pass(5_000);
    const seen = await look(order.orderId);
    expect([seen.status, seen.nextAction, seen.payment]).toEqual(['awaiting_payment', 'show_qr_code', null]);
    expect([bench.counted('anomalies'), (await anomalies()).length]).toEqual([1, 1]);
    expect((await anomalies())[0]).toMatch(/"CNY".*100000|100000.*"CNY"/);
    expect(await refusal(refund(order.orderId, 'r1', jpy(300)))).toMatchObject({
      status: 422,
      code: 'different_currency',
    });
  });

  test('no new code of it is asked for, and it ends unpaid', async () => {
    const order = await stored({ kind: 'none' });
    const { merchantOrderNo } = order.request;
    const again = orderOf(await open({ merchantOrderNo }));
    expect([again.attempt?.refused?.reason, again.qrCode, await trades()]).toEqual(['currency_not_offered', null, []]);
    const scanned = orderOf(
      await payWithTillCode(bench.services, {
        ...common(),
        params: { orderId: order.orderId },
        body: { attempt: 2, tillCode: String((await bench.wallet('codes', {})).tillCode) },
      }),
    );
    expect([scanned.attempt?.refused?.reason, await trades()]).toEqual(['currency_not_offered', []]);
    bench.pass(30 * 60_000);
    await sweep(bench.services);
    expect((await look(order.orderId)).status).toBe('closed');
    expect(bench.counted('anomalies')).toBe(0);
  });

  test('stored as paid, too, its refund is refused, one that was asked for is not sent, and its replay is answered', async () => {
    const order = await stored();
    await pay(order);
    const news = { tradeNo: 'trade', paidAt: bench.now(), amount: order.request.amount };
    const { orders } = bench.services;
    const paid = await orders.apply(order, { type: 'paid', n: 1, news, source: 'query' }, bench.now());
    const { orderId } = paid.order;
    for (const amount of [jpy(300), cny(300)])
      expect(await refusal(refund(orderId, 'r1', amount))).toMatchObject({
        status: 422,
        code: 'different_currency',
        orderId,
      });
    const asked = { type: 'refund_requested', refundNo: 'old', amount: jpy(300), until: bench.now() } as const;
    await orders.apply(paid.order, asked, bench.now());
    bench.pass(60 * 60_000);
    await sweep(bench.services);
    bench.pass(60 * 60_000);
    await sweep(bench.services);
    expect((await trades()).map(({ refunds }) => refunds)).toEqual([[]]);
    const replayed = await refund(orderId, 'old', jpy(300));
    expect(replayed).toMatchObject({ status: 200, body: { refund: { status: 'failed' }, order: { orderId } } });
  });
});
