/** security M4, M5: how many calls of the tables one request takes, where a stranger or a flood has made it as large as it gets. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActivation } from '../../bin/directory/activation.ts';
import { listOrders } from '../../functions/api/list-orders.ts';
import { listTerminals } from '../../functions/api/list-terminals.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { TerminalView } from '../../functions/contract/answers.ts';
import type { Caller } from '../../functions/http/caller.ts';
import { enrol } from '../../functions/merchant/enrolment.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { SECOND } from '../../functions/time.ts';
import { orderOf } from '../support/bench.ts';
import { type Counter, openCounter, refusal } from './counter.ts';

const CALLS_MAX = 40;
const METHODS = ['get', 'getMany', 'create', 'replace', 'query'] as const;

let it: Counter;
let calls = 0;
const real = new Map(METHODS.map((name) => [name, MemoryTable.prototype[name]]));
beforeAll(async () => {
  for (const name of METHODS) {
    const method = real.get(name) as (...told: unknown[]) => Promise<never>;
    MemoryTable.prototype[name] = function counted(this: MemoryTable, ...told: unknown[]) {
      calls += 1;
      return method.apply(this, told);
    };
  }
  // In memory it reads key by key; in DynamoDB it is one call.
  const get = real.get('get') as MemoryTable['get'];
  MemoryTable.prototype.getMany = async function counted(this: MemoryTable, keys) {
    calls += 1;
    const items = await Promise.all([...new Set(keys)].map((key) => get.call(this, key)));
    return items.flatMap((item) => (item ? [item] : []));
  };
  it = await openCounter();
});
afterAll(async () => {
  Object.assign(MemoryTable.prototype, Object.fromEntries(real));
  await it.bench.stop();
});

/** Calls of the tables until `run` is answered, or refused. */
async function callsOf(run: () => Promise<unknown>): Promise<number> {
  calls = 0;
  await run();
  return calls;
}

const list = (query: Parameters<typeof listOrders>[1]['query'], by: Caller = it.till) =>
  listOrders(it.bench.services, { ...it.common(by), params: {}, query, body: undefined });

describe('security M5 a list takes 40 calls of the tables at the most', () => {
  beforeAll(async () => {
    for (let i = 0; i < 1_500; i += 1) {
      it.bench.pass(10);
      await it.open(it.nextTill, { qrCode: false });
    }
  }, 120_000);

  test.each([1, 5, 20, 100])(
    'security M5 of the orders of a till that has none among 1,500 of others, by %i',
    async (limit) => {
      const taken = await callsOf(() => list({ terminal: 'self', limit }));
      expect(taken).toBeGreaterThan(10);
      expect(taken).toBeLessThanOrEqual(CALLS_MAX);
    },
  );

  test('security M5 of a hundred terminals, each with two keys and its last call', async () => {
    const { directory } = it.bench.services;
    const pair = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
    const key = { alg: 'ed25519' as const, publicKey: pair.toString('base64') };
    const ask = { merchantId: it.office.merchantId, storeId: 'main', name: 'Till' };
    for (let i = 0; i < 100; i += 1) {
      const { code } = await createActivation({ directory: directory.table, now: it.bench.now }, ask);
      await enrol(directory.table, code.replaceAll('-', ''), key, it.bench.now());
    }
    const request = { ...it.common(it.office), params: {}, query: { limit: 100 }, body: undefined };
    let told = 0;
    const taken = await callsOf(async () => {
      const { body } = await listTerminals(it.bench.services, request);
      told = (body as { data: TerminalView[] }).data.length;
    });
    expect(told).toBeGreaterThan(45);
    expect(taken).toBeLessThanOrEqual(CALLS_MAX);
  });
});

describe('security M4 an order takes 40 calls of the tables at the most', () => {
  test.each([
    ['knows of none of them', 'garbage', 'none'],
    ['has made all of them', 'system_error_with_effect', 'none'],
    ['says nothing', 'garbage', 'garbage'],
  ])(
    'security M4 where fifty refunds of it are without an answer, and the channel %s',
    async (_, refund, refundQuery) => {
      const { orderId } = await it.paid(5_000);
      await it.bench.wallet('faults', { refund: { answer: refund, times: 49 } });
      for (let i = 0; i < 49; i += 1) expect((await it.refund(orderId, `r${i}`, 100)).status).toBe(202);
      if (refundQuery !== 'none')
        await it.bench.wallet('faults', { refundQuery: { answer: refundQuery, times: 1_000 } });
      it.bench.pass(90 * SECOND);
      const taken = await callsOf(() => it.get(orderId));
      await it.bench.wallet('faults', { reset: true });
      expect(taken).toBeLessThanOrEqual(CALLS_MAX);
    },
  );

  test('security M4 where it is opened, shown, scanned, closed and refunded', async () => {
    const taken = new Map<string, number>();
    const count = async (name: string, run: () => Promise<unknown>) => taken.set(name, await callsOf(run));
    let orderId = '';
    await count('createOrder', async () => {
      orderId = orderOf(await it.open()).orderId;
    });
    const body = { attempt: 2, tillCode: '281234567890123456' };
    const scanned = { ...it.common(it.till), params: { orderId }, query: {}, body };
    await count('payWithTillCode', () => refusal(payWithTillCode(it.bench.services, scanned)));
    await count('createQrCode', () => it.qrCode(orderId, 1));
    await count('getOrder', () => it.get(orderId));
    await count('closeOrder', () => it.close(orderId));
    const paid = await it.paid();
    await count('createRefund', () => it.refund(paid.orderId, 'r', 1));
    expect(taken.size).toBe(6);
    expect([...taken].filter(([, calls]) => calls > 10)).toEqual([]);
  });
});
