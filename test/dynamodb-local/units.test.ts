/** What the life of an order costs in write units, indexes included, as DynamoDB Local counts them: the design's budgets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { OrderView } from '../../functions/http/answers.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { takeNotification } from '../../functions/notifications/alipay.ts';
import { type Bench, openBench, orderOf } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { cny, newNo } from '../support/shop.ts';

const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;

let engine: TestEngine;
let bench: Bench;
beforeAll(async () => {
  engine = await openEngine('dynamodb-local');
  bench = await openBench(engine);
});
afterAll(async () => {
  await bench.stop();
  await engine.stop();
});

const deadline = () => ({ endsAt: bench.now() + 12 * SECOND });
const request = <P, B>(params: P, body: B) => ({ params, body, query: {}, caller: bench.caller, deadline: deadline() });

/** A subject of forty bytes, as the budgets have it. */
const SUBJECT = '拿铁咖啡拿铁咖啡拿铁咖啡!!!!';

async function open(qrCode = true, value = 123_456): Promise<OrderView> {
  bench.takeUnits();
  const body = {
    merchantOrderNo: `20260301-till-01-${newNo()}`,
    amount: cny(value),
    subject: SUBJECT,
    operatorId: '007',
    qrCode,
    svg: false,
    expiresInSeconds: 180,
  };
  return orderOf(await createOrder(bench.services, request({}, body)));
}

async function pay(order: OrderView): Promise<void> {
  await bench.wallet('pay', { qrCode: order.qrCode?.payload });
  await bench.simulator.deliverDue(bench.now());
  const { data } = (await bench.wallet('notifications')) as {
    data: { outTradeNo: string; attempts: { body: string }[] }[];
  };
  const notice = data.find(({ outTradeNo }) => outTradeNo.startsWith(order.orderId));
  expect(await takeNotification(bench.services, Buffer.from(notice?.attempts[0]?.body ?? ''), deadline())).toBe(
    'success',
  );
}

const refund = (order: OrderView) =>
  createRefund(
    bench.services,
    request({ orderId: order.orderId }, { refundNo: 'refund-1', amount: cny(23_456), operatorId: '007' }),
  );

async function bill(): Promise<void> {
  bench.pass(DAY);
  await sweep(bench.services);
}

const stored = async ({ orderId }: OrderView) => bench.services.orders.get(orderId);

describe('write units of a life', () => {
  test('paid and billed: 9 in one call', async () => {
    const order = await open();
    await pay(order);
    await bill();
    expect((await stored(order))?.payments[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(9);
  });

  test('paid and billed: 10 in two calls', async () => {
    const order = await open(false);
    bench.pass(2 * SECOND);
    const shown = await createQrCode(bench.services, request({ orderId: order.orderId }, { attempt: 1, svg: false }));
    await pay(orderOf(shown));
    await bill();
    expect((await stored(order))?.payments[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(10);
  });

  test('closed unscanned: 6 in one call, 7 in two', async () => {
    const one = await open();
    bench.pass(286 * SECOND);
    await sweep(bench.services);
    expect((await stored(one))?.closed).toBeDefined();
    expect(bench.takeUnits()).toBe(6);
    const two = await open(false);
    bench.pass(2 * SECOND);
    await createQrCode(bench.services, request({ orderId: two.orderId }, { attempt: 1, svg: false }));
    bench.pass(226 * SECOND);
    await sweep(bench.services);
    bench.pass(60 * SECOND);
    await sweep(bench.services);
    expect((await stored(two))?.closed).toBeDefined();
    expect(bench.takeUnits()).toBe(7);
  });

  test('paid, refunded and billed: 13 on one day, 16 on two', async () => {
    const sameDay = await open();
    await pay(sameDay);
    await refund(sameDay);
    await bill();
    expect((await stored(sameDay))?.refunds[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(13);
    const nextDay = await open();
    await pay(nextDay);
    await bill();
    await refund(nextDay);
    await bill();
    expect((await stored(nextDay))?.refunds[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(16);
  });

  test('paid late and refunded: 13', async () => {
    const order = await open();
    await closeOrder(bench.services, request({ orderId: order.orderId }, {}));
    await pay(order);
    await bill();
    expect((await stored(order))?.refunds[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(13);
  });

  test('paid by till code and billed: 9, and 12 if the customer has to confirm', async () => {
    const scan = async (value: number) => {
      const order = await open(false, value);
      const { tillCode } = await bench.wallet('codes', {});
      const body = { attempt: 1, tillCode: String(tillCode) };
      return {
        order,
        tillCode,
        reply: await payWithTillCode(bench.services, request({ orderId: order.orderId }, body)),
      };
    };
    const { order, reply } = await scan(99_999);
    expect(orderOf(reply).status).toBe('paid');
    await bill();
    expect((await stored(order))?.payments[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(9);
    const large = await scan(123_456);
    await bench.wallet('confirm', { tillCode: large.tillCode });
    bench.pass(3 * SECOND);
    await getOrder(bench.services, { ...request({ orderId: large.order.orderId }, undefined), query: {} });
    await bill();
    expect((await stored(large.order))?.payments[0]?.billed).toBeDefined();
    expect(bench.takeUnits()).toBe(12);
  });

  test('a poll that learns nothing: none', async () => {
    const order = await open();
    bench.takeUnits();
    for (let poll = 0; poll < 5; poll += 1) {
      bench.pass(3 * SECOND);
      await getOrder(bench.services, { ...request({ orderId: order.orderId }, undefined), query: {} });
    }
    expect(bench.takeUnits()).toBe(0);
  });
});
