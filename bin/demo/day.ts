/**
 * One day at the till, as a story that checks itself: the same on this machine, on DynamoDB Local and on a stack that
 * `cdk deploy` made. Where it is played decides how time passes: by turning a clock, or by waiting.
 */

import type { Client } from '../../functions/client/client.ts';
import type { LineView, OrderView, StatementView } from '../../functions/contract/answers.ts';

export interface Shop {
  readonly merchantId: string;
  readonly till: Client;
  readonly backOffice: Client;
  /** What the customer's wallet does; `GET` without a body. */
  wallet(path: string, body?: unknown): Promise<unknown>;
  /** Lets at least so much time pass, the sweep included. */
  pass(ms: number): Promise<void>;
  /** Asks again until `look` finds something, or gives up after a minute of real time. */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
  /** Numbers of this day start with it, so that a second day does not meet the first one's. */
  readonly prefix: string;
  tell(step: Step): void;
}

export interface Step {
  readonly step: string;
  /** One sentence for the person who watches. */
  readonly told: string;
  readonly order?: OrderView;
  readonly [fact: string]: unknown;
}

export interface DayResult {
  /** Business day (in the merchant's zone, UTC+8 by default) of the sales, as the orders know it. */
  readonly payments: number;
  readonly refunds: number;
  /** Minor units. */
  readonly sold: number;
  readonly returned: number;
}

const cny = (value: number) => ({ currency: 'CNY', value });
const EXPIRES_SECONDS = 90;

/** Stops the story with what is wrong. */
export function must(holds: boolean, sentence: string, seen: unknown): asserts holds {
  if (!holds) throw new Error(`${sentence}; seen: ${JSON.stringify(seen)}`);
}

/** Sells, is paid, refunds, closes. Answers what the fee statement of the day has to say. */
export async function playDay(shop: Shop): Promise<DayResult> {
  const forgotten = await open(shop, 'forgotten', 500);
  shop.tell({
    step: 'open',
    told: 'A customer orders, takes out the phone, and walks away. The code runs out by itself.',
    order: forgotten,
  });
  const paid = await sellAndBePaid(shop);
  await scanTheCustomer(shop);
  await notifyTwice(shop);
  await refundPart(shop, paid);
  await payTooLate(shop);
  await letExpire(shop, forgotten);
  return { payments: 4, refunds: 2, sold: 1234 + 560 + 880 + 6600, returned: 234 + 6600 };
}

async function open(shop: Shop, name: string, value: number, qrCode = true): Promise<OrderView> {
  const { body } = await shop.till.call('createOrder', {
    body: {
      merchantOrderNo: `${shop.prefix}-${name}`,
      amount: cny(value),
      subject: SUBJECTS[name] ?? name,
      expiresInSeconds: EXPIRES_SECONDS,
      qrCode,
    },
  });
  must((body.nextAction === 'show_qr_code') === qrCode, `order ${name} shows a code, if it should`, body);
  return body;
}

const SUBJECTS: Readonly<Record<string, string>> = {
  forgotten: '绿茶 Green tea',
  latte: '拿铁咖啡 Latte',
  bun: '肉包 Bun',
  cake: '蛋糕 Cake',
  late: '火锅 Hot pot',
};

function scan(shop: Shop, order: OrderView): Promise<unknown> {
  return shop.wallet('pay', { qrCode: order.qrCode?.payload });
}

function untilPaid(shop: Shop, { orderId }: OrderView): Promise<OrderView> {
  return shop.until(`order ${orderId} is paid`, async () => {
    const { body } = await shop.till.call('getOrder', { params: { orderId } });
    return body.status === 'paid' ? body : undefined;
  });
}

async function sellAndBePaid(shop: Shop): Promise<OrderView> {
  const order = await open(shop, 'latte', 1234);
  shop.tell({
    step: 'show_code',
    told: 'The till shows a code; the customer scans it with the Alipay app.',
    order,
    code: order.qrCode?.payload,
  });
  const seen = await shop.wallet('scan', { qrCode: order.qrCode?.payload });
  shop.tell({ step: 'scan', told: 'The app shows shop and amount; the customer enters the password.', wallet: seen });
  await scan(shop, order);
  const paid = await untilPaid(shop, order);
  must(paid.nextAction === 'hand_over_goods' && paid.payment?.late === false, 'a paid order hands over goods', paid);
  shop.tell({ step: 'paid', told: 'Paid. Both screens show it.', order: paid });
  const again = await shop.till.call('createOrder', {
    body: {
      merchantOrderNo: order.merchantOrderNo,
      amount: order.amount,
      subject: order.subject,
      expiresInSeconds: EXPIRES_SECONDS,
    },
  });
  must(again.replayed && again.body.orderId === order.orderId, 'the same order again is a replay', again);
  shop.tell({
    step: 'replay',
    told: 'The till asks for the same order again, as after a power cut: it gets the same one, nothing new.',
  });
  return paid;
}

