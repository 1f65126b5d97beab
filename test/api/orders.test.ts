/** Opening, repeating, coding and closing an order: each branch of the functions' cores, as whole answers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Caller } from '../../functions/http/caller.ts';
import { MINUTE } from '../../functions/time.ts';
import { orderOf } from '../support/bench.ts';
import { cny } from '../support/shop.ts';
import { type Counter, openCounter, refusal } from './counter.ts';

let it: Counter;
beforeEach(async () => {
  it = await openCounter();
});
afterEach(() => it.bench.stop());

const silent = (operation: string, times = 1) =>
  it.bench.wallet('faults', { [operation]: { answer: 'system_error', times } });
const stranger = (): Caller => ({ ...it.till, merchantId: it.bench.identity.merchants[1]?.id ?? '' });

describe('an order that is repeated', () => {
  const sale = { merchantOrderNo: 'n', reference: 'Ä', operatorId: 'anna', storeId: 'main', qrCode: false };

  test.each([
    ['amount', { amount: cny(1_001) }],
    ['subject', { subject: '茶.' }],
    ['reference', { reference: 'B' }],
    ['reference', { reference: undefined }],
    ['operatorId', { operatorId: 'Anna' }],
    ['operatorId', { operatorId: undefined }],
    ['expiresInSeconds', { expiresInSeconds: 181 }],
  ])('with another %s (%j) is refused, and the first one stands', async (what, change) => {
    const { orderId } = orderOf(await it.open(it.till, sale));
    expect(await refusal(it.open(it.till, { ...sale, ...change }))).toMatchObject({
      ...{ status: 409, code: `order_exists_with_different_${what}`, retryable: false, orderId },
    });
    expect((await it.open(it.till, sale)).status).toBe(200);
  });

  test('from another terminal or for another store is refused', async () => {
    const { orderId } = orderOf(await it.open(it.till, sale));
    const different = (what: string) => ({ status: 409, code: `order_exists_with_different_${what}`, orderId });
    expect(await refusal(it.open(it.nextTill, sale))).toMatchObject(different('terminalId'));
    expect(await refusal(it.open(it.office, sale))).toMatchObject(different('terminalId'));
    expect(await refusal(it.open(it.westTill, { ...sale, storeId: 'west' }))).toMatchObject(different('storeId'));
  });

  test('in another spelling of the same text is the same', async () => {
    const { orderId } = orderOf(await it.open(it.till, sale));
    const again = await it.open(it.till, { ...sale, reference: 'A\u0308' });
    expect([again.status, orderOf(again).orderId, again.headers]).toEqual([
      ...[200, orderId, { 'idempotency-replayed': 'true' }],
    ]);
  });

  test('with a code where the first one asked for none gets one, and keeps it', async () => {
    expect(orderOf(await it.open(it.till, sale)).qrCode).toBeNull();
    const { attempt, qrCode } = orderOf(await it.open(it.till, { ...sale, qrCode: true }));
    expect([attempt, qrCode?.payload.slice(0, 4)]).toEqual([{ n: 1, kind: 'qr_code', refused: null }, 'http']);
    expect(orderOf(await it.open(it.till, { ...sale, qrCode: true })).qrCode).toEqual(qrCode);
    expect(orderOf(await it.open(it.till, sale)).qrCode).toEqual(qrCode);
  });

  test('after the channel was silent gets its code: 202 first, then 200', async () => {
    await silent('precreate');
    const first = await it.open(it.till, { merchantOrderNo: 'n' });
    expect([first.status, orderOf(first).qrCode]).toEqual([202, null]);
    await silent('precreate');
    expect((await it.open(it.till, { merchantOrderNo: 'n' })).status).toBe(202);
    const last = await it.open(it.till, { merchantOrderNo: 'n' });
    expect([last.status, orderOf(last).qrCode === null]).toEqual([200, false]);
  });

  test('asks for no code whose time is over', async () => {
    await silent('precreate');
    await it.open(it.till, { merchantOrderNo: 'n', expiresInSeconds: 90 });
    it.bench.pass(3 * MINUTE);
    await it.open(it.till, { merchantOrderNo: 'n', expiresInSeconds: 90 });
    expect((await it.bench.wallet('trades')).data).toEqual([]);
  });

  test('of an order that is paid is answered as it is', async () => {
    const { merchantOrderNo } = await it.paid();
    const again = await it.open(it.till, { merchantOrderNo });
    expect([again.status, orderOf(again).status, orderOf(again).qrCode]).toEqual([200, 'paid', null]);
  });

  test('of another merchant is another order', async () => {
    await it.open(it.till, sale);
    expect((await it.open(stranger(), sale)).status).toBe(201);
  });
});

describe('a new order', () => {
  test('is of the terminal’s store, the named one, or main', async () => {
    const storeOf = async (by: Caller, more = {}) => orderOf(await it.open(by, { qrCode: false, ...more })).storeId;
    expect([await storeOf(it.till), await storeOf(it.westTill), await storeOf(it.office)]).toEqual([
      ...['main', 'west', 'main'],
    ]);
    expect([await storeOf(it.westTill, { storeId: 'west' }), await storeOf(it.office, { storeId: 'east' })]).toEqual([
      ...['west', 'east'],
    ]);
    expect(await refusal(it.open(it.westTill, { storeId: 'main' }))).toEqual({
      ...{ status: 403, code: 'other_store', retryable: false, detail: 'This terminal belongs to the store west.' },
    });
  });

  test('has no reference that looks like a card number, unless the merchant’s own numbers do', async () => {
    const reference = '4111 1111 1111 1111';
    const detail = 'must not hold a card number';
    expect(await refusal(it.open(it.till, { reference }))).toEqual({
      ...{ status: 400, code: 'malformed', retryable: false, detail: `/reference: ${detail}` },
      errors: [{ pointer: '/reference', detail }],
    });
    await it.bench.changeMerchant({ referenceMayLookLikeCard: true });
    expect(orderOf(await it.open(it.till, { reference })).reference).toBe(reference);
  });

  test('in a currency without terms, or before there are any, is refused with what there is', async () => {
    const yen = { amount: { currency: 'JPY', value: 1 } };
    const refused = (detail: string, currencies: string[]) => ({
      ...{ status: 422, code: 'different_currency', retryable: false, detail },
      offered: [{ channel: 'alipay', currencies }],
    });
    expect(await refusal(it.open(it.till, yen))).toEqual(refused('This merchant sells in CNY.', ['CNY']));
    await it.bench.changeMerchant({ agreements: [] });
    expect(await refusal(it.open())).toEqual(refused('This merchant sells in no currency yet.', []));
  });
});

describe('a code', () => {
  test('of the next attempt is given when the one before is over, and of the same one never again', async () => {
    const { orderId, qrCode } = orderOf(await it.open());
    expect(orderOf(await it.qrCode(orderId, 1)).qrCode).toEqual(qrCode);
    const outOfOrder = { status: 409, code: 'attempt_out_of_order', retryable: true, orderId };
    expect(await refusal(it.qrCode(orderId, 2))).toMatchObject(outOfOrder);
    expect(await refusal(it.qrCode(orderId, 3))).toMatchObject(outOfOrder);
  });

  test('is owed while the channel is silent', async () => {
    const { orderId } = orderOf(await it.open(it.till, { qrCode: false }));
    await silent('precreate');
    const owed = await it.qrCode(orderId, 1);
    expect([owed.status, orderOf(owed).qrCode]).toEqual([202, null]);
    expect((await it.qrCode(orderId, 1)).status).toBe(200);
  });

  test('is not asked for once the order is asked to close, or closed', async () => {
    const { orderId } = orderOf(await it.open(it.till, { qrCode: false }));
    await it.close(orderId);
    expect(await refusal(it.qrCode(orderId, 1))).toMatchObject({ status: 409, code: 'order_not_open', orderId });
    const shown = orderOf(await it.open()).orderId;
    await it.close(shown);
    expect(orderOf(await it.qrCode(shown, 1))).toMatchObject({ status: 'closing', qrCode: null });
  });
});

describe('a till code', () => {
  const scan = (orderId: string, attempt: number, more = {}) =>
    payWithTillCode(it.bench.services, {
      ...it.common(it.till),
      ...{ params: { orderId }, query: {}, body: { attempt, tillCode: '281234567890123456', ...more } },
    });

  test.each(['241234567890123456', '311234567890123456'])(
    'that begins as %s is of another wallet',
    async (tillCode) => {
      const { orderId } = orderOf(await it.open(it.till, { qrCode: false }));
      expect(await refusal(scan(orderId, 1, { tillCode }))).toEqual({
        ...{ status: 422, code: 'other_wallets_code', retryable: false },
        detail: 'Ask the customer for the payment code of the Alipay app; its digits begin with 25 to 30.',
        message: {
          'zh-CN': '这不是支付宝付款码，请顾客打开支付宝出示付款码。',
          en: 'This is not a code of Alipay. Ask the customer to open Alipay and show the payment code.',
        },
      });
    },
  );

  test('of an attempt that leaves one out is refused, with the order and what to do', async () => {
    const order = orderOf(await it.open(it.till, { qrCode: false }));
    expect(await refusal(scan(order.orderId, 2))).toEqual({
      ...{ status: 409, code: 'attempt_out_of_order', retryable: true, orderId: order.orderId },
      ...{ detail: 'The next attempt of this order is 1.', order },
    });
  });

  test('while a code is shown that nobody has scanned is refused, until when', async () => {
    const { orderId, qrCode } = orderOf(await it.open());
    expect(await refusal(scan(orderId, 2))).toMatchObject({
      ...{ status: 409, code: 'attempt_out_of_order', orderId },
      detail: `The QR code can be paid until ${qrCode?.expiresAt} and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one.`,
    });
  });

  test('starts nothing when there is no time left for it', async () => {
    const { orderId } = orderOf(await it.open(it.till, { qrCode: false }));
    const late = payWithTillCode(it.bench.services, {
      ...{ caller: it.till, deadline: { endsAt: it.bench.now() + 100 }, params: { orderId }, query: {} },
      body: { attempt: 1, tillCode: '281234567890123456' },
    });
    expect(await refusal(late)).toMatchObject({ code: 'attempt_out_of_order', order: { orderId, attempt: null } });
  });
});

describe('closing', () => {
  test('an order without a code is done at once, one with a code when it is certain', async () => {
    const bare = await it.close(orderOf(await it.open(it.till, { qrCode: false })).orderId);
    expect([bare.status, orderOf(bare).status]).toEqual([200, 'closed']);
    const shown = await it.close(orderOf(await it.open()).orderId);
    expect([shown.status, orderOf(shown).status]).toEqual([202, 'closing']);
  });

  test('a paid one is refused, with the order', async () => {
    const order = await it.paid();
    expect(await refusal(it.close(order.orderId))).toEqual({
      ...{ status: 409, code: 'order_paid', retryable: false, detail: 'The order is paid.' },
      ...{ orderId: order.orderId, order },
    });
  });
});

describe('one order', () => {
  test('is found by its id and by the number of each attempt, and by nobody else', async () => {
    const { orderId } = orderOf(await it.open());
    const get = (id: string, by: Caller) =>
      getOrder(it.bench.services, { ...it.common(by), params: { orderId: id }, query: {}, body: undefined });
    for (const by of [it.till, it.nextTill, it.widenedTill, it.office])
      for (const id of [orderId, `${orderId}_1`]) expect((await get(id, by)).status).toBe(200);
    const none = { status: 404, code: 'not_found', retryable: false, detail: 'There is no such order.' };
    for (const id of [`${orderId}_2`, `${orderId}_0`, `${orderId}_01`, `${orderId}_100`, `x${orderId}`, `${orderId}x`])
      expect(await refusal(get(id, it.till))).toEqual(none);
    for (const by of [stranger(), it.westTill]) expect(await refusal(get(orderId, by))).toEqual(none);
  });

  test('is live for the terminal that opened it only', async () => {
    const { orderId } = await it.paid();
    it.bench.pass(2 * MINUTE);
    const action = async (by: Caller, live?: 'true' | 'false') => {
      const query = live === undefined ? {} : { live };
      const request = { ...it.common(by), params: { orderId }, query, body: undefined };
      return orderOf(await getOrder(it.bench.services, request)).nextAction;
    };
    expect(await action(it.till, 'true')).toBe('hand_over_goods');
    expect([await action(it.till, 'false'), await action(it.till)]).toEqual(['none', 'none']);
    expect([await action(it.nextTill, 'true'), await action(it.office, 'true')]).toEqual(['none', 'none']);
  });
});
