/** What only Antom does, over HTTP at its simulator: results that come later, rates, codes that end sooner, numbers that have ended. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectAntom } from '../../functions/channel/antom/connect.ts';
import type { Channel, CodeRequest, Notification } from '../../functions/channel/channel.ts';
import type { AntomAccount } from '../../functions/channel/registry.ts';
import { antoms, CLIENT, type Merchant, openMerchant, ours } from '../support/antom-merchant.ts';
import { NOON } from '../support/orders.ts';

const TIMEOUT = 5_000;
const MINUTE = 60_000;
const account: AntomAccount = {
  ...{ channel: 'antom', clientId: CLIENT, referenceMerchantId: 'kissa', merchantName: 'Kissa', merchantMCC: '5814' },
  currencies: { JPY: 'USD', CNY: 'CNY' },
};
const ref = { account, attemptNo: 'ord_aaaaaaaaaaaaaaaaaaaaaaaaaa_1' };
const jpy = (value: number) => ({ currency: 'JPY', value });

let shop: Merchant;
let antom: Channel;
let request: CodeRequest;
beforeEach(async () => {
  shop = await openMerchant();
  const clients = { [CLIENT]: { privateKeyPem: ours.privateKeyPem, antomPublicKeyPems: [antoms.publicKeyPem] } };
  antom = connectAntom({
    ...{ url: shop.simulator.url, readSecret: async () => JSON.stringify({ clients }) },
    ...{ onCertificateEnding: () => {}, now: () => shop.now },
  }).channel;
  request = {
    ...{ ...ref, amount: jpy(1000), subject: 'コーヒー', storeId: 'main', terminalId: 'trm_1' },
    ...{ expiresAt: NOON + 3 * MINUTE, notifyUrl: shop.notifyUrl },
  };
});
afterEach(() => shop.stop());

const query = () => antom.query(ref, TIMEOUT);
const faults = (members: object) => shop.wallet('faults', members);
async function scan(wallet = 'AlipayCN') {
  const { body } = await shop.wallet('codes', { wallet });
  return antom.payWithTillCode({ ...request, tillCode: String(body.tillCode) }, TIMEOUT);
}
async function payCode(wallet = 'AlipayCN', members: object = {}) {
  const code = await antom.createQrCode(request, TIMEOUT);
  if (code.kind !== 'accepted') throw new Error(JSON.stringify(code));
  await shop.wallet('pay', { qrCode: code.payload, wallet, ...members });
  return code;
}
async function paid() {
  await payCode();
  const told = await query();
  if (told.kind !== 'paid') throw new Error(JSON.stringify(told));
  return told;
}
const refund = (tradeNo: string, no: string, value = 1000) =>
  antom.refund({ ...ref, tradeNo, requestNo: `${ref.attemptNo}_${no}`, amount: jpy(value) }, TIMEOUT);
const queryRefund = (no: string) => antom.queryRefund({ ...ref, requestNo: `${ref.attemptNo}_${no}` }, TIMEOUT);

test.each([
  ['u_then_success', 'paid'],
  ['u_then_fail', 'closed'],
])('a scanned code that is undecided is asked about until it is decided: %s', async (answer, kind) => {
  await faults({ pay: { answer, times: 1, afterMs: 30_000 } });
  expect([await scan(), await query()]).toEqual([{ kind: 'waiting' }, { kind: 'waiting' }]);
  shop.now += 30_000;
  expect((await query()).kind).toBe(kind);
});

test('a code that is undecided is unknown, and the same request brings it', async () => {
  await faults({ precreate: { answer: 'u_then_success', times: 1, afterMs: 1_000 } });
  expect(await antom.createQrCode(request, TIMEOUT)).toEqual({ kind: 'unknown', why: 'U PAYMENT_IN_PROCESS' });
  shop.now += 1_000;
  expect((await antom.createQrCode(request, TIMEOUT)).kind).toBe('accepted');
});

test('a code that ends sooner than was asked for says when', async () => {
  await faults({ codeLastsMs: 120_000 });
  expect(await antom.createQrCode(request, TIMEOUT)).toMatchObject({
    ...{ kind: 'accepted', shownUntil: NOON + 120_000 },
  });
});

test.each([
  ['AlipayCN', 'CNY'],
  ['AlipayHK', 'HKD'],
  ['GCash', 'PHP'],
])('a payment by %s is told with what was paid in %s, and how it is settled', async (wallet, currency) => {
  await payCode(wallet);
  const told = await query();
  expect(told).toMatchObject({ kind: 'paid', amount: jpy(1000), wallet, customerPaid: { currency } });
  const settlement = { gross: { currency: 'USD' }, pair: expect.stringMatching(/^[A-Z]{3}\/[A-Z]{3}$/) };
  expect(told).toMatchObject({ settlement: { ...settlement, price: expect.stringMatching(/^\d+\.\d+$/) } });
  const { kind: _, refundedInFull: __, ...news } = told as { kind: string; refundedInFull: boolean };
  await shop.advance(0);
  const notice = shop.received[0];
  expect(notice?.isSigned).toBe(true);
  expect(await readNotice()).toMatchObject({ kind: 'news', attemptNo: ref.attemptNo, paid: news });
});

/** The last notification as the simulator sent it, with its real headers. */
async function readNotice(): Promise<Notification> {
  const [{ attempts }] = (await shop.wallet('notifications')).body.data as unknown as [
    { attempts: { body: string; headers?: Record<string, string> }[] },
  ];
  const [{ body, headers = {} } = { body: '' }] = attempts;
  return antom.readNotification({ body: Buffer.from(body), headers, path: '/v1/notifications/antom' });
}

