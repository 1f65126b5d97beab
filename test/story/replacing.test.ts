/** A sale goes on by another channel: the order before is given up first, in a write of its own, and its money goes back. */
import { describe, expect, test, vi } from 'vitest';
import { orderIdOf } from '../../functions/ids.ts';
import { MINUTE } from '../../functions/time.ts';
import {
  accountAt,
  HARBOUR_ID,
  openThreeChannels,
  refusedWith,
  type ThreeChannels,
} from '../support/three-channels.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { HARBOUR, YEN } = await import('../support/second-channel.ts');
  return { CHANNELS: { ...CHANNELS, yen: YEN, harbour: HARBOUR } };
});

const amount = { currency: 'CNY', value: 450 };
const sale = { merchantOrderNo: 'old', amount };
/** The same sale by the other channel. */
const instead = (replaces: string) => ({ merchantOrderNo: 'new', amount, channel: HARBOUR_ID, replaces });

/** A shop that keeps late payments, with an order at Alipay whose code is shown. */
async function begin(more: Parameters<typeof openThreeChannels>[0] = {}) {
  const it = await openThreeChannels({ latePayment: 'keep', ...more });
  const { order: old } = await it.create(sale);
  const newId = orderIdOf(it.merchant.id, 'new');
  const stored = async (orderId: string) => it.services.orders.get(orderId);
  return { it, old, newId, stored };
}

describe('an order in place of another one', () => {
  test('is opened after the one before is asked to close, and names it', async () => {
    const { it, old, newId, stored } = await begin();
    const { status, order } = await it.create(instead(old.orderId));
    expect([status, order.channel, order.nextAction]).toEqual([201, 'harbour', 'show_qr_code']);
    expect((await stored(old.orderId))?.closeRequested).toMatchObject({ by: 'cashier', replacedBy: newId });
    expect((await stored(newId))?.request.replaces).toBe(old.orderId);
    expect((await it.get(old.orderId)).nextAction).toBe('start_new_order');
    expect(it.channels.alipay?.calls).toEqual(['createQrCode', 'query']);
  });

  test('has the code before closed at its channel where that can be, and is opened though that channel is silent', async () => {
    const it = await openThreeChannels();
    const { order: old } = await it.create({ ...sale, channel: HARBOUR_ID });
    const next = { merchantOrderNo: 'new', amount, replaces: old.orderId };
    expect((await it.create(next)).order.channel).toBe('alipay');
    expect(it.channels.harbour?.calls).toEqual(['createQrCode', 'query', 'close']);
    expect((await it.get(old.orderId)).status).toBe('closed');

    const silent = await begin();
    for (const channel of Object.values(silent.it.channels)) channel.isSilent = channel === silent.it.channels.alipay;
    expect((await silent.it.create(instead(silent.old.orderId))).order.nextAction).toBe('show_qr_code');
    expect((await silent.stored(silent.old.orderId))?.closeRequested?.replacedBy).toBe(silent.newId);
  });

  test('keeps its money, and what comes for the one before goes back, though late payments are kept', async () => {
    const { it, old } = await begin();
    const { order } = await it.create(instead(old.orderId));
    await it.pay(old);
    await it.pay(order);
    expect(await it.get(order.orderId)).toMatchObject({ status: 'paid', refunds: [], nextAction: 'hand_over_goods' });
    expect(await it.get(old.orderId)).toMatchObject({
      ...{ status: 'paid', refunded: amount, payment: { late: true }, nextAction: 'none' },
      refunds: [{ source: 'automatic', status: 'succeeded' }],
    });
  });

  test('is not opened where the one before is paid, known here or only at its channel', async () => {
    for (const isKnown of [true, false]) {
      const { it, old, newId, stored } = await begin();
      if (isKnown) await it.pay(old);
      else it.channels.alipay?.pay(`${old.orderId}_1`, accountAt('alipay'));
      expect(await refusedWith(it.create(instead(old.orderId)))).toMatchObject({
        ...{ status: 409, code: 'order_paid', orderId: old.orderId },
        order: { status: 'paid', nextAction: 'hand_over_goods', refunds: [] },
      });
      expect(await stored(newId)).toBeUndefined();
      expect(it.channels.harbour?.calls).toEqual([]);
    }
  });

  test('is not opened where nothing can take it: the one before stays as it is', async () => {
    const { it, old, stored } = await begin();
    const before = await stored(old.orderId);
    await it.change({ channels: { [HARBOUR_ID]: { state: 'closed' } } });
    expect(await refusedWith(it.create(instead(old.orderId)))).toMatchObject({ code: 'channel_closed' });
    expect(await stored(old.orderId)).toEqual(before);
  });

  test('is repeated with or without the one before, and not with another', async () => {
    const { it, old, newId } = await begin();
    await it.create(instead(old.orderId));
    for (const replaces of [old.orderId, undefined])
      expect(await it.create({ ...instead(old.orderId), replaces })).toMatchObject({
        ...{ status: 200, order: { orderId: newId } },
      });
    const another = `ord_${'a'.repeat(26)}`;
    expect(await refusedWith(it.create(instead(another)))).toMatchObject({
      ...{ status: 409, code: 'order_exists_with_different_replaces', orderId: newId },
    });
  });

  test('takes its terminal’s turn, though the code before can still be paid', async () => {
    const { it, old } = await begin({ limits: { oneOpenOrderPerTerminal: true } });
    expect((await it.create(instead(old.orderId))).status).toBe(201);
  });
});

