/** Refunds and shift closings without a screen: kept before the server hears of them, and made once although answers get lost; and the keys that the console takes. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ApiProblem, OutcomeUnknown } from '../../functions/client/client.ts';
import { readCredential } from '../../web/console/credential.ts';
import { isOnlyPaid, newAsk, offeredText, type RefundAsk, refund, unanswered } from '../../web/shared/refund.ts';
import { askRunning, finishClosing, isFinal, keptClosing, newClosing } from '../../web/till/shift-closing.ts';
import { cny, LIFE_NAMES, viewOf } from './lives.ts';
import { newStore, Server } from './server.ts';

/** A till that has sold ¥12.34. */
async function sold() {
  const server = new Server();
  const { client } = server;
  const body = { merchantOrderNo: 'no-1', amount: cny(1_234), subject: 'tea', qrCode: false };
  const { orderId } = (await client.call('createOrder', { body })).body;
  const scan = { attempt: 1, tillCode: '280000000000000001' };
  const { body: order } = await client.call('payWithTillCode', { params: { orderId }, body: scan });
  const fresh = async () => (await client.call('getOrder', { params: { orderId } })).body;
  return { server, client, order, fresh, store: newStore() };
}
const made = (order: { refunds: readonly { refundNo: string; amount: { value: number } }[] }) =>
  order.refunds.map(({ refundNo, amount }) => [refundNo, amount.value]);

