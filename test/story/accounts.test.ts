/** Money F5: the account changes, the orders stay: refunds, bills and authorisations of an account that the merchant has left. */
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chinaTime } from '../../bin/local/alipay-simulator/wire.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import { reportDayOf } from '../../functions/reconciliation/reconciliations.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { cny, openShop, type TestShop } from '../support/shop.ts';

const Y = '2088999900000001';
const TOKEN = '202603BBfirst';
const RENEWED = '202603BBrenewed';

let shop: TestShop;
let X = '';
let appId = '';
let day = '';
beforeAll(async () => {
  shop = await openShop();
  ({ sellerId: X, appId } = shop.stack.identity.alipay);
  // The merchant's second account has authorised the app.
  await shop.faults({ authorisations: { [TOKEN]: Y } });
});
afterAll(() => shop.stop());
beforeEach(async () => {
  // Noon of another day in China: what the test before has left behind is over, and a day of trade fits before midnight.
  const sinceNoon = (shop.now() + 8 * HOUR - DAY / 2) % DAY;
  await shop.advance(2 * DAY - sinceNoon);
  for (let sweeps = 0; sweeps < 5; sweeps += 1) await shop.advance(MINUTE);
  day = reportDayOf('alipay', shop.now());
});

async function sold(value: number): Promise<OrderView> {
  const order = await shop.open({ amount: cny(value) });
  await shop.pay(order);
  return shop.eventually(order.orderId, ({ status }) => status === 'paid');
}
const refund = async ({ orderId }: OrderView, refundNo: string, value: number) =>
  (await shop.till.call('createRefund', { params: { orderId }, body: { refundNo, amount: cny(value) } })).body.refund;
async function operator(line: string): Promise<string> {
  const { code, out, err } = await runLine(`${line} --yes --local-stack ${shop.stack.stackFile}`);
  if (code !== 0) throw new Error(`${line}: ${err}`);
  return out;
}
async function connect(rest: string): Promise<void> {
  await operator(`channel connect 示范商店 --seller-id ${rest}`);
  await shop.advance(31 * SECOND);
}
/** To ten o'clock on the next morning, and the sweeps that it takes to compare all accounts' days that are over. */
async function toBill(): Promise<void> {
  await shop.advance(Date.parse(`${day}T00:00:00+08:00`) + DAY + 10 * HOUR + MINUTE - shop.now());
  for (let sweeps = 0; sweeps < 5; sweeps += 1) await shop.advance(MINUTE);
}
const reconciled = async (of = day): Promise<ReconciliationView[]> =>
  (await shop.backOffice.call('listReconciliations', { query: { day: of } })).body.data;
const agrees = (account: string, matched: number) => ({ account, state: 'compared', matched, differences: [] });

let first: OrderView;
let second: OrderView;
/** The day on which the authorisation was over. */
let refused = '';

test('money F5 a day on which the account changes agrees with both bills, each with its own orders', async () => {
  first = await sold(6_100);
  await connect(`${Y} --app-auth-token ${TOKEN}`);
  second = await sold(6_200);
  expect(await refund(first, 'one', 100)).toMatchObject({ status: 'succeeded' });
  await toBill();
  expect(await reconciled()).toMatchObject([agrees(Y, 1), agrees(X, 2)]);
  const told = await operator(`reconcile 示范商店 --day ${day}`);
  expect(told).toMatch(new RegExp(`${day} at ${Y}: compared.*\n.* 1 rows agree`));
  expect(told).toMatch(new RegExp(`${day} at ${X}: compared.*\n.* 2 rows agree`));
});

test('money F5 later refunds of either account are on its own bill; of an account without any nothing is told', async () => {
  await refund(first, 'two', 200);
  await toBill();
  const quiet = [{ account: X, matched: 1, differences: [] }];
  expect((await reconciled()).filter(({ account }) => account === X)).toMatchObject(quiet);
  day = reportDayOf('alipay', shop.now());
  await refund(second, 'a', 300);
  await toBill();
  expect(await reconciled()).toMatchObject([agrees(Y, 1)]);
});