/** The other half of all sales, and the worst that can happen to one: the customer has paid, and the answer does not come. */
async function scanTheCustomer(shop: Shop): Promise<void> {
  const { orderId } = await open(shop, 'bun', 560, false);
  const { tillCode } = (await shop.wallet('codes', {})) as { tillCode: string };
  await shop.wallet('faults', {
    dropNotifications: true,
    pay: { answer: 'system_error_with_effect', times: 1 },
    query: { answer: 'garbage', times: 1 },
  });
  const scan = { params: { orderId }, body: { attempt: 1, tillCode } };
  const scanned = await shop.till.call('payWithTillCode', scan);
  must(scanned.status === 202 && scanned.body.nextAction === 'do_not_hand_over_goods', 'nobody knows', scanned);
  shop.tell({
    step: 'scan_customer',
    told: "The till scans the next customer's own code. Alipay does not say what came of it: no goods, no second charge.",
    order: scanned.body,
  });
  const paid = await untilPaid(shop, scanned.body);
  await shop.wallet('faults', { dropNotifications: false });
  must(paid.nextAction === 'hand_over_goods' && paid.payment?.late === false, 'a poll finds the payment', paid);
  const again = await shop.till.call('payWithTillCode', scan);
  must(again.body.version === paid.version, 'the same scan again starts nothing', again);
  shop.tell({
    step: 'scan_paid',
    told: 'The till asks again, three seconds later, and learns that it is paid.',
    order: paid,
  });
}

async function notifyTwice(shop: Shop): Promise<void> {
  await shop.wallet('faults', { duplicateNotifications: true });
  const order = await open(shop, 'cake', 880);
  await scan(shop, order);
  const paid = await untilPaid(shop, order);
  const delivered = await shop.until('both copies are answered', async () => {
    const { data } = (await shop.wallet('notifications')) as {
      data: { outTradeNo: string; attempts: { answer: string }[] }[];
    };
    const attempts = data
      .filter((notice) => notice.outTradeNo === `${order.orderId}_1`)
      .flatMap((notice) => notice.attempts);
    return attempts.length >= 2 ? attempts : undefined;
  });
  await shop.wallet('faults', { duplicateNotifications: false });
  must(
    delivered.every(({ answer }) => answer === 'success'),
    'each copy is answered success',
    delivered,
  );
  shop.tell({
    step: 'duplicate',
    told: 'Alipay tells of the next payment twice. It is stored once, and both copies are thanked for.',
    order: paid,
  });
}

async function refundPart(shop: Shop, { orderId }: OrderView): Promise<void> {
  const sent = {
    params: { orderId },
    body: { refundNo: `${shop.prefix}-r1`, amount: cny(234), reason: '不要糖 no sugar' },
  };
  const { body } = await shop.till.call('createRefund', sent);
  must(body.refund.status === 'succeeded' && body.order.refunded.value === 234, 'the refund succeeds', body);
  shop.tell({
    step: 'refund',
    told: 'The customer complains about the sugar and gets 2.34 back, to the account it came from.',
    order: body.order,
  });
}

async function payTooLate(shop: Shop): Promise<void> {
  const order = await open(shop, 'late', 6600);
  const { body: closing } = await shop.till.call('closeOrder', { params: { orderId: order.orderId } });
  must(closing.nextAction === 'start_new_order', 'nobody has scanned: a new order may start', closing);
  shop.tell({
    step: 'close',
    told: 'The cashier gives up an order that nobody has scanned. Its code cannot be called back.',
    order: closing,
  });
  await scan(shop, order);
  const returned = await shop.until('the late payment is refunded', async () => {
    const { body } = await shop.till.call('getOrder', { params: { orderId: order.orderId } });
    return body.refunds.some((refund) => refund.status === 'succeeded') ? body : undefined;
  });
  must(
    returned.payment?.late === true && returned.nextAction === 'none',
    'a late payment hands over nothing',
    returned,
  );
  shop.tell({
    step: 'late',
    told: 'The customer pays it all the same. The money is taken down as late and goes back by itself.',
    order: returned,
  });
}

async function letExpire(shop: Shop, { orderId }: OrderView): Promise<void> {
  await shop.pass((EXPIRES_SECONDS + 45 + 60) * 1_000);
  const closed = await shop.until('the forgotten order is closed', async () => {
    const { body } = await shop.till.call('listOrders', { query: { merchantOrderNo: `${shop.prefix}-forgotten` } });
    return body.data[0]?.status === 'closed' ? body.data[0] : undefined;
  });
  must(closed.orderId === orderId && closed.closed?.reason === 'expiry', 'it was closed by its expiry', closed);
  shop.tell({
    step: 'expired',
    told: 'The forgotten order was closed, after Alipay said that nobody had paid it.',
    order: closed,
  });
}

/** The statement of the day that {@link playDay} was, once it is sealed, and that it says what happened. */
export async function readStatement(shop: Shop, day: string, expected: DayResult): Promise<StatementView> {
  const statementId = `${shop.merchantId}.${day}`;
  const statement = await shop.until(`statement ${statementId} is sealed`, async () => {
    const { body } = await shop.backOffice.call('listStatements', { query: { from: day, to: day } });
    return body.data[0];
  });
  const { body: lines } = await shop.backOffice.call('listStatementLines', { params: { statementId } });
  must(lines.data.length === statement.lineCount, 'all lines are there', lines);
  checkSums(statement, lines.data, expected);
  shop.tell({
    step: 'statement',
    told: 'The day is over. Its fee statement is sealed and says what was sold and what it cost.',
    statement,
    lines: lines.data,
  });
  return statement;
}

function checkSums(statement: StatementView, lines: readonly LineView[], expected: DayResult): void {
  const [totals] = statement.totals;
  const sum = (of: (line: LineView) => number) => lines.reduce((total, line) => total + of(line), 0);
  must(
    totals?.payments.count === expected.payments && totals.payments.gross === expected.sold,
    'it has every payment',
    totals,
  );
  must(
    totals.refunds.count === expected.refunds && totals.refunds.gross === -expected.returned,
    'it has every refund',
    totals,
  );
  must(totals.netReceivable === sum((line) => line.net), 'the totals are the sums of the lines', totals);
  must(totals.netReceivable === sum((line) => line.gross) - sum((line) => line.fee), 'gross minus fee is net', totals);
}
