/** What becomes of Antom's messages: paid, dead, an anomaly, or not believed; each is answered in Antom's own words. */
import { beforeEach, expect, test } from 'vitest';
import { frozen } from '../../functions/channel/account.ts';
import { connectAntom } from '../../functions/channel/antom/connect.ts';
import { CHANNELS } from '../../functions/channel/registry.ts';
import { INVOCATION } from '../../functions/deadlines.ts';
import { TokenBuckets } from '../../functions/merchant/token-buckets.ts';
import { takeNotification } from '../../functions/notifications/take.ts';
import { codeEnd, type Order } from '../../functions/order/order.ts';
import { RateLimiter } from '../../functions/rate-limiter.ts';
import { type Services, storesOf } from '../../functions/services.ts';
import { MemoryTable } from '../../functions/table/memory.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS } from '../../functions/table/table.ts';
import { MINUTE } from '../../functions/time.ts';
import { aMerchant } from '../statement/shop.ts';
import { alipayAlone, alipaysUrlAlone } from '../support/alipay-alone.ts';
import { account, own, SECRET } from '../support/antom-loopback.ts';
import { MEMBERS, message, OTHER, others, PATH, type Signing } from '../support/antom-messages.ts';
import { NOON } from '../support/orders.ts';

const TWO = {
  clients: {
    ...SECRET.clients,
    [OTHER]: { privateKeyPem: own.privateKeyPem, antomPublicKeyPems: [others.publicKeyPem] },
  },
};
const { thanks, again } = CHANNELS.antom.notification;
/** Orders in memory, and all that was ever written. */
class Written extends MemoryTable {
  readonly all: Item[] = [];

  override create(item: Item) {
    this.all.push(item);
    return super.create(item);
  }

  override replace(item: Item, seen: number) {
    this.all.push(item);
    return super.replace(item, seen);
  }
}

let s: Services;
let orders: Written;
let order: Order;
let counted: string[];

beforeEach(async () => {
  counted = [];
  orders = new Written(ORDERS);
  const tables = { orders, directory: new MemoryTable(DIRECTORY), statements: new MemoryTable(STATEMENTS) };
  const now = () => NOON + MINUTE;
  const nothing = () => {};
  const { channel: antom } = connectAntom({
    ...{ url: 'http://127.0.0.1:9', readSecret: async () => JSON.stringify(TWO), onCertificateEnding: nothing, now },
  });
  s = {
    ...storesOf(tables, now, { orders: 1, statements: 1 }),
    now,
    log: { info: nothing, warn: nothing, error: nothing },
    metrics: { count: (name: string) => void counted.push(name), publish: nothing },
    channels: { ...alipayAlone(antom), antom },
    notifyUrls: { ...alipaysUrlAlone(''), antom: `https://pay.example${PATH}` },
    authorities: new Set(),
    statementDelay: 30 * MINUTE,
    lastSynced: new Map(),
    tokenBuckets: new TokenBuckets(),
    rateLimiter: new RateLimiter(10_000, now, async () => {}),
  };
  const merchant = aMerchant({ accounts: [account] });
  await tables.directory.create({ ...merchant });
  const request = {
    ...{ merchantOrderNo: 'a-1', amount: { currency: 'JPY', value: 1000 }, subject: 'コーヒー' },
    ...{ storeId: 'main', expiresInSeconds: 180 },
  };
  const { order: made } = await s.orders.create({
    ...{
      merchantId: merchant.id,
      request,
      account: frozen(account, 'JPY'),
      latePayment: 'refund',
      day: '2026-03-01',
      createdAt: NOON,
    },
    attempts: [{ n: 1, kind: 'qr_code', expiresAt: codeEnd({ request }, NOON) }],
  });
  // As it is read, with what its indexes need.
  order = (await s.orders.get(made.orderId)) ?? made;
});

const told = (change: object = {}) => ({ ...MEMBERS, paymentRequestId: `${order.orderId}_1`, ...change });
const take = (content: unknown, signing?: Signing) =>
  takeNotification(s, 'antom', message(content, signing), { endsAt: s.now() + INVOCATION });
const stored = async () => s.orders.get(order.orderId);
const anomalies = () => orders.all.filter(({ orderId }) => String(orderId).startsWith('ano_'));
const PAYMENT = { attempt: 1, tradeNo: MEMBERS.paymentId, paidAt: Date.parse(MEMBERS.paymentTime) };

test('a payment is stored once, with thanks for each message of it', async () => {
  expect([await take(told()), await take(told())]).toEqual([thanks, thanks]);
  expect((await stored())?.payments).toMatchObject([PAYMENT]);
  expect([anomalies(), counted]).toEqual([[], []]);
});

test('of a customer nothing is stored but the wallet', async () => {
  await take(told());
  const all = JSON.stringify(orders.all);
  expect(all).not.toMatch(/2088102146225135|明|pspCustomer/);
});

test('a failure ends the attempt, and money that comes all the same is found', async () => {
  const failed = { resultCode: 'ORDER_IS_CLOSED', resultStatus: 'F', resultMessage: 'closed' };
  expect(await take(told({ result: failed }))).toBe(thanks);
  expect((await stored())?.attempts).toMatchObject([{ n: 1, ended: { why: 'closed' } }]);
  expect(await take(told())).toBe(thanks);
  expect((await stored())?.payments).toMatchObject([PAYMENT]);
});

test.each<[string, object]>([
  ['a scan', { notifyType: 'PAYMENT_PENDING' }],
  ['another kind', { notifyType: 'SOMETHING_NEW' }],
  ['a result that is open', { result: { ...MEMBERS.result, resultStatus: 'U' } }],
])('%s is thanked for, and nothing is stored', async (_, change) => {
  expect(await take(told(change))).toBe(thanks);
  expect(await stored()).toEqual(order);
  expect(counted).toEqual([]);
});

test.each<[string, object]>([
  ['another amount', { paymentAmount: { currency: 'JPY', value: '1' } }],
  ['another currency', { paymentAmount: { currency: 'HKD', value: '1000' } }],
  ['a time before the order', { paymentTime: '2026-03-01T11:00:00+08:00' }],
])('%s is an anomaly, thanked for, and no payment', async (_, change) => {
  expect([await take(told(change)), await take(told(change))]).toEqual([thanks, thanks]);
  expect((await stored())?.payments).toEqual([]);
  expect(new Set(anomalies().map(({ orderId }) => orderId)).size).toBe(1);
  expect(counted).toContain('anomalies');
});

test('of another client of ours it is an anomaly, and no payment', async () => {
  expect(await take(told(), { clientId: OTHER, key: others.privateKeyPem })).toBe(thanks);
  expect(await stored()).toEqual(order);
  expect(anomalies()).toMatchObject([{ reason: 'different_app' }]);
});

test.each<[string, object | string, Signing?]>([
  ['a number that is not known', { paymentRequestId: 'ord_bbbbbbbbbbbbbbbbbbbbbbbbbb_1' }],
  ['an attempt that is not there', { paymentRequestId: 'ord_x_2' }],
  ['a forged one', {}, { key: others.privateKeyPem }],
  ['an unknown client', {}, { clientId: 'SANDBOX_9' }],
  ['another client by the key of this one', {}, { clientId: OTHER }],
  ['no JSON', 'x'],
])('%s must come again, and nothing is stored', async (_, change, signing) => {
  expect(await take(typeof change === 'string' ? change : told(change), signing)).toBe(again);
  expect(await stored()).toEqual(order);
});
