/** F43 an invocation that was killed between storing a till code's attempt and hearing of it: nobody knows the code any more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrder } from '../../functions/api/create-order.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Channel, TillCodeRequest } from '../../functions/channel/channel.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import type { Services } from '../../functions/services.ts';
import { alipayAlone } from '../support/alipay-alone.ts';
import { type Bench, openBench, orderOf } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { cny, newNo } from '../support/shop.ts';

let engine: TestEngine;
let bench: Bench;
beforeAll(async () => {
  engine = await openEngine();
  bench = await openBench(engine);
});
afterAll(async () => {
  await bench.stop();
  await engine.stop();
});

const request = <P, B>(params: P, body: B) => ({
  params,
  body,
  query: {},
  caller: bench.caller,
  deadline: { endsAt: bench.now() + 12_000 },
});
const get = async (orderId: string) =>
  orderOf(await getOrder(bench.services, { ...request({ orderId }, undefined), query: {} }));

/** Scans a code, and is killed before the channel is called, or after it has done what it was asked for. */
async function killed(reaches: boolean): Promise<{ orderId: string; tillCode: string }> {
  const body = { merchantOrderNo: newNo(), amount: cny(1_234), subject: 'tea', qrCode: false, svg: false };
  const ask = request({}, { ...body, expiresInSeconds: 180 });
  const { orderId } = orderOf(await createOrder(bench.services, ask));
  const tillCode = String((await bench.wallet('codes', {})).tillCode);
  const { alipay } = bench.services.channels;
  await new Promise<void>((resolve, reject) => {
    const channel: Channel = {
      ...alipay,
      async payWithTillCode(it: TillCodeRequest, timeoutMs: number) {
        if (reaches) await alipay.payWithTillCode(it, timeoutMs);
        resolve();
        return new Promise(() => {});
      },
    };
    const dying: Services = { ...bench.services, channels: alipayAlone(channel), lastSynced: new Map() };
    payWithTillCode(dying, request({ orderId }, { attempt: 1, tillCode })).catch(reject);
  });
  return { orderId, tillCode };
}

describe('killed before the channel heard of it', () => {
  test('the terminal asks again: the replay pays nothing, its polls bring it to an end in 45 s', async () => {
    const { orderId, tillCode } = await killed(false);
    const again = await payWithTillCode(bench.services, request({ orderId }, { attempt: 1, tillCode }));
    expect([again.status, orderOf(again).nextAction]).toEqual([202, 'do_not_hand_over_goods']);
    for (let polls = 0; polls < 15; polls += 1) {
      bench.pass(3_000);
      await get(orderId);
    }
    bench.pass(3_000);
    expect(await get(orderId)).toMatchObject({ nextAction: 'get_qr_code', payment: null });
    expect((await bench.wallet('trades')).data).toEqual([]);
    const next = await payWithTillCode(
      bench.services,
      request({ orderId }, { attempt: 2, tillCode: String((await bench.wallet('codes', {})).tillCode) }),
    );
    expect(orderOf(next)).toMatchObject({ status: 'paid', attempt: { n: 2 } });
  });

  test('the terminal is gone, too: the sweep ends it, at its own due time at the latest', async () => {
    const { orderId } = await killed(false);
    for (let minute = 0; minute < 5; minute += 1) {
      bench.pass(60_000);
      await sweep(bench.services);
    }
    expect((await bench.services.orders.get(orderId))?.attempts[0]?.ended).toMatchObject({ why: 'expired' });
  });
});

test('killed after it was paid: the next poll finds the payment, and the goods go out', async () => {
  const { orderId } = await killed(true);
  bench.pass(3_000);
  expect(await get(orderId)).toMatchObject({ status: 'paid', nextAction: 'hand_over_goods', refunds: [] });
});