describe('no order is replaced', () => {
  test.each([
    ['of another amount', { amount: { currency: 'CNY', value: 451 } }, {}],
    ['of another currency', { amount: { currency: 'JPY', value: 450 } }, {}],
    ['of another store', {}, { storeId: 'west', terminalId: 'trm_a' }],
    ['of another terminal', {}, { terminalId: 'trm_b' }],
    ['of a terminal by a back office', {}, { terminalId: undefined }],
  ])('%s', async (_, body, caller) => {
    const { it, old, newId, stored } = await begin();
    const before = await stored(old.orderId);
    const refusal = await refusedWith(it.create({ ...instead(old.orderId), ...body }, { caller }));
    expect(refusal).toMatchObject({ status: 422, code: 'cannot_replace' });
    expect([await stored(old.orderId), await stored(newId)]).toEqual([before, undefined]);
  });

  test('that is another merchant’s, does not exist, or is the new one itself: all are refused in the same words', async () => {
    const { it, old, newId, stored } = await begin();
    const item = (await it.tables.orders.get(old.orderId)) ?? {};
    const foreign = `ord_${'b'.repeat(26)}`;
    await it.tables.orders.create({ ...item, orderId: foreign, merchantId: 'mer_other' });
    const kept = await stored(foreign);
    for (const replaces of [foreign, `ord_${'c'.repeat(26)}`, newId])
      expect(await refusedWith(it.create(instead(replaces)))).toEqual({
        ...{ status: 422, code: 'cannot_replace', retryable: false },
        detail: `${replaces} is no other order of the same till and store.`,
      });
    expect([await stored(foreign), await stored(newId)]).toEqual([kept, undefined]);
  });

  test('twice: the second one is told which has taken its place', async () => {
    const { it, old, newId, stored } = await begin();
    await it.create(instead(old.orderId));
    const second = { ...instead(old.orderId), merchantOrderNo: 'newer' };
    expect(await refusedWith(it.create(second))).toMatchObject({ code: 'cannot_replace', orderId: newId });
    expect(await stored(orderIdOf(it.merchant.id, 'newer'))).toBeUndefined();
  });
});

/** The writes of a replacement: the one before gives up, the new one is there, its code is. */
const WRITES = 3;

describe.each([
  ['nothing', async () => {}],
  ['the old code is paid', async (it: ThreeChannels, old: Parameters<ThreeChannels['pay']>[0]) => it.pay(old)],
] as const)('killed after any of its writes, and while it is away %s happens', (_, meanwhile) => {
  test.each(Array.from({ length: WRITES }, (_, n) => n))(
    'after write %i: the repeat ends as if nothing had been',
    async (nth) => {
      const { it, old, newId, stored } = await begin();
      const { services, died } = it.dying(nth);
      await expect(it.create(instead(old.orderId), { services })).rejects.toThrow('killed');
      expect(died()).toBe(true);
      // The order before never gives way to nothing that is not known: its mark comes first.
      expect((await stored(old.orderId))?.closeRequested?.replacedBy).toBe(newId);
      await meanwhile(it, old);
      it.pass(MINUTE);

      const { order } = await it.create(instead(old.orderId));
      expect(order).toMatchObject({ orderId: newId, channel: 'harbour', nextAction: 'show_qr_code' });
      await it.pay(order);
      if (!(await stored(old.orderId))?.payments.length) await it.pay(old);
      expect(await it.get(newId)).toMatchObject({ status: 'paid', refunds: [] });
      expect(await it.get(old.orderId)).toMatchObject({ refunded: amount, refundable: { value: 0 } });
    },
  );
});

test('a replacement makes as many writes as the kills above go through', async () => {
  const { it, old } = await begin();
  const { services, died } = it.dying(WRITES);
  expect((await it.create(instead(old.orderId), { services })).status).toBe(201);
  expect(died()).toBe(false);
});
