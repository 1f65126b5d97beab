/** An order by the channel's number of its trade: asked for at the channel, or found in our own facts, and never falsely not there. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrder } from '../../functions/api/create-order.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { listOrders } from '../../functions/api/list-orders.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { Problem } from '../../functions/contract/problem.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import { businessDay, DAY, HOUR } from '../../functions/time.ts';
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

const common = () => ({ caller: bench.caller, deadline: { endsAt: bench.now() + 12_000 }, query: {} });
const open = async (more = {}): Promise<OrderView> => {
  const ask = { merchantOrderNo: newNo(), amount: cny(1_000), subject: '茶', expiresInSeconds: 180, qrCode: true };
  return orderOf(await createOrder(bench.services, { ...common(), params: {}, body: { ...ask, svg: false, ...more } }));
};
async function paid(): Promise<{ orderId: string; tradeNo: string }> {
  const { orderId, qrCode } = await open();
  const { tradeNo } = (await bench.wallet('pay', { qrCode: qrCode?.payload })) as { tradeNo: string };
  bench.pass(5_000);
  await getOrder(bench.services, { ...common(), params: { orderId }, body: undefined });
  return { orderId, tradeNo };
}
const find = async (tradeNo: string, more = {}) => {
  const request = { ...common(), params: {}, query: { tradeNo }, body: undefined, ...more };
  const { body } = await listOrders(bench.services, request);
  const { data, nextCursor } = body as { data: OrderView[]; nextCursor: null };
  expect(nextCursor).toBeNull();
  return data.map(({ orderId }) => orderId);
};
const refused = (answer: Promise<unknown>) =>
  answer.then(
    (it) => expect.fail(`answered ${JSON.stringify(it)}`),
    (error: Problem) => error.body(''),
  );
const silence = (times: number) => bench.wallet('faults', { query: { answer: 'garbage', times } });

describe('money M1', () => {
  test('a paid order is found: one call of the channel, one read of the order, no write', async () => {
    const { orderId, tradeNo } = await paid();
    expect(tradeNo).toMatch(/^\d{28}$/);
    bench.takeUnits();
    expect(await find(tradeNo)).toEqual([orderId]);
    expect(bench.takeUnits()).toMatchObject({ write: 0, query: 0 });
  });

  test('also one that was scanned and is not paid', async () => {
    const { orderId, qrCode } = await open();
    const { tradeNo } = (await bench.wallet('scan', { qrCode: qrCode?.payload })) as { tradeNo: string };
    expect(await find(tradeNo)).toEqual([orderId]);
  });

  test("another merchant's is not there, for either of them", async () => {
    const { tradeNo } = await paid();
    const stranger = bench.identity.keys.find(({ merchantId }) => merchantId !== bench.caller.merchantId);
    if (!stranger) throw new Error('the seed has two merchants');
    const { id: keyid, merchantId, scopes } = stranger;
    const { storeId: _, terminalId: __, ...other } = { ...bench.caller, keyid, merchantId, scopes };
    expect(await find(tradeNo, { caller: other })).toEqual([]);
  });

  test('a number that nobody has is an empty list', async () => {
    await paid();
    expect(await find('2026030122001452135997453208')).toEqual([]);
    expect(await find('nobody-knows')).toEqual([]);
  });

  test('while the channel is silent: what we know is found, before a statement carries it and after', async () => {
    const { orderId, tradeNo } = await paid();
    await silence(2);
    expect(await find(tradeNo)).toEqual([orderId]);
    const day = businessDay(bench.now(), 'Asia/Shanghai');
    bench.pass(DAY + HOUR);
    const run = { endsAt: bench.now() + 48_000 };
    await sealDue(bench.services, run);
    expect((await bench.services.orders.get(orderId))?.payments.map(({ posted }) => posted)).toEqual([day]);
    expect(await find(tradeNo)).toEqual([orderId]);
  });

  test('while the channel is silent: what we do not know is a refusal that may be repeated, and no empty list', async () => {
    await paid();
    await silence(1);
    expect(await refused(find('2026030122001452135997453208'))).toMatchObject({
      status: 503,
      code: 'channel_silent',
      retryable: true,
    });
    expect(await find('2026030122001452135997453208')).toEqual([]);
  });

  test('after the merchant has taken another account: found in our own facts', async () => {
    const { orderId, tradeNo } = await paid();
    await bench.changeMerchant({
      accounts: [{ channel: 'alipay', appId: '2021999999999999', sellerId: '2088000000000099' }],
    });
    expect(await find(tradeNo)).toEqual([orderId]);
  });

  test('more facts than the time of a request is enough for: a refusal, and no empty list', async () => {
    await paid();
    await silence(1);
    const late = { deadline: { endsAt: bench.now() - 1 } };
    expect(await refused(find('2026030122001452135997453208', late))).toMatchObject({
      status: 503,
      code: 'too_much_to_look_through',
      retryable: false,
    });
  });
});

describe('money F13 a reference that looks like a card number', () => {
  const reference = '6212345678901232';

  test('is refused until the merchant lets it pass; then it is stored, found and replayed', async () => {
    expect(await refused(open({ reference }))).toMatchObject({
      status: 400,
      detail: '/reference: must not hold a card number',
      errors: [{ pointer: '/reference', detail: 'must not hold a card number' }],
    });
    await bench.changeMerchant({ referenceMayLookLikeCard: true });
    const merchantOrderNo = newNo();
    const order = await open({ reference, merchantOrderNo });
    expect(order.reference).toBe(reference);
    expect((await open({ reference, merchantOrderNo })).orderId).toBe(order.orderId);
    await bench.changeMerchant({ referenceMayLookLikeCard: false });
    const { body } = await listOrders(bench.services, {
      ...common(),
      params: {},
      query: { merchantOrderNo },
      body: undefined,
    });
    expect((body as { data: OrderView[] }).data.map((it) => it.reference)).toEqual([reference]);
  });
});
