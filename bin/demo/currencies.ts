/**
 * A shop that sells in three currencies by two channels, as a story that checks itself: each sale goes where its currency is taken,
 * and where one channel is closed, the till goes on by the other.
 */
import type { OrderView } from '../../functions/contract/answers.ts';
import { must, type Shop } from './day.ts';

export interface AbroadShop extends Shop {
  /** What a customer's wallet does at Antom. */
  antom(path: string, body: unknown): Promise<unknown>;
}

export interface Abroad {
  /** Minor units that were sold, less what went back, by currency. */
  readonly sold: { readonly HKD: number; readonly JPY: number; readonly CNY: number };
  /** Minor units that the customer paid in vain, and that came back. */
  readonly returned: number;
}

const EXPIRES_SECONDS = 180;

/** Sells in HKD by a code, in JPY by a scanned code, and in CNY while Alipay is closed. */
export async function playCurrencies(shop: AbroadShop): Promise<Abroad> {
  await sellInHongKongDollars(shop);
  await scanWithoutResult(shop);
  await switchOver(shop);
  return { sold: { HKD: 4_800 - 800, JPY: 1_200, CNY: 660 }, returned: 660 };
}

type Ask = Readonly<Record<string, unknown>> & { readonly currency: string; readonly value: number };

async function open(shop: Shop, name: string, { currency, value, ...more }: Ask): Promise<OrderView> {
  const merchantOrderNo = `${shop.prefix}-${name}`;
  const body = { merchantOrderNo, amount: { currency, value }, subject: name, expiresInSeconds: EXPIRES_SECONDS };
  return (await shop.till.call('createOrder', { body: { ...body, qrCode: true, ...more } })).body;
}

function until(shop: Shop, what: string, { orderId }: OrderView, holds: (order: OrderView) => boolean) {
  return shop.until(what, async () => {
    const { body } = await shop.till.call('getOrder', { params: { orderId } });
    return holds(body) ? body : undefined;
  });
}

const isPaid = ({ status }: OrderView) => status === 'paid';

/** One sale at Antom by a code, and a part of it back. */
export async function sellInHongKongDollars(shop: AbroadShop): Promise<void> {
  const { routes } = (await shop.till.call('listChannels', {})).body;
  const names = Object.fromEntries(routes.map(({ currency, channel }) => [currency, channel]));
  must(
    names.HKD === 'antom' && names.JPY === 'antom' && names.CNY === 'alipay',
    'each currency has its channel',
    routes,
  );
  shop.tell({
    step: 'routes',
    told: 'The shop takes yuan by Alipay, and yen and Hong Kong dollars by Antom, which settles them in US dollars.',
    routes,
  });
  const order = await open(shop, 'milk-tea', { currency: 'HKD', value: 4_800 });
  must(order.channel === 'antom' && order.nextAction === 'show_qr_code', 'the order shows a code of Antom', order);
  await shop.antom('pay', { qrCode: order.qrCode?.payload, wallet: 'AlipayHK' });
  const paid = await until(shop, 'the order in HKD is paid', order, isPaid);
  must(paid.payment?.wallet === 'AlipayHK', 'it was paid by AlipayHK', paid);
  shop.tell({
    step: 'hkd',
    told: 'A customer scans the code with AlipayHK and pays 48 Hong Kong dollars.',
    order: paid,
  });
  const refund = { refundNo: `${shop.prefix}-r1`, amount: { currency: 'HKD', value: 800 } };
  const { body } = await shop.till.call('createRefund', { params: { orderId: order.orderId }, body: refund });
  must(body.refund.status === 'succeeded', 'the refund succeeds', body);
  shop.tell({ step: 'refund', told: 'Eight dollars go back, to the wallet they came from.', order: body.order });
}

async function scanWithoutResult(shop: AbroadShop): Promise<void> {
  const { orderId } = await open(shop, 'onigiri', { currency: 'JPY', value: 1_200, qrCode: false });
  const { tillCode } = (await shop.antom('codes', { wallet: 'Kakao Pay' })) as { tillCode: string };
  await shop.antom('faults', { dropNotifications: true, pay: { answer: 'u_then_success', times: 1, afterMs: 1_000 } });
  const scanned = await shop.till.call('payWithTillCode', { params: { orderId }, body: { attempt: 1, tillCode } });
  must(scanned.body.nextAction === 'wait', 'Antom has not said yes', scanned);
  shop.tell({
    step: 'jpy_unknown',
    told: 'The till scans a Korean customer for 1,200 yen. Antom says that it is under way: no goods yet, and no second charge.',
    order: scanned.body,
  });
  await shop.pass(3_000);
  const paid = await until(shop, 'the order in JPY is paid', scanned.body, isPaid);
  await shop.antom('faults', { reset: true });
  must(paid.payment?.customerPaid?.currency === 'KRW', 'the customer paid in won', paid);
  shop.tell({
    step: 'jpy',
    told: 'Asked again, Antom says that it is paid: in won, and the shop gets its yen.',
    order: paid,
  });
}

async function switchOver(shop: AbroadShop): Promise<void> {
  const amount = { currency: 'CNY', value: 660 };
  const old = await open(shop, 'tea', amount);
  must(old.channel === 'alipay' && old.nextAction === 'show_qr_code', 'yuan go by Alipay', old);
  shop.tell({ step: 'cny', told: 'A sale in yuan shows a code of Alipay.', order: old });
  await shop.wallet('faults', { channelClosed: true });
  const refused = await open(shop, 'bun', amount);
  must(refused.qrCode === null, 'Alipay gives no code', refused);
  const { routes } = (await shop.till.call('listChannels', {})).body;
  const yuan = routes.find(({ currency }) => currency === 'CNY');
  must(yuan?.channel === 'antom' && yuan.why === 'other_closed', 'yuan go by Antom now', routes);
  shop.tell({
    step: 'closed',
    told: 'Alipay takes no new orders of this shop: the till sees it, and that Antom takes yuan.',
    order: refused,
  });
  const next = await open(shop, 'tea-again', { ...amount, replaces: old.orderId });
  must(next.channel === 'antom' && next.nextAction === 'show_qr_code', 'the sale goes on by Antom', next);
  shop.tell({
    step: 'switch',
    told: 'The till takes the same sale by Antom. The old code is not wanted any more.',
    order: next,
  });
  await shop.antom('pay', { qrCode: next.qrCode?.payload, wallet: 'AlipayCN' });
  const paid = await until(shop, 'the order by Antom is paid', next, isPaid);
  shop.tell({ step: 'paid', told: 'The customer pays it with AlipayCN.', order: paid });
  await shop.wallet('pay', { qrCode: old.qrCode?.payload });
  const isBack = ({ refunds }: OrderView) => refunds.some(({ status }) => status === 'succeeded');
  const returned = await until(shop, 'the money of the old code is back', old, isBack);
  must(returned.nextAction === 'none' && returned.refunded.value === 660, 'all of it went back', returned);
  shop.tell({
    step: 'back',
    told: 'And pays the old code as well. That money goes back without a request.',
    order: returned,
  });
}