test('money F5 the operator accepts a difference at a former account, and has its days compared again', async () => {
  await refund(first, 'three', 100);
  const number = `${first.orderId}_r3`;
  await shop.faults({ bill: { drop: [number] } });
  await toBill();
  const former = async () => (await reconciled()).find(({ account }) => account === X);
  const missing = { reason: 'missing_at_channel', type: 'refund', requestNo: number, resolution: 'open' };
  expect(await former()).toMatchObject({ matched: 0, differences: [missing] });
  expect(await operator(`reconcile 示范商店 --day ${day} --accept ${number} --note "asked Alipay"`)).toContain(
    `missing_at_channel accepted: refund ${number}`,
  );
  expect(await former()).toMatchObject({ differences: [{ ...missing, resolution: 'accepted', note: 'asked Alipay' }] });
  await shop.faults({ bill: null });
  await operator(`reconcile 示范商店 --day ${day} --again ${day}`);
  await shop.advance(MINUTE);
  expect(await former()).toMatchObject(agrees(X, 1));
});

test("money F5 a refund that was made in the former account's console is found by its bill", async () => {
  await shop.faults({ dropNotifications: true });
  const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
  const { privateKeyPem, alipayPublicKeyPem } = shop.stack.identity.alipay;
  const console = new AlipaySdk({
    ...{ appId, keyType: 'PKCS8', camelcase: false, gateway: `${shop.stack.simulator}/gateway.do` },
    ...{ privateKey: bare(privateKeyPem), alipayPublicKey: bare(alipayPublicKeyPem) },
  });
  const bizContent = { out_trade_no: `${first.orderId}_1`, refund_amount: '4.00', out_request_no: 'console-1' };
  expect(await console.exec('alipay.trade.refund', { timestamp: chinaTime(shop.now()), bizContent })).toMatchObject({
    fund_change: 'Y',
  });
  await toBill();
  await shop.faults({ dropNotifications: false });
  const found = (await reconciled()).find(({ account }) => account === X);
  expect(found).toMatchObject({ matched: 1, differences: [{ reason: 'missing_here', resolution: 'healed' }] });
  expect((await shop.get(first.orderId)).refunded).toEqual(cny(800));
});

test("money F5 a payment that only the former account's bill tells is found by it", async () => {
  await connect(X);
  const lost = await shop.open({ expiresInSeconds: 90, amount: cny(800) });
  // Its authorisation was kept for it.
  await connect(Y);
  await shop.faults({ dropNotifications: true, query: { answer: 'refuse:ACQ.TRADE_NOT_EXIST', times: 1_000 } });
  await shop.pay(lost);
  await shop.advance(5 * MINUTE);
  expect(await shop.get(lost.orderId)).toMatchObject({ status: 'closed', payment: null });
  await shop.faults({ query: { answer: 'time_out', times: 0 } });
  await toBill();
  await shop.faults({ dropNotifications: false });
  const found = (await reconciled()).find(({ account }) => account === X);
  expect(found).toMatchObject({ matched: 1, differences: [{ reason: 'missing_here', resolution: 'healed' }] });
  expect(await shop.get(lost.orderId)).toMatchObject({ status: 'paid', refunded: cny(800) });
});

test('money F5 an authorisation that is over leaves a refund open and holds no other account', async () => {
  await connect(X);
  await shop.faults({ authorisations: { [TOKEN]: null, [RENEWED]: Y } });
  const third = await sold(6_300);
  expect(await refund(second, 'b', 500)).toMatchObject({ status: 'requested' });
  const waits = async () => (await shop.get(second.orderId)).refunds.find(({ refundNo }) => refundNo === 'b')?.status;
  await shop.advance(5 * MINUTE);
  expect(await waits()).toBe('requested');
  await toBill();
  expect(await reconciled()).toMatchObject([agrees(X, 1)]);
  refused = day;
  day = reportDayOf('alipay', shop.now());
  await refund(third, 'c', 100);
  await toBill();
  expect(await reconciled()).toMatchObject([agrees(X, 1)]);
  expect(await waits()).toBe('requested');
});

test('money F5 a renewed authorisation carries the refund out, and the days that waited are compared', async () => {
  const told = await operator(`channel authorise 示范商店 --order ${second.orderId} --app-auth-token ${RENEWED}`);
  expect(told).toContain('  before: alipay: paid to 2088999900000001');
  await shop.advance(31 * SECOND);
  expect(await shop.eventually(second.orderId, ({ refunds }) => refunds.every(({ status }) => status === 'succeeded')));
  await toBill();
  expect(await reconciled()).toMatchObject([{ account: X, matched: 0 }, agrees(Y, 1)]);
  expect(await reconciled(refused)).toMatchObject([agrees(X, 1)]);
});

test('what both accounts have sold stands on statements that hold', async () => {
  expect(await operator('statement verify 示范商店')).toMatch(/ 0 findings\n$/);
});
