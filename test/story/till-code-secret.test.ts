/** F76 S16: the customer's code is nowhere but on its way to the channel: not in tables, logs, metrics, answers, or errors. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOrder } from '../../functions/api/create-order.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import { Problem } from '../../functions/contract/problem.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { Orders } from '../../functions/order/orders.ts';
import type { Services } from '../../functions/services.ts';
import { errorText } from '../../functions/telemetry.ts';
import { type Bench, openBench, orderOf } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { cny, newNo, openShop, type TestShop } from '../support/shop.ts';
import { LARGE } from '../support/till-codes.ts';

let engine: TestEngine;
let bench: Bench;
let shop: TestShop;
const said: string[] = [];
beforeAll(async () => {
  engine = await openEngine();
  bench = await openBench(engine);
  shop = await openShop((line) => said.push(line));
});
afterAll(async () => {
  await bench.stop();
  await engine.stop();
  await shop.advance(0);
  await shop.stop();
});

/** The code, or enough of it to be one: nobody may keep a part either. */
const betrays = (text: string, code: string) =>
  [code, code.slice(0, 12), code.slice(-12)].some((it) => text.includes(it));

const OUTCOMES: [pay: string | undefined, value: number, noMoney: boolean][] = [
  [undefined, 1_234, false],
  [undefined, LARGE, false],
  [undefined, 1_234, true],
  ['system_error', 1_234, false],
  ['system_error_with_effect', 1_234, false],
  ['garbage', 1_234, false],
  ['bad_signature', LARGE, false],
  ['refuse:ACQ.PAYMENT_AUTH_CODE_INVALID', 1_234, false],
  ['refuse:ACQ.NEVER_SEEN_BEFORE', 1_234, false],
];

test('whatever comes of it, no table, log, metric, answer or error holds the code', async () => {
  const told: unknown[] = [];
  const note =
    (what: string) =>
    (...facts: unknown[]) => {
      told.push([what, ...facts]);
    };
  const s: Services = {
    ...bench.services,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    metrics: { count: note('count'), publish: () => {} },
  };
  const request = <P, B>(params: P, body: B) => ({
    params,
    body,
    query: {},
    caller: bench.caller,
    deadline: { endsAt: bench.now() + 12_000 },
  });
  const codes: string[] = [];
  const newCode = async (noMoney = false) => {
    const code = String((await bench.wallet('codes', { noMoney })).tillCode);
    codes.push(code);
    return code;
  };
  const open = async (value: number) =>
    orderOf(
      await createOrder(
        s,
        request(
          {},
          {
            merchantOrderNo: newNo(),
            amount: cny(value),
            subject: 'tea',
            qrCode: false,
            svg: false,
            expiresInSeconds: 180,
          },
        ),
      ),
    ).orderId;
  const scan = async (services: Services, orderId: string, code: string) => {
    try {
      told.push(await payWithTillCode(services, request({ orderId }, { attempt: 1, tillCode: code })));
    } catch (error) {
      told.push(error instanceof Problem ? error.body('r') : errorText(error));
    }
  };
  for (const [answer, value, noMoney] of OUTCOMES) {
    if (answer) await bench.wallet('faults', { pay: { answer, times: 1 } });
    const orderId = await open(value);
    const code = await newCode(noMoney);
    await scan(s, orderId, code);
    await scan(s, orderId, await newCode());
    bench.pass(46_000);
    told.push(await getOrder(s, { ...request({ orderId }, undefined), query: {} }));
  }
  // A table that fails after the code was sent, and one that fails before.
  for (const failsAt of [1, 2]) {
    const orderId = await open(1_234);
    let applied = 0;
    class Failing extends Orders {
      override async apply(...given: Parameters<Orders['apply']>) {
        applied += 1;
        if (applied === failsAt) throw new Error('the table fails');
        return super.apply(...given);
      }
    }
    const table = Reflect.get(bench.services.orders, 'table') as ConstructorParameters<typeof Orders>[0];
    await scan({ ...s, orders: new Failing(table) }, orderId, await newCode());
  }
  for (let minute = 0; minute < 5; minute += 1) {
    bench.pass(60_000);
    told.push(await sweep(s));
  }
  const everything = JSON.stringify([told, await bench.orderItems()]);
  expect(everything).toContain('till_code');
  expect(told.length).toBeGreaterThan(40);
  // The test would see it: the codes are those that the channel was paid by.
  const { data } = await bench.wallet('trades');
  expect((data as { status: string }[]).filter(({ status }) => status === 'TRADE_SUCCESS').length).toBeGreaterThan(0);
  for (const code of codes) expect(betrays(everything, code)).toBe(false);
});

test('over HTTP neither: refusals name the field, and the log lines know nothing', async () => {
  const answers: string[] = [];
  const codes = [
    '281234567890123456',
    '134567890123456789',
    '28123456789012',
    '2812345678901234567890123',
    'x'.repeat(20),
  ];
  for (const tillCode of codes)
    for (const more of [{}, { unknownField: tillCode }, { attempt: 'one' }]) {
      const order = await shop.open({ qrCode: false });
      const body = JSON.stringify({ attempt: 1, tillCode, ...more });
      const response = await shop.till.request('POST', `/v1/orders/${order.orderId}/till-code-payment`, body);
      answers.push(await response.text());
    }
  await shop.advance(60_000);
  const metrics = await (await fetch(`${shop.stack.api}/__local/metrics`)).text();
  const everything = [...answers, ...said, metrics].join('\n');
  expect(everything).toContain('/tillCode');
  for (const code of codes) expect(betrays(everything, code)).toBe(false);
});