describe('a refund', () => {
  const ask: RefundAsk = { refundNo: 'r-1', amount: cny(234) };

  test('is what was typed, with a number of its own, a reason and a cashier where they were given', () => {
    const { order } = viewOf('paid');
    const typed = { text: '2.34', reason: ' cold ', operatorId: 'anna' };
    const asked = newAsk(order, typed);
    expect(asked).toEqual({
      refundNo: asked?.refundNo,
      amount: cny(234),
      reason: 'cold',
      operatorId: 'anna',
    });
    expect(asked?.refundNo).toMatch(/^r-[0-9a-v]{10}$/);
    const others = Array.from({ length: 50 }, () => newAsk(order, typed)?.refundNo);
    expect(new Set(others).size).toBe(50);
    expect(Object.keys(newAsk(order, { text: '12.34', reason: ' ', operatorId: '' }) ?? {})).toEqual([
      ...['refundNo', 'amount'],
    ]);
    expect([newAsk(order, { ...typed, text: '12.35' }), newAsk(order, { ...typed, text: '0' })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('is offered in whole once, and then never again', () => {
    expect([offeredText(viewOf('paid').order), offeredText(viewOf('part refunded').order)]).toEqual(['12.34', '']);
    expect(LIFE_NAMES.filter((name) => isOnlyPaid(viewOf(name).order))).toEqual(['paid', 'paid long ago']);
  });

  test('is made, and nothing is kept of it', async () => {
    const { client, store, order, fresh } = await sold();
    expect(made(await refund(store, client, order.orderId, ask))).toEqual([['r-1', 234]]);
    expect(await unanswered(store, await fresh())).toBeUndefined();
  });

  test.each(['lost', 'unanswered'] as const)(
    'whose request is %s is asked again under its number, and made once',
    async (fate) => {
      const { server, client, store, order, fresh } = await sold();
      server.fates = [fate];
      await expect(refund(store, client, order.orderId, ask)).rejects.toThrow(OutcomeUnknown);
      // The page may be another one by now: what it knows of the order is old, and what was kept is there.
      expect(await unanswered(store, order)).toEqual(ask);
      if (fate === 'unanswered') expect(await unanswered(store, await fresh())).toBeUndefined();
      expect(made(await refund(store, client, order.orderId, ask))).toEqual([['r-1', 234]]);
      expect(await unanswered(store, await fresh())).toBeUndefined();
    },
  );

  test('that is refused is over', async () => {
    const { client, store, order, fresh } = await sold();
    await expect(refund(store, client, order.orderId, { ...ask, amount: cny(1_235) })).rejects.toThrow(ApiProblem);
    expect([await unanswered(store, await fresh()), made(await fresh())]).toEqual([undefined, []]);
  });
});

describe('a shift', () => {
  test('is closed with what it has taken, under the number of its day', async () => {
    const { server, client, store } = await sold();
    const running = await askRunning(client);
    expect(running).toMatchObject({ sequence: 1, totals: [{ netSales: 1_234 }], late: { count: 0 } });
    const shift = await finishClosing(client, store, newClosing(server.now, 'Asia/Shanghai', running, 'anna'));
    expect(shift).toMatchObject({ shiftNo: '20260301-1', operatorId: 'anna', totals: [{ netSales: 1_234 }] });
    expect([await keptClosing(store), (await askRunning(client)).sequence]).toEqual([undefined, 2]);
  });

  test.each(['lost', 'unanswered'] as const)('whose closing is %s stays kept and is closed once', async (fate) => {
    const { server, client, store } = await sold();
    const closing = { shiftNo: '20260301-1' };
    server.fates = [fate];
    const silence = await finishClosing(client, store, closing).catch((error) => error);
    expect([isFinal(silence), await keptClosing(store)]).toEqual([false, closing]);
    const shift = await finishClosing(client, store, closing);
    expect([shift.sequence, await keptClosing(store), (await askRunning(client)).sequence]).toEqual([1, undefined, 2]);
  });

  test('whose closing is refused for good is forgotten', async () => {
    const { client, store } = await sold();
    await finishClosing(client, store, { shiftNo: 'a', operatorId: 'anna' });
    const refused = await finishClosing(client, store, { shiftNo: 'a', operatorId: 'bela' }).catch((error) => error);
    expect([refused.code, isFinal(refused), await keptClosing(store)]).toEqual([
      'shift_exists_with_different_operatorId',
      true,
      undefined,
    ]);
  });
});

describe('a key of the back office', () => {
  const pemOf = (type: 'ed25519' | 'ec') => {
    const options = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
    const pair =
      type === 'ec'
        ? generateKeyPairSync('ec', {
            namedCurve: 'P-256',
            ...options,
            publicKeyEncoding: { type: 'spki', format: 'pem' },
          })
        : generateKeyPairSync('ed25519', { ...options, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    return pair.privateKey;
  };
  const ed25519 = pemOf('ed25519');
  const p256 = pemOf('ec');
  const entry = (keyid: string, more: object = {}) => ({
    keyid,
    alg: 'ed25519',
    privateKeyPem: ed25519,
    scopes: ['orders:read'],
    ...more,
  });
  const file = (...credentials: object[]) => ` ${JSON.stringify({ credentials })}`;
  const read = async (text: string, keyid = '') => {
    const held = await readCredential(text, keyid).catch((error: Error) => error);
    return held instanceof Error ? held.message : [held.keyid, held.alg, held.scopes, held.privateKey.extractable];
  };

  test('is read from a file, or from a bare PEM and its id, and cannot be exported', async () => {
    expect([
      await read(file(entry('trm_a.1'), entry('bko_a.1', { revoked: true }), entry('bko_b.2'))),
      await read(file(entry('bko_a.1', { alg: 'ecdsa-p256-sha256', privateKeyPem: p256, scopes: undefined }))),
      await read(ed25519, ' bko_a.1 '),
      await read(p256, 'bko_a.1'),
    ]).toEqual([
      ['bko_b.2', 'ed25519', ['orders:read'], false],
      ['bko_a.1', 'ecdsa-p256-sha256', [], false],
      ['bko_a.1', 'ed25519', [], false],
      ['bko_a.1', 'ecdsa-p256-sha256', [], false],
    ]);
  });

  test('is refused in words where it is none', async () => {
    const wrong: [string, string][] = [
      ['nonsense', 'bko_a.1'],
      [ed25519, ''],
      [ed25519, 'bko_a'],
      ['{', ''],
      [file(), ''],
      [file(entry('bko_a.1', { revoked: true })), ''],
      [file(entry('bko_a.1', { privateKeyPem: 7 })), ''],
      [file(entry('bko_a.1', { alg: 'ecdsa-p256-sha256' })), ''],
    ];
    const said = [];
    for (const [text, keyid] of wrong) said.push(await read(text, keyid));
    expect(said).toEqual(wrong.map(() => 'keyBad'));
    expect([await read(file(entry('trm_a.1'))), await read(ed25519, 'trm_a.1')]).toEqual([
      'keyOfTerminal',
      'keyOfTerminal',
    ]);
  });
});
