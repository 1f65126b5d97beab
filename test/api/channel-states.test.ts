/** What the operator has said of a channel: drained or closed it takes no new orders, and goes on with those that it has. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listChannels } from '../../functions/api/list-channels.ts';
import type { ChannelState } from '../../functions/merchant/merchant.ts';
import { MINUTE, toInstant } from '../../functions/time.ts';
import { orderOf } from '../support/bench.ts';
import { type Counter, openCounter, refundOf, refusal } from './counter.ts';

let it: Counter;
beforeEach(async () => {
  it = await openCounter();
});
afterEach(() => it.bench.stop());

const REASON = { 'zh-CN': '升级', en: 'Upgrade' };
const say = (state: ChannelState) => it.bench.changeMerchant({ channels: { alipay: state } });
const channels = async () => {
  const request = { ...it.common(it.till), params: {}, query: {}, body: undefined };
  return (await listChannels(it.bench.services, request)).body;
};
const OPEN = {
  ...{ channel: 'alipay', state: 'open', until: null, reason: null, currencies: ['CNY'] },
  ...{ name: { 'zh-CN': '支付宝', en: 'Alipay' }, settlement: [{ currency: 'CNY', settlementCurrency: 'CNY' }] },
};
const ROUTES = [{ currency: 'CNY', channel: 'alipay', why: 'only' }];
const NO_ROUTES = [{ currency: 'CNY', channel: null, why: 'none_open' }];
const closed = (state: string, more: object) => {
  const why = { until: null, reason: null, ...more };
  return {
    ...{ status: 503, code: 'channel_closed', retryable: true, executed: false },
    ...{ detail: 'The channel takes no new orders.', ...why, channels: [{ channel: 'alipay', state, ...why }] },
  };
};

test('open, as nobody has said anything', async () => {
  expect(await channels()).toEqual({ data: [OPEN], routes: ROUTES });
  await say({ state: 'open', reason: REASON });
  expect((await it.open()).status).toBe(201);
});

test.each(['draining', 'closed'] as const)('%s: no new orders, and everything else goes on', async (state) => {
  const [unpaid, paid] = [orderOf(await it.open(it.till, { merchantOrderNo: 'old' })), await it.paid()];
  const bare = orderOf(await it.open(it.till, { qrCode: false }));
  await say({ state, reason: REASON });
  expect(await channels()).toEqual({ data: [{ ...OPEN, state, reason: REASON }], routes: NO_ROUTES });
  for (const by of [it.till, it.nextTill, it.westTill, it.office])
    expect(await refusal(it.open(by))).toEqual(closed(state, { reason: REASON }));
  // The channel has heard of none of them.
  expect((await it.bench.wallet('trades')).data).toHaveLength(2);

  const replay = await it.open(it.till, { merchantOrderNo: 'old' });
  expect([replay.status, orderOf(replay).orderId]).toEqual([200, unpaid.orderId]);
  expect(orderOf(await it.qrCode(bare.orderId, 1)).qrCode).toMatchObject({ payload: expect.any(String) });
  await it.bench.wallet('pay', { qrCode: unpaid.qrCode?.payload });
  it.bench.pass(5_000);
  expect((await it.get(unpaid.orderId)).status).toBe('paid');
  expect(refundOf(await it.refund(paid.orderId, 'a', 1)).status).toBe('succeeded');
  expect((await it.close(bare.orderId)).status).toBe(202);

  await say({ state: 'open' });
  expect((await it.open()).status).toBe(201);
});

test.each(['draining', 'closed'] as const)(
  '%s until a time: the last millisecond before it, and then',
  async (state) => {
    const until = it.bench.now() + 10 * MINUTE;
    await say({ state, until });
    it.bench.pass(until - 1 - it.bench.now());
    expect(await refusal(it.open())).toEqual(closed(state, { until: toInstant(until) }));
    expect(await channels()).toEqual({ data: [{ ...OPEN, state, until: toInstant(until) }], routes: NO_ROUTES });
    it.bench.pass(1);
    expect(await channels()).toEqual({ data: [OPEN], routes: ROUTES });
    expect((await it.open()).status).toBe(201);
  },
);

test('a merchant without an account has no channel and sells nothing', async () => {
  await it.bench.changeMerchant({ accounts: [] });
  expect(await channels()).toEqual({ data: [], routes: [] });
  const noAccount = {
    ...{ status: 422, code: 'no_account', retryable: false },
    detail:
      "Money goes straight to the merchant's own account at its licensed acquirer, and none is connected yet: ask the operator.",
  };
  expect(await refusal(it.open())).toEqual(noAccount);
});

test('an acquirer without a name is none', async () => {
  await it.bench.changeMerchant({ acquirer: '' });
  expect(await refusal(it.open())).toMatchObject({ code: 'no_account' });
});
