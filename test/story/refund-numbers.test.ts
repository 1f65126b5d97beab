/**
 * Refunds of a channel where a refusal ends the number: what has to go back goes on under the next number once the channel says of the
 * one before that it failed, never two are open at once, and what was refused is never sent again.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { recordTold } from '../../functions/payment/advance.ts';
import { HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { keptOf } from '../support/reversing-yen.ts';
import { YenShop } from '../support/yen-shop.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { REVERSING_YEN } = await import('../support/reversing-yen.ts');
  return { CHANNELS: { ...CHANNELS, yen: REVERSING_YEN } };
});

let shop: YenShop;
let id: string;
const refund = async () => {
  const [first] = (await shop.order(id)).refunds;
  if (!first) throw new Error('no refund');
  return first;
};
const trade = () => {
  const found = shop.channel.trades.get(`${id}_1`);
  if (!found) throw new Error('no trade');
  return found;
};
const later = async (ms: number) => {
  shop.now += ms;
  await shop.poll(id);
  return shop.asked();
};

beforeEach(async () => {
  shop = new YenShop();
  ({ orderId: id } = await shop.open());
  shop.channel.pay(`${id}_1`);
  await shop.poll(id);
  shop.now += MINUTE;
  shop.asked();
});

describe('a refund without cover', () => {
  test('goes on under the next number, a minute after the channel has called the first one failed', async () => {
    shop.channel.hasCover = false;
    await shop.refund(id, 'a', 100);
    expect(shop.asked()).toEqual(['refund _r1 refused', 'queryRefund _r1 failed']);
    expect(await refund()).toMatchObject({ k: 1, numbers: [1], tries: 1 });
    shop.channel.hasCover = true;
    expect(await later(59 * SECOND)).toEqual([]);
    expect(await later(SECOND)).toEqual(['refund _r2 succeeded']);
    expect(await refund()).toMatchObject({ k: 2, numbers: [1], result: { status: 'succeeded' } });
    expect(keptOf(trade())).toBe(350);
  });

  test('is tried later and later, because each number is used up', async () => {
    shop.channel.hasCover = false;
    await shop.refund(id, 'a', 100);
    shop.asked();
    for (const minutes of [1, 2, 4, 8, 10]) {
      expect((await later(minutes * MINUTE - SECOND)).filter((call) => call.startsWith('refund'))).toEqual([]);
      await later(SECOND);
    }
    expect(await refund()).toMatchObject({ k: 6, numbers: [1, 2, 3, 4, 5, 6], tries: 6 });
    expect(trade().refunds.map(({ requestNo }) => requestNo.slice(-3))).toEqual([
      '_r1',
      '_r2',
      '_r3',
      '_r4',
      '_r5',
      '_r6',
    ]);
  });

  test('gives its numbers away: another refund of the order takes the next free one', async () => {
    shop.channel.hasCover = false;
    await shop.refund(id, 'a', 100);
    shop.channel.hasCover = true;
    shop.now += 30 * SECOND;
    await shop.refund(id, 'b', 50);
    expect(shop.asked()).toContain('refund _r2 succeeded');
    expect(await later(MINUTE)).toEqual(['refund _r3 succeeded']);
    expect((await shop.order(id)).refunds.map(({ k, numbers }) => [k, numbers])).toEqual([
      [3, [1]],
      [2, undefined],
    ]);
  });

  test.each(['lost before', 'lost after'] as const)('is not sent again while the query is %s', async (fate) => {
    shop.channel.hasCover = false;
    shop.fates.push(['queryRefund', fate]);
    await shop.refund(id, 'a', 100);
    expect((await refund()).numbers).toBeUndefined();
    shop.channel.hasCover = true;
    shop.asked();
    shop.fates.push(['queryRefund', 'lost before']);
    expect(await later(2 * MINUTE)).toEqual([]);
    expect(await later(10 * SECOND)).toEqual(['queryRefund _r1 failed']);
    expect(await later(MINUTE)).toEqual(['refund _r2 succeeded']);
  });

  test('waits where the channel works on it, and where it does not know it: only its word ends a number', async () => {
    shop.channel.hasCover = false;
    shop.channel.refundState = { kind: 'pending' };
    await shop.refund(id, 'a', 100);
    expect(shop.asked()).toEqual(['refund _r1 refused', 'queryRefund _r1 pending']);
    shop.channel.refundState = { kind: 'none' };
    expect(await later(HOUR)).toEqual(['queryRefund _r1 none']);
    expect(await later(HOUR)).toEqual(['queryRefund _r1 none']);
    expect((await refund()).result).toBeUndefined();
    delete shop.channel.refundState;
    await later(HOUR);
    expect((await refund()).numbers).toEqual([1]);
  });
});

test('a refund on which the channel works is asked about, and never sent again', async () => {
  shop.channel.refundState = { kind: 'pending' };
  shop.fates.push(['refund', 'lost after']);
  await shop.refund(id, 'a', 100);
  shop.asked();
  for (const minutes of [2, 10, 60]) expect(await later(minutes * MINUTE)).toEqual(['queryRefund _r1 pending']);
  delete shop.channel.refundState;
  expect(await later(MINUTE)).toEqual(['queryRefund _r1 succeeded']);
});

describe('a refund that the channel refuses for good', () => {
  test('fails at once, by the word of the query', async () => {
    shop.channel.refusal = { reason: 'refund_not_possible' };
    await shop.refund(id, 'a', 100);
    expect(shop.asked()).toEqual(['refund _r1 refused', 'queryRefund _r1 failed']);
    expect((await refund()).result).toMatchObject({ status: 'failed', refusal: { reason: 'refund_not_possible' } });
  });

  test('fails at once also after several tries', async () => {
    shop.channel.refusal = { reason: 'refund_not_possible' };
    shop.fates.push(['refund', 'lost before']);
    await shop.refund(id, 'a', 100);
    expect(await later(61 * SECOND)).toEqual(['queryRefund _r1 none', 'refund _r1 refused', 'queryRefund _r1 failed']);
    expect(await refund()).toMatchObject({ tries: 2, result: { status: 'failed' } });
  });

  test('has failed although the answer was lost, and is not sent again', async () => {
    shop.channel.refusal = { reason: 'refund_not_possible' };
    shop.fates.push(['refund', 'lost after']);
    await shop.refund(id, 'a', 100);
    shop.asked();
    expect(await later(61 * SECOND)).toEqual(['queryRefund _r1 failed']);
    expect((await refund()).result?.status).toBe('failed');
  });

  test('says why by the list of reasons, where either answer has one of them', async () => {
    shop.channel.refusal = { reason: 'refund_only_in_full' };
    shop.channel.refundState = { kind: 'failed', refusal: { reason: 'not_completed', code: 'X' } };
    await shop.refund(id, 'a', 100);
    expect((await refund()).result).toMatchObject({ refusal: { reason: 'refund_only_in_full' } });
  });

  test('and that the channel does not know later either has failed, and is not sent again', async () => {
    shop.channel.refusal = { reason: 'refund_not_possible' };
    shop.channel.refundState = { kind: 'pending' };
    await shop.refund(id, 'a', 100);
    shop.channel.refundState = { kind: 'none' };
    shop.asked();
    expect(await later(10 * SECOND)).toEqual(['queryRefund _r1 none']);
    expect((await refund()).result?.status).toBe('failed');
  });

  test('of unwanted money goes on, because that is never kept', async () => {
    shop = new YenShop();
    ({ orderId: id } = await shop.open());
    shop.fates.push(['cancel', 'lost before']);
    await shop.close(id);
    shop.channel.refusal = { reason: 'refund_not_possible' };
    const message = shop.channel.pay(`${id}_1`);
    if (message) await shop.hears(message);
    expect(await refund()).toMatchObject({ refundNo: 'auto_1', numbers: [1] });
    delete shop.channel.refusal;
    await later(MINUTE);
    expect([await refund(), keptOf(trade())]).toMatchObject([{ k: 2, result: { status: 'succeeded' } }, 0]);
  });
});

describe('an older number', () => {
  const told = async () =>
    recordTold(
      shop.services(),
      await shop.order(id),
      { n: 1, told: { channelNo: `${id}_r1`, amount: 100 } },
      { endsAt: shop.now + 12 * SECOND },
    );

  test('still finds its refund, which nothing is reported beside', async () => {
    shop.channel.hasCover = false;
    await shop.refund(id, 'a', 100);
    shop.channel.hasCover = true;
    await later(MINUTE);
    expect((await told()).refunds).toHaveLength(1);
    expect((await shop.order(id)).reportedRefunds).toBeUndefined();
  });

  test('that has moved money after all ends the refund, and a person is told', async () => {
    shop.channel.hasCover = false;
    await shop.refund(id, 'a', 100);
    shop.channel.refundState = { kind: 'succeeded', at: shop.now, amount: { currency: 'JPY', value: 100 } };
    expect((await told()).refunds).toMatchObject([{ refundNo: 'a', result: { status: 'succeeded' } }]);
    expect(shop.anomalies).toBe(1);
    shop.asked();
    expect(await later(HOUR)).toEqual([]);
  });
});
