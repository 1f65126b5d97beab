/** A channel that turns a merchant away is seen at every till, and comes back by itself. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOrder } from '../../functions/api/create-order.ts';
import { listChannels } from '../../functions/api/list-channels.ts';
import type { ChannelView, OrderView } from '../../functions/contract/answers.ts';
import type { Problem } from '../../functions/contract/problem.ts';
import { type Bench, openBench, orderOf } from '../support/bench.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { cny, newNo } from '../support/shop.ts';

let engine: TestEngine;
let bench: Bench;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  bench = await openBench(engine);
});
afterEach(() => bench.stop());
afterAll(() => engine.stop());

const common = () => ({ caller: bench.caller, deadline: { endsAt: bench.now() + 12_000 }, query: {}, params: {} });
const open = (): Promise<OrderView> =>
  createOrder(bench.services, {
    ...common(),
    body: { merchantOrderNo: newNo(), amount: cny(1), subject: '茶', expiresInSeconds: 180, qrCode: true, svg: false },
  }).then(orderOf);
const channel = async () => {
  const { body } = await listChannels(bench.services, { ...common(), body: undefined });
  return (body as { data: ChannelView[] }).data[0];
};
const refuse = (code: string, times: number) =>
  bench.wallet('faults', { precreate: { answer: `refuse:${code}`, times } });
const closed = () =>
  open().then(
    () => expect.fail('was taken'),
    (error: Problem) => error,
  );

test('F54 one signed word on the merchant closes its channel, for a time and with a reason in two languages', async () => {
  await refuse('ACQ.MERCHANT_STATUS_NOT_NORMAL', 1);
  expect((await open()).attempt?.refused?.reason).toBe('channel_unavailable');
  expect(bench.counted('channelClosures')).toBe(1);
  const until = new Date(bench.now() + 60_000).toISOString();
  const reason = { 'zh-CN': expect.stringContaining('支付宝'), en: expect.stringContaining('Alipay') };
  expect(await channel()).toMatchObject({ state: 'closed', until, reason });
  expect((await closed()).body('')).toMatchObject({
    code: 'channel_closed',
    status: 503,
    executed: false,
    until,
    reason,
  });
});

test('F54 the first order after the pause is the probe: refused again, the pause doubles; taken, it is open', async () => {
  await refuse('ACQ.ACCESS_FORBIDDEN', 3);
  let pause = 60_000;
  for (let probe = 0; probe < 3; probe += 1) {
    expect((await open()).attempt?.refused?.reason).toBe('channel_unavailable');
    bench.pass(pause - 1);
    await closed();
    bench.pass(1);
    pause *= 2;
  }
  expect((await open()).qrCode?.payload).toMatch(/^https:\/\/qr\.alipay\.com\/bax[0-9a-f]{18}$/);
  expect(await channel()).toMatchObject({ state: 'open', until: null, reason: null });
  // A closure after that begins with the short pause again.
  await refuse('ACQ.ACCESS_FORBIDDEN', 1);
  await open();
  bench.pass(60_000);
  expect((await open()).qrCode?.payload).toMatch(/^https:\/\/qr\.alipay\.com\/bax[0-9a-f]{18}$/);
  expect(bench.counted('channelClosures')).toBe(4);
});

test.each(['ACQ.BUYER_BALANCE_NOT_ENOUGH', 'ACQ.EXIST_FORBIDDEN_WORD', 'ACQ.TOTAL_FEE_EXCEED', 'ACQ.SOMETHING_NEW'])(
  'F54 %s says nothing of the channel',
  async (code) => {
    await refuse(code, 3);
    for (let sale = 0; sale < 3; sale += 1) await open();
    expect(await channel()).toMatchObject({ state: 'open' });
  },
);

test('running orders go on while the channel is closed', async () => {
  const running = await open();
  await refuse('ACQ.PARTNER_ERROR', 1);
  await open();
  await closed();
  await bench.wallet('pay', { qrCode: running.qrCode?.payload });
  const [trade] = (await bench.wallet('trades')).data as { status: string }[];
  expect(trade?.status).toBe('TRADE_SUCCESS');
});

test.each([
  ['unsigned', '40002:isv.invalid-app-id', 'app_unknown'],
  ['unsigned', '40003:isv.missing-signature-config', 'key_not_uploaded'],
  ['signed', '40002:isv.invalid-signature', 'signature_wrong'],
  ['signed', '40002:isv.invalid-timestamp', 'clock_wrong'],
  ['signed', '20001:aop.invalid-app-auth-token', 'authorisation_missing'],
  ['error_response', '20001:aop.app-auth-token-time-out', 'authorisation_missing'],
  ['error_response', '40006:isv.insufficient-isv-permissions', 'right_missing'],
  ['unsigned', '40006:isv.insufficient-isv-permissions', 'right_missing'],
])(
  'integration M1 M2 the gateway turns us away, %s %s: the till is told at once, and the operator by name',
  async (form, code, name) => {
    await bench.wallet('faults', { precreate: { answer: `code:${code}`, form, times: 3 } });
    for (let sale = 0; sale < 3; sale += 1)
      expect(await open()).toMatchObject({
        attempt: { n: 1, refused: { reason: 'channel_unavailable' } },
        nextAction: 'get_qr_code',
        qrCode: null,
      });
    expect(bench.counted('channelMisconfigured')).toBe(3);
    const told = bench.errors.filter(({ message }) => message === 'channel_misconfigured');
    expect(told.map(({ reason, channelCode }) => [reason, channelCode])).toEqual(
      Array(3).fill([name, code.split(':')[1]]),
    );
    expect(await channel()).toMatchObject({ state: 'closed' });
  },
);

test.each([
  ['unsigned', '40005:isv.app-call-limited'],
  ['error_response', '20000:isp.unknow-error'],
  ['signed', '20000:aop.unknow-error'],
])('integration M1 a disturbance, %s %s, is silence: the code is asked for again', async (form, code) => {
  await bench.wallet('faults', { precreate: { answer: `code:${code}`, form, times: 1 } });
  expect(await open()).toMatchObject({ attempt: { refused: null }, nextAction: 'wait', qrCode: null });
  expect(bench.counted('channelMisconfigured')).toBe(0);
});