test('a quote by numeric codes is told by alphabetic ones, and one that is not fixed yet not at all', async () => {
  await payCode();
  const alphabetic = await query();
  await faults({ query: { answer: 'quote_numeric', times: 1 } });
  expect(await query()).toEqual(alphabetic);
  await faults({ query: { answer: 'rate_missing', times: 1 } });
  const { settlement: _, ...rest } = alphabetic as { settlement?: object };
  expect(await query()).toEqual(rest);
});

test('a cancel that is lost is carried out once, and money that comes after it goes back', async () => {
  const code = await antom.createQrCode(request, TIMEOUT);
  await faults({ cancel: { answer: 'system_error_with_effect', times: 1 } });
  expect((await antom.cancel(ref, TIMEOUT)).kind).toBe('unknown');
  expect([await antom.cancel(ref, TIMEOUT), await query()]).toEqual([{ kind: 'ended' }, { kind: 'closed' }]);
  const { payload = '' } = code as { payload?: string };
  expect((await shop.wallet('pay', { qrCode: payload, force: true })).body).toMatchObject({ result: 'success' });
  expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: true });
});

test('a payment of yesterday is not cancelled any more, and is refunded', async () => {
  const { tradeNo } = await paid();
  shop.now = Date.parse('2026-03-02T00:15:01+08:00');
  expect(await antom.cancel(ref, TIMEOUT)).toEqual({
    ...{ kind: 'refused', refusal: { reason: 'too_late_to_reverse', code: 'CANCEL_WINDOW_EXCEED' } },
  });
  expect((await refund(tradeNo, 'r1')).kind).toBe('succeeded');
  expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: true });
});

test('a payment that was refunded is not cancelled', async () => {
  const { tradeNo } = await paid();
  await refund(tradeNo, 'r1', 1);
  expect(await antom.cancel(ref, TIMEOUT)).toMatchObject({ kind: 'refused', refusal: { code: 'PROCESS_FAIL' } });
});

test('a refund that is refused has ended under its number, and goes through under the next', async () => {
  const { tradeNo } = await paid();
  await faults({ refund: { answer: 'refuse:MERCHANT_BALANCE_NOT_ENOUGH', times: 1 } });
  const refused = { kind: 'refused', refusal: { reason: 'no_cover', code: 'MERCHANT_BALANCE_NOT_ENOUGH' } };
  expect([await refund(tradeNo, 'r1'), await refund(tradeNo, 'r1')]).toEqual([refused, refused]);
  expect((await queryRefund('r1')).kind).toBe('failed');
  expect((await refund(tradeNo, 'r2')).kind).toBe('succeeded');
  expect([(await queryRefund('r2')).kind, (await queryRefund('r1')).kind]).toEqual(['succeeded', 'failed']);
});

test.each([
  ['u_then_success', 'succeeded'],
  ['u_then_fail', 'failed'],
])('a refund under way is pending until it has ended: %s', async (answer, kind) => {
  const { tradeNo } = await paid();
  await faults({ refund: { answer, times: 1, afterMs: 30_000 } });
  expect([(await refund(tradeNo, 'r1')).kind, (await queryRefund('r1')).kind]).toEqual(['pending', 'pending']);
  expect(await query()).toMatchObject({ kind: 'paid', refundedInFull: false });
  shop.now += 30_000;
  expect((await queryRefund('r1')).kind).toBe(kind);
});

test('a refund under a number of another one is refused', async () => {
  const { tradeNo } = await paid();
  await refund(tradeNo, 'r1', 300);
  expect(await refund(tradeNo, 'r1', 301)).toMatchObject({
    kind: 'refused',
    refusal: { code: 'REPEAT_REQ_INCONSISTENT' },
  });
});

test('Antom’s own number leads to ours, and to no other client’s', async () => {
  const { tradeNo } = await paid();
  expect([await antom.findTrade(account, tradeNo, TIMEOUT), await antom.findTrade(account, '1', TIMEOUT)]).toEqual([
    ...[{ kind: 'found', attemptNo: ref.attemptNo }, { kind: 'absent' }],
  ]);
});

test('no report is given to a program', async () => {
  expect(await antom.report(account, '2026-03-01', TIMEOUT)).toEqual({ kind: 'not_ready' });
});
