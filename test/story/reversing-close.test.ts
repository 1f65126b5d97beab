/**
 * A channel whose close reverses: that a code is unwanted is stored before the cancel is sent, money that comes from then on goes
 * back (I-b), and the query after the cancel says what it did.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MINUTE, SECOND } from '../../functions/time.ts';
import { keptOf } from '../support/reversing-yen.ts';
import { YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

let shop: YenShop;
let id: string;
const order = () => shop.order(id);
const trade = (n = 1) => {
  const found = shop.channel.trades.get(`${id}_${n}`);
  if (!found) throw new Error(`no trade ${n}`);
  return found;
};
const pays = () => {
  const message = shop.channel.pay(`${id}_1`);
  if (!message) throw new Error('the code cannot be paid');
  return message;
};
const ends = async () => (await order()).attempts.map(({ ended }) => ended?.why);
const backs = async () => (await order()).refunds.map(({ refundNo, result }) => [refundNo, result?.status]);

beforeEach(async () => {
  shop = new YenShop();
  ({ orderId: id } = await shop.open());
  shop.now += 9 * SECOND;
  shop.asked();
});

describe('the cashier closes a code that was not paid', () => {
  test('and the order is closed in that call, by a cancel and the query after it', async () => {
    expect(await shop.close(id)).toEqual({ status: 'closed', nextAction: 'start_new_order' });
    expect(shop.asked()).toEqual(['query _1 waiting', 'cancel _1 ended', 'query _1 closed']);
    const { attempts, closed, closeRequested } = await order();
    expect([attempts[0]?.ended?.why, attempts[0]?.cancelRequestedAt, closed?.reason, closeRequested?.trade]).toEqual([
      ...['cancelled', shop.now, 'cashier', 'waiting'],
    ]);
  });

  test.each(['lost before', 'lost after'] as const)('while the cancel is %s: the next look ends it', async (fate) => {
    shop.fates.push(['cancel', fate]);
    expect(await shop.close(id)).toEqual({ status: 'closing', nextAction: 'do_not_hand_over_goods' });
    expect((await order()).attempts[0]?.cancelRequestedAt).toBe(shop.now);
    shop.now += 3 * SECOND;
    expect(await shop.poll(id)).toEqual({ status: 'closed', nextAction: 'start_new_order' });
    expect(await backs()).toEqual([]);
  });

  test('while the channel is silent: it is cancelled without an answer to the query', async () => {
    shop.fates.push(['query', 'lost before']);
    expect(await shop.close(id)).toEqual({ status: 'closed', nextAction: 'start_new_order' });
    expect(shop.asked()).toEqual(['cancel _1 ended', 'query _1 closed']);
  });

  test('of which the channel does not know yet: absent ends it after its end alone', async () => {
    shop = new YenShop();
    shop.fates.push(['createQrCode', 'lost before']);
    ({ orderId: id } = await shop.open());
    expect(await shop.close(id)).toEqual({ status: 'closing', nextAction: 'start_new_order' });
    shop.now += 180 * SECOND;
    await shop.sweep();
    expect((await order()).closed).toBeUndefined();
    shop.now += 46 * SECOND;
    await shop.sweep();
    expect([await ends(), (await order()).closed?.reason]).toEqual([['expired'], 'cashier']);
  });
});

describe('money: a code that is paid', () => {
  test('before the close is asked is kept, and the close is refused', async () => {
    pays();
    expect(await shop.close(id)).toEqual({ code: 'order_paid', status: 'paid', nextAction: 'hand_over_goods' });
    expect([shop.asked(), keptOf(trade())]).toEqual([['query _1 paid'], 450]);
  });

  test('between the query and the cancel goes back by the cancel, and the cashier reads so', async () => {
    shop.hooks.push({ operation: 'cancel', when: 'before', run: () => void pays() });
    expect(await shop.close(id)).toEqual({ code: 'order_paid', status: 'paid', nextAction: 'none' });
    expect(shop.asked()).toEqual(['query _1 waiting', 'cancel _1 ended', 'query _1 paid']);
    expect([await backs(), keptOf(trade())]).toEqual([[['auto_1', 'succeeded']], 0]);
    expect(await shop.view(id)).toMatchObject({
      ...{ payment: { late: true }, qrCode: null, refunded: { value: 450 }, refundable: { value: 0 } },
      message: {
        en: 'The customer paid while the code was being cancelled, and the money has gone back. Do not hand over the goods; start a new order.',
      },
    });
  });

  test('between the query and a cancel that is lost is cancelled by the next look', async () => {
    shop.hooks.push({ operation: 'cancel', when: 'after', run: () => void pays() });
    shop.fates.push(['cancel', 'lost before']);
    expect(await shop.close(id)).toEqual({ status: 'closing', nextAction: 'do_not_hand_over_goods' });
    expect((await shop.view(id, false)).message.en).toBe(
      'The code is being cancelled: what the customer pays by it now goes back by itself. Do not hand over the goods and do not charge again; wait.',
    );
    shop.asked();
    expect(await shop.poll(id)).toEqual({ status: 'paid', nextAction: 'none' });
    expect(shop.asked()).toEqual(['query _1 paid', 'cancel _1 ended', 'query _1 paid']);
    expect(keptOf(trade())).toBe(0);
  });

  test.each(['refund', 'keep'] as const)(
    'after the wish was stored goes back where late money is to %s',
    async (late) => {
      shop = new YenShop(late);
      ({ orderId: id } = await shop.open());
      shop.fates.push(['cancel', 'lost before']);
      await shop.close(id);
      await shop.hears(pays());
      expect([await backs(), keptOf(trade())]).toEqual([[['auto_1', 'succeeded']], 0]);
    },
  );

  test('and that the channel cancels no more is taken, and refunded', async () => {
    shop.fates.push(['cancel', 'lost before']);
    await shop.close(id);
    pays();
    shop.now += 31 * MINUTE;
    shop.asked();
    await shop.sweep();
    expect(shop.asked()).toEqual(['query _1 paid', 'refund _r1 succeeded']);
    expect([await backs(), keptOf(trade())]).toEqual([[['auto_1', 'succeeded']], 0]);
  });

  test('and whose cancel is refused as too late is taken, and refunded, in the same call', async () => {
    shop.channel.isTooLateToCancel = true;
    shop.hooks.push({ operation: 'cancel', when: 'before', run: () => void pays() });
    expect(await shop.close(id)).toMatchObject({ code: 'order_paid' });
    expect(shop.asked()).toEqual(['query _1 waiting', 'cancel _1 refused', 'query _1 paid', 'refund _r1 succeeded']);
    expect(keptOf(trade())).toBe(0);
  });

  test('and cancelled, of which the channel tells the payment in a late message alone: known as gone back', async () => {
    shop.channel.tellsCancelled = false;
    shop.hooks.push({ operation: 'cancel', when: 'before', run: () => void pays() });
    expect(await shop.close(id)).toEqual({ status: 'closed', nextAction: 'start_new_order' });
    shop.asked();
    await shop.hears(shop.channel.messageOf(trade()));
    expect(shop.asked()).toEqual(['refund _r1 refused', 'query _1 closed']);
    expect([await backs(), (await order()).dueAt, shop.anomalies]).toEqual([[['auto_1', 'succeeded']], undefined, 0]);
  });
});

describe('the end of a code', () => {
  test('closes it by the channel’s word, without a cancel', async () => {
    shop.now += 230 * SECOND;
    await shop.sweep();
    expect([shop.asked(), (await order()).closed?.reason]).toEqual([['query _1 closed'], 'expiry']);
  });

  test('cancels what still waits 45 seconds later, and not before', async () => {
    shop.channel.isSlowToEnd = true;
    shop.now += 172 * SECOND;
    expect(await shop.poll(id)).toEqual({ status: 'awaiting_payment', nextAction: 'wait' });
    shop.now += 45 * SECOND;
    shop.asked();
    await shop.sweep();
    expect(shop.asked()).toEqual(['query _1 waiting', 'cancel _1 ended', 'query _1 closed']);
    expect([await ends(), (await order()).closed?.reason]).toEqual([['cancelled'], 'expiry']);
  });

  test('cancels nothing while the channel is silent: what was paid in time is kept', async () => {
    pays();
    shop.now += 230 * SECOND;
    shop.fates.push(['query', 'lost before']);
    await shop.sweep();
    expect(shop.asked()).toEqual([]);
    shop.now += MINUTE;
    await shop.sweep();
    expect([shop.asked(), keptOf(trade())]).toEqual([['query _1 paid'], 450]);
  });
});

describe('the customer wants to pay another way', () => {
  test('and the code that is shown is cancelled before the scanned one is paid by', async () => {
    expect(await shop.scan(id, 2)).toEqual({ status: 'paid', nextAction: 'hand_over_goods' });
    expect(shop.asked()).toEqual([
      ...['query _1 waiting', 'cancel _1 ended', 'query _1 closed', 'payWithTillCode _2 paid'],
    ]);
    expect([await ends(), keptOf(trade(1)), keptOf(trade(2))]).toEqual([['cancelled', undefined], 0, 450]);
  });

  test('while the cancel is lost: the code is not shown any more, and the next scan comes through', async () => {
    shop.fates.push(['cancel', 'lost before']);
    expect(await shop.scan(id, 2)).toEqual({
      ...{ code: 'attempt_out_of_order', status: 'awaiting_payment', nextAction: 'do_not_hand_over_goods' },
    });
    expect((await shop.view(id, false)).qrCode).toBeNull();
    shop.now += 3 * SECOND;
    expect(await shop.scan(id, 2)).toEqual({ status: 'paid', nextAction: 'hand_over_goods' });
  });

  test('and has paid meanwhile: the money goes back, and the scanned code is not paid by', async () => {
    shop.hooks.push({ operation: 'cancel', when: 'before', run: () => void pays() });
    expect(await shop.scan(id, 2)).toEqual({ code: 'order_not_open', status: 'paid', nextAction: 'none' });
    expect([shop.asked().at(-1), keptOf(trade())]).toEqual(['query _1 paid', 0]);
  });

  test('while the channel is silent: nothing is given up, because it may be paid', async () => {
    shop.fates.push(['query', 'lost before']);
    expect(await shop.scan(id, 2)).toMatchObject({ code: 'attempt_out_of_order', nextAction: 'show_qr_code' });
    expect([shop.asked(), (await order()).attempts[0]?.cancelRequestedAt]).toEqual([[], undefined]);
  });

  test('while the request for the code is on its way: nothing is given up, because it could not be ended', async () => {
    shop = new YenShop();
    shop.fates.push(['createQrCode', 'lost before']);
    ({ orderId: id } = await shop.open());
    shop.asked();
    expect(await shop.scan(id, 2)).toMatchObject({ code: 'attempt_out_of_order' });
    expect((await order()).attempts[0]?.cancelRequestedAt).toBeUndefined();
  });
});

describe('a code that was scanned and is not confirmed', () => {
  beforeEach(async () => {
    shop = new YenShop();
    shop.channel.tillCodesWait = true;
    ({ orderId: id } = await shop.open('1', false));
    await shop.scan(id, 1);
    shop.now += 46 * SECOND;
    shop.asked();
  });

  test('is cancelled after its time, and the query after that ends it', async () => {
    expect(await shop.poll(id)).toEqual({ status: 'awaiting_payment', nextAction: 'get_qr_code' });
    expect(shop.asked()).toEqual(['query _1 waiting', 'cancel _1 ended', 'query _1 closed']);
    expect(await ends()).toEqual(['cancelled']);
  });

  test('and is paid while it is cancelled: the money has gone back, and nothing is handed over', async () => {
    shop.hooks.push({ operation: 'cancel', when: 'before', run: () => void pays() });
    expect(await shop.poll(id)).toEqual({ status: 'paid', nextAction: 'none' });
    expect([await backs(), keptOf(trade())]).toEqual([[['auto_1', 'succeeded']], 0]);
  });

  test('and is paid while its cancel is lost: the next look cancels again', async () => {
    shop.hooks.push({ operation: 'cancel', when: 'after', run: () => void pays() });
    shop.fates.push(['cancel', 'lost before']);
    await shop.poll(id);
    shop.asked();
    expect(await shop.poll(id)).toEqual({ status: 'paid', nextAction: 'none' });
    expect(shop.asked()).toEqual(['query _1 paid', 'cancel _1 ended', 'query _1 paid']);
  });
});

describe('an order in whose place another one is opened', () => {
  test('is closed in that call, and what comes for it goes back where late money is kept', async () => {
    shop = new YenShop('keep');
    ({ orderId: id } = await shop.open());
    shop.fates.push(['cancel', 'lost before']);
    await shop.replace(id);
    expect((await order()).closeRequested?.replacedBy).toBe('ord_zzzzzzzzzzzzzzzzzzzzzzzzzz');
    await shop.hears(pays());
    expect([await backs(), keptOf(trade())]).toEqual([[['auto_1', 'succeeded']], 0]);
  });
});
