/** As cold.test.ts, at Antom: each function that may read Antom's keys reads them for an order there. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { businessDay, DAY, MINUTE } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
const operator = async (line: string) => {
  const { code, err } = await runLine(`${line} --yes --local-stack ${shop.stack.stackFile}`);
  if (code !== 0) throw new Error(err);
};
beforeAll(async () => {
  shop = await openShop();
  const { clientId } = shop.stack.identity.antom.credentials;
  await operator(
    `channel connect 示范商店 --channel antom --client-id ${clientId} --reference-merchant-id SHOP-1 --merchant-name Tea --mcc 5499 --currencies JPY:USD`,
  );
  const day = businessDay(shop.now() + 2 * DAY, 'Asia/Shanghai');
  await operator(
    `agreement add 示范商店 --channel antom --settlement USD --rate 10000 --currency JPY --valid-from ${day} --fee-on-refund kept`,
  );
  await shop.advance(3 * DAY);
});
afterAll(() => shop.stop());

/** The clock of everything in this process; no sweep runs on the way, which would read before the function does. */
let ahead = 0;
const { now } = Date;
beforeEach(() => {
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
});
afterEach(() => vi.restoreAllMocks());
/** Longer than keys and callers are kept. */
const forget = () => {
  ahead += 6 * MINUTE;
};

const open = async (more: object = {}) => {
  const body = {
    merchantOrderNo: newNo(),
    amount: { currency: 'JPY', value: 1000 },
    subject: '緑茶',
    qrCode: false,
    ...more,
  };
  return (await shop.till.call('createOrder', { body: { expiresInSeconds: 900, ...body } })).body as OrderView;
};
const antom = async (path: string, body: object) =>
  (await fetch(`${shop.stack.antom}/wallet/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
const pay = ({ qrCode }: OrderView) => antom('pay', { qrCode: qrCode?.payload, wallet: 'GCash' });
const paid = async () => {
  const order = await open({ qrCode: true });
  await pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  return order;
};
const refund = ({ orderId }: OrderView, refundNo: string) =>
  shop.till.call('createRefund', { params: { orderId }, body: { refundNo, amount: { currency: 'JPY', value: 100 } } });

test('a code of an order is asked for', async () => {
  const { orderId } = await open();
  forget();
  const { body } = await shop.till.call('createQrCode', { params: { orderId }, body: {} });
  expect(body.status).toBe('awaiting_payment');
});

test('a notification of a payment is taken, and then a poll looks for another', async () => {
  const [told, asked] = [await open({ qrCode: true }), await open({ qrCode: true })];
  forget();
  await pay(told);
  const notices = async () =>
    ((await (await fetch(`${shop.stack.antom}/wallet/notifications`)).json()) as { data: Notice[] }).data
      .filter(({ outTradeNo }) => outTradeNo.startsWith(told.orderId))
      .flatMap(({ attempts }) => attempts.map(({ status }) => status));
  await expect.poll(notices).toEqual([200]);
  forget();
  expect(await shop.get(asked.orderId)).toMatchObject({ status: 'awaiting_payment' });
});
interface Notice {
  readonly outTradeNo: string;
  readonly attempts: readonly { readonly status: number }[];
}

test('an order is closed in one call', async () => {
  const { orderId } = await open({ qrCode: true });
  forget();
  expect((await shop.till.call('closeOrder', { params: { orderId }, body: {} })).body.status).toBe('closed');
});

test('a payment is refunded', async () => {
  const order = await paid();
  forget();
  expect((await refund(order, 'r1')).body.refund.status).toBe('succeeded');
});

test('a refund without an answer is asked about by the sweep, or by a till that looks at it', async () => {
  for (const look of [
    () => shop.stack.sweep(),
    (orderId: string) => shop.till.call('getRefund', { params: { orderId, refundNo: 'r1' } }),
  ]) {
    const order = await paid();
    await antom('faults', { refund: { answer: 'system_error_with_effect' } });
    expect((await refund(order, 'r1')).body.refund.status).toBe('requested');
    forget();
    await look(order.orderId);
    const { body } = await shop.till.call('getOrder', { params: { orderId: order.orderId } });
    expect(body.refunds).toMatchObject([{ refundNo: 'r1', status: 'succeeded' }]);
  }
});

test('an order is found by its number at the channel', async () => {
  const order = await paid();
  const { payment } = await shop.get(order.orderId);
  forget();
  const { body } = await shop.backOffice.call('listOrders', { query: { tradeNo: payment?.tradeNo ?? '' } });
  expect(body.data.map(({ orderId }) => orderId)).toEqual([order.orderId]);
});
