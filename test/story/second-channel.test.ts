/**
 * A made-up second channel, added as a real one is: one more entry in the registry, and the code that speaks to it. Nothing else
 * of the house is changed, and it sells, refunds, states and reconciles by it.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { listChannels } from '../../functions/api/list-channels.ts';
import { listReconciliations } from '../../functions/api/list-reconciliations.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import { channelIds, isTillCode } from '../../functions/channel/channels.ts';
import type { ChannelId } from '../../functions/channel/registry.ts';
import { type ChannelView, type OrderView, orderView } from '../../functions/contract/answers.ts';
import { contract } from '../../functions/contract/contract.ts';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import { refusals } from '../../functions/contract/refusals.ts';
import { INVOCATION } from '../../functions/deadlines.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { takeNotification } from '../../functions/notifications/take.ts';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import { askedFrom, beginOf, reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import type { Line } from '../../functions/statement/lines.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, ORDERS, STATEMENTS } from '../../functions/table/table.ts';
import { DAY, HOUR, MINUTE } from '../../functions/time.ts';
import { grants } from '../../lib/grants.ts';
import { aMerchant, anAgreement } from '../statement/shop.ts';
import { NOON } from '../support/orders.ts';
import { YenChannel, yenAccount } from '../support/second-channel.ts';

vi.mock('../../functions/channel/registry.ts', async (original) => {
  const { CHANNELS } = await original<typeof import('../../functions/channel/registry.ts')>();
  const { YEN } = await import('../support/second-channel.ts');
  return { CHANNELS: { ...CHANNELS, yen: YEN } };
});

const yenId = 'yen' as ChannelId;
const alipayAccount = { channel: 'alipay', appId: '2021000000000001', sellerId: '2088000000000001' } as const;
const yen = (value: number) => ({ currency: 'JPY', value });

const both = <T>(alipay: T, other: T) =>
  Object.fromEntries([
    ['alipay', alipay],
    ['yen', other],
  ]) as Record<ChannelId, T>;

let now: number;
let s: Services;
let channel: YenChannel;
let anomalies: number;
const merchant = aMerchant({
  zone: 'Asia/Tokyo',
  accounts: [alipayAccount, yenAccount({ key: 'secret' })],
  agreements: [
    anAgreement(),
    anAgreement({ agreementId: 'agr_yen', channel: 'yen' as ChannelId, currency: 'JPY', ratePpm: 10_000 }),
  ],
});
const caller = { keyid: 'trm_a.1', merchantId: merchant.id, scopes: [], storeId: 'main', terminalId: 'trm_a' };
const of = <P, B>(params: P, body: B) => ({
  ...{ params, body, query: {}, caller, deadline: { endsAt: now + INVOCATION } },
});

beforeEach(async () => {
  now = NOON;
  anomalies = 0;
  const clock = () => now;
  channel = new YenChannel(clock);
  const alipay = {
    createQrCode: async () => ({ kind: 'accepted', payload: 'alipay' }),
    report: async () => ({ kind: 'lines', lines: [], foreign: 0, unread: [], hash: '1'.repeat(64) }),
  } as unknown as Channel;
  const nothing = () => {};
  const count = (name: string) => {
    if (name === 'anomalies') anomalies += 1;
  };
  const table = new MemoryTable(STATEMENTS);
  const tables = { orders: new MemoryTable(ORDERS), directory: new MemoryTable(DIRECTORY), statements: table };
  s = {
    ...storesOf(tables, clock, { orders: 1, statements: 1 }),
    now: clock,
    log: { info: nothing, warn: nothing, error: nothing },
    metrics: { count, publish: nothing },
    channels: both(alipay, channel),
    notifyUrls: both('https://pay.example/a', 'https://pay.example/y'),
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(10_000, clock, async () => {}),
  };
  await tables.directory.create({ ...merchant });
  await s.statements.openHead(merchant, now);
  await s.reconciliations.openHead(merchant.id, now);
});

let number = 0;
const open = async (more: object = {}) => {
  number += 1;
  const body = { merchantOrderNo: `y-${number}`, amount: yen(450), subject: '緑茶', expiresInSeconds: 180 };
  return (await createOrder(s, of({}, { ...body, qrCode: true, svg: false, ...more }))).body as OrderView;
};
const look = async (orderId: string) => (await getOrder(s, of({ orderId }, undefined))).body;
const refund = (orderId: string, refundNo: string, value: number) =>
  createRefund(s, of({ orderId }, { refundNo, amount: yen(value) }));
const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => ({ ...error.members, code: error.code }),
  );

describe('an order in yen', () => {
  test('goes to the account of the channel that takes yen, and one in yuan to Alipay as before', async () => {
    const [japanese, chinese] = [await open(), await open({ amount: { currency: 'CNY', value: 450 } })];
    expect([japanese.channel, japanese.qrCode?.payload]).toEqual(['yen', `yen:${japanese.orderId}_1`]);
    expect(japanese.message).toEqual({
      'zh-CN': '请顾客用日元付扫码付款。',
      en: 'Ask the customer to scan the code with Yen Pay.',
    });
    expect([chinese.channel, chinese.message.en]).toEqual(['alipay', 'Ask the customer to scan the code with Alipay.']);
    expect((await s.orders.get(japanese.orderId))?.account).toEqual({ channel: 'yen', shopNo: 'tokyo-1' });
    expect(orderView().safeParse(japanese).success).toBe(true);
    expect(
      ((await listChannels(s, of({}, undefined))).body as { data: ChannelView[] }).data.map(
        ({ channel: id, currencies }) => [id, currencies],
      ),
    ).toEqual([
      ['alipay', ['CNY']],
      ['yen', ['JPY']],
    ]);
  });

  test('has no more yen than the channel takes, though the merchant has no limit', async () => {
    expect(await problemOf(open({ amount: yen(100_001) }))).toMatchObject({
      ...{ code: 'amount_over_limit', limit: yen(100_000) },
    });
    expect(await problemOf(open({ amount: { currency: 'USD', value: 1 } }))).toMatchObject({
      ...{ code: 'different_currency', detail: 'This merchant sells in CNY, JPY.' },
    });
  });

  test('is paid by the message of its channel, which thanks in its own word; another shop is an anomaly', async () => {
    const { orderId } = await open();
    const take = (message: ReturnType<YenChannel['pay']>) =>
      takeNotification(s, yenId, message, { endsAt: now + INVOCATION });
    const forged = { body: Buffer.from('{"seal":"x"}'), headers: {}, path: '/v1/notifications/yen' };
    expect(await take(forged)).toBe('NG');
    expect(await take(channel.pay(`${orderId}_1`, yenAccount({ shopNo: 'osaka-1' })))).toBe('OK');
    expect([anomalies, (await s.orders.get(orderId))?.payments]).toEqual([1, []]);
    expect(await take(channel.pay(`${orderId}_1`))).toBe('OK');
    expect(await look(orderId)).toMatchObject({ status: 'paid', payment: { tradeNo: 'Y1000000' } });
    expect(anomalies).toBe(1);
  });

  test('whose code was not scanned is closed at the channel as soon as the cashier wants it', async () => {
    const { orderId } = await open();
    expect((await closeOrder(s, of({ orderId }, {}))).body).toMatchObject({ status: 'closed' });
    expect(channel.calls).toEqual(['createQrCode', 'query', 'close']);
  });
});

test('a till code has the form of the order’s channel', async () => {
  const { orderId } = await open({ qrCode: false });
  const scan = (tillCode: string) => payWithTillCode(s, of({ orderId }, { attempt: 1, tillCode }));
  expect(await problemOf(scan('280000000000000001'))).toEqual({
    code: 'other_wallets_code',
    detail: 'Ask the customer for the payment code of the Yen Pay app; its digits begin with 99.',
    message: {
      'zh-CN': '这不是日元付付款码，请顾客打开日元付出示付款码。',
      en: 'This is not a code of Yen Pay. Ask the customer to open Yen Pay and show the payment code.',
    },
  });
  expect((await scan('990000000000000001')).body).toMatchObject({ status: 'paid', channel: 'yen' });
  expect(channelIds.map((id) => isTillCode(id, '990000000000000001'))).toEqual([false, true, true]);
});

test('a day of sales and refunds is on the statement and agrees with the channel’s report of its own day', async () => {
  const { orderId } = await open({ qrCode: false });
  await payWithTillCode(s, of({ orderId }, { attempt: 1, tillCode: '990000000000000001' }));
  now += 1_000;
  expect((await refund(orderId, 'r-1', 100)).status).toBe(201);
  // The channel wants 20 seconds between two refunds of a trade: the second waits for them.
  now += 19_000;
  expect([(await refund(orderId, 'r-2', 50)).status, channel.calls.filter((it) => it === 'refund').length]).toEqual([
    202, 1,
  ]);
  now += 1_000;
  await look(orderId);
  expect(channel.calls.filter((it) => it === 'refund').length).toBe(2);

  // Midnight in Tokyo, an hour before China's; the statement half an hour later.
  now = NOON + 11 * HOUR + 31 * MINUTE;
  await sweep(s);
  const [day] = (await s.statements.decisions(merchant.id, ['2026-03-01'])).values();
  if (day?.kind !== 'sealed') throw new Error(`the day is ${day?.kind}`);
  const lines: Line[] = [];
  for await (const chunk of s.statements.linesByChunk(day.statement)) lines.push(...chunk);
  expect(lines.map(({ type, channel: id, currency, gross, fee }) => [type, id, currency, gross, fee])).toEqual([
    ['payment', 'yen', 'JPY', 450, 5],
    ['refund', 'yen', 'JPY', -100, -1],
    ['refund', 'yen', 'JPY', -50, -1],
  ]);

  // Alipay's head is due at ten in China and opens one for the further account, whose report is asked for three hours after Tokyo's day.
  now = NOON + DAY;
  await sweep(s);
  await sweep(s);
  const { data } = (await listReconciliations(s, { ...of({}, undefined), query: { day: '2026-03-01' } })).body as {
    data: ReconciliationView[];
  };
  expect(data.map((it) => [it.channel, it.account, it.state, it.matched, it.differences])).toEqual([
    ['alipay', '2088000000000001', 'compared', 0, []],
    ['yen', 'tokyo-1', 'compared', 3, []],
  ]);
  expect(channel.calls.filter((it) => it.startsWith('report'))).toContain('report 2026-03-01');
});

test('its days are those of its own zone, and its report is asked for at its own hour', () => {
  expect(beginOf(yenId, '2026-03-01')).toBe(Date.parse('2026-02-28T15:00:00Z'));
  expect(askedFrom(yenId, '2026-03-01')).toBe(Date.parse('2026-03-01T18:00:00Z'));
  const evening = Date.parse('2026-03-01T15:30:00Z');
  expect([reportDayOf(yenId, evening), reportDayOf('alipay', evening)]).toEqual(['2026-03-02', '2026-03-01']);
});

test('its days are compared from the first one on, whether or not anything was sold', async () => {
  now = NOON + DAY;
  await sweep(s);
  const main = await s.reconciliations.head(merchant.id);
  if (!main) throw new Error('the merchant has no head');
  const heads = await s.reconciliations.accountHeads(main);
  expect(heads.map(({ account, lastReportDay }) => [account?.channel, lastReportDay])).toEqual([['yen', '2026-02-28']]);
});

test('the contract has a door for its messages, and the stack a grant that reads its secret alone', () => {
  const name = 'yenNotification' as 'alipayNotification';
  expect(contract[name]).toMatchObject({ path: '/v1/notifications/yen', entry: 'notifications/yen.ts', scope: null });
  expect([refusals[name], grants[name].channels, grants.sweep.channels]).toEqual([
    [],
    ['yen'],
    ['alipay', 'antom', 'yen'],
  ]);
});
