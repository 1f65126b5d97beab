/** A sale in yen at Antom on the whole system: paid by a wallet, told by Antom's own notification, and refunded. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderView } from '../../functions/contract/answers.ts';
import { businessDay, DAY } from '../../functions/time.ts';
import { runLine } from '../support/office.ts';
import { openShop, type TestShop } from '../support/shop.ts';

/** What Antom reads, to the letter. */
const THANKS = '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}';
const AGAIN = '{"result":{"resultCode":"UNKNOWN_EXCEPTION","resultStatus":"U","resultMessage":"send it again"}}';

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

const url = () => `${shop.stack.api}/v1/notifications/antom`;
const jpy = (value: number) => ({ currency: 'JPY', value });
const antom = async (path: string, body?: object) => {
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  return (await (await fetch(`${shop.stack.antom}/wallet/${path}`, init)).json()) as Record<string, unknown>;
};
interface Notice {
  readonly outTradeNo: string;
  readonly attempts: readonly { status: number; answer: string; body: string; headers: Record<string, string> }[];
}

test('is paid, told by a genuine notification, and by no forged one', async () => {
  const { body } = await shop.till.call('createOrder', {
    body: { merchantOrderNo: 'yen-1', amount: jpy(1000), subject: '緑茶', qrCode: true },
  });
  const order = body as OrderView;
  expect(order).toMatchObject({ channel: 'antom', status: 'awaiting_payment', amount: jpy(1000) });
  await antom('pay', { qrCode: order.qrCode?.payload, wallet: 'GCash' });
  const notices = async () =>
    ((await antom('notifications')).data as Notice[]).filter(({ outTradeNo }) => outTradeNo.startsWith(order.orderId));
  // The till has not asked: the order is paid because Antom told it.
  await expect.poll(async () => (await notices())[0]?.attempts.map(({ status }) => status)).toEqual([200]);
  const [told] = (await notices())[0]?.attempts ?? [];
  expect(told?.answer).toBe(THANKS);
  expect(await shop.get(order.orderId)).toMatchObject({ status: 'paid', channel: 'antom' });

  const send = (text: string) => fetch(url(), { method: 'POST', body: text, headers: told?.headers ?? {} });
  const again = await send(told?.body ?? '');
  expect([again.status, again.headers.get('content-type'), await again.text()]).toEqual([
    ...[200, 'application/json', THANKS],
  ]);
  const forged = await send((told?.body ?? '').replace('"1000"', '"1001"'));
  expect([forged.status, forged.headers.get('content-type'), await forged.text()]).toEqual([
    ...[400, 'application/json', AGAIN],
  ]);

  const refund = { refundNo: 'r-1', amount: jpy(400) };
  const answer = await shop.till.call('createRefund', { params: { orderId: order.orderId }, body: refund });
  expect(answer).toMatchObject({ status: 201, body: { refund: { status: 'succeeded' } } });
  const [trade] = ((await antom('trades')).data as { outTradeNo: string; refundedAmount: object }[]).filter((it) =>
    it.outTradeNo.startsWith(order.orderId),
  );
  expect(trade?.refundedAmount).toEqual(jpy(400));
});
