/**
 * Whole lives of an order, on a DynamoDB that counts: what each costs in units of the orders table, indexes included. The
 * budgets are the design's; a test holds the code to them, the benchmark shows them.
 */
import { closeOrder } from '../../functions/api/close-order.ts';
import { createOrder } from '../../functions/api/create-order.ts';
import { createQrCode } from '../../functions/api/create-qr-code.ts';
import { createRefund } from '../../functions/api/create-refund.ts';
import { getOrder } from '../../functions/api/get-order.ts';
import { payWithTillCode } from '../../functions/api/pay-with-till-code.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { sweep } from '../../functions/jobs/sweep.ts';
import { takeNotification } from '../../functions/notifications/take.ts';
import type { Order } from '../../functions/order/order.ts';
import { DAY, SECOND } from '../../functions/time.ts';
import { type Bench, orderOf, type Units } from '../support/bench.ts';
import { cny, newNo } from '../support/shop.ts';

export interface Life {
  readonly name: string;
  readonly text: string;
  /** Write units, items up to 1,024 bytes. */
  readonly budget: number;
  /** Read units: one for every step that goes on from what is stored, and one to compare a refund with the bill. */
  readonly reads: number;
  live(bench: Bench): Promise<OrderView>;
  /** Whether it has come to that end. */
  ended(order: Order): boolean;
}

const isPosted = ({ payments, refunds }: Order) =>
  payments.length > 0 && [...payments, ...refunds].every(({ posted }) => posted !== undefined);
const isRefundedAndPosted = (order: Order) => order.refunds.length > 0 && isPosted(order);
const isClosed = ({ closed }: Order) => closed !== undefined;

export const lives: readonly Life[] = [
  {
    name: 'paidAndPosted',
    text: 'paid and posted, the code in the same call',
    budget: 9,
    reads: 3,
    async live(bench) {
      const order = await open(bench);
      await pay(bench, order);
      await bill(bench);
      return order;
    },
    ended: isPosted,
  },
  {
    name: 'paidInTwoCalls',
    text: 'paid and posted, the code in a call of its own',
    budget: 10,
    reads: 4,
    async live(bench) {
      const order = await open(bench, { qrCode: false });
      bench.pass(2 * SECOND);
      await pay(bench, await showCode(bench, order));
      await bill(bench);
      return order;
    },
    ended: isPosted,
  },
  {
    name: 'closedUnscanned',
    text: 'closed, nobody scanned',
    budget: 6,
    reads: 1,
    async live(bench) {
      const order = await open(bench);
      bench.pass(286 * SECOND);
      await sweep(bench.services);
      return order;
    },
    ended: isClosed,
  },
  {
    name: 'closedUnscannedInTwoCalls',
    text: 'closed, nobody scanned, the code in a call of its own',
    budget: 7,
    reads: 2,
    async live(bench) {
      const order = await open(bench, { qrCode: false });
      bench.pass(2 * SECOND);
      await showCode(bench, order);
      bench.pass(226 * SECOND);
      await sweep(bench.services);
      bench.pass(60 * SECOND);
      await sweep(bench.services);
      return order;
    },
    ended: isClosed,
  },
  {
    name: 'refundedSameDay',
    text: 'paid, refunded and posted on one day',
    budget: 13,
    reads: 5,
    async live(bench) {
      const order = await open(bench);
      await pay(bench, order);
      await refund(bench, order);
      await bill(bench);
      return order;
    },
    ended: isRefundedAndPosted,
  },
  {
    name: 'refundedNextDay',
    text: 'paid and posted, refunded and billed on the next day',
    budget: 16,
    reads: 7,
    async live(bench) {
      const order = await open(bench);
      await pay(bench, order);
      await bill(bench);
      await refund(bench, order);
      await bill(bench);
      return order;
    },
    ended: isRefundedAndPosted,
  },
  {
    name: 'lateAndRefunded',
    text: 'paid after the cashier closed, refunded by itself, posted',
    budget: 13,
    reads: 5,
    async live(bench) {
      const order = await open(bench);
      await closeOrder(bench.services, requestOf(bench, { orderId: order.orderId }, {}));
      await pay(bench, order);
      await bill(bench);
      return order;
    },
    ended: isRefundedAndPosted,
  },
  {
    name: 'paidByTillCode',
    text: 'paid by till code and posted',
    budget: 9,
    reads: 3,
    async live(bench) {
      const { order } = await scan(bench, 99_999);
      await bill(bench);
      return order;
    },
    ended: isPosted,
  },
  {
    name: 'paidByTillCodeConfirmed',
    text: 'paid by till code, the customer confirms, and posted',
    budget: 12,
    reads: 4,
    async live(bench) {
      const { order, tillCode } = await scan(bench, 123_456);
      await bench.wallet('confirm', { tillCode });
      bench.pass(3 * SECOND);
      await poll(bench, order);
      await bill(bench);
      return order;
    },
    ended: isPosted,
  },
];

/** Lives it, and counts. @throws Error if it did not come to its end */
export async function unitsOf(life: Life, bench: Bench): Promise<Units> {
  bench.takeUnits();
  const { orderId } = await life.live(bench);
  const units = bench.takeUnits();
  const order = await bench.services.orders.get(orderId);
  if (!order || !life.ended(order)) throw new Error(`${life.name} did not come to its end`);
  return units;
}

/** A poll that asks the channel and learns nothing. */
export async function pollInVain(bench: Bench, order: OrderView): Promise<void> {
  bench.pass(3 * SECOND);
  await poll(bench, order);
}

/** A subject of forty bytes, as the budgets have it. */
const SUBJECT = '拿铁咖啡拿铁咖啡拿铁咖啡!!!!';

export async function open(bench: Bench, { qrCode = true, value = 123_456 } = {}): Promise<OrderView> {
  const body = {
    merchantOrderNo: `20260301-till-01-${newNo()}`,
    amount: cny(value),
    subject: SUBJECT,
    operatorId: '007',
    qrCode,
    svg: false,
    expiresInSeconds: 180,
  };
  return orderOf(await createOrder(bench.services, requestOf(bench, {}, body)));
}

function requestOf<P, B>(bench: Bench, params: P, body: B) {
  return { params, body, query: {}, caller: bench.caller, deadline: deadlineOf(bench) };
}

const deadlineOf = (bench: Bench) => ({ endsAt: bench.now() + 12 * SECOND });

async function poll(bench: Bench, { orderId }: OrderView): Promise<void> {
  await getOrder(bench.services, requestOf(bench, { orderId }, undefined));
}

async function showCode(bench: Bench, { orderId }: OrderView): Promise<OrderView> {
  return orderOf(await createQrCode(bench.services, requestOf(bench, { orderId }, { attempt: 1, svg: false })));
}

async function pay(bench: Bench, order: OrderView): Promise<void> {
  await bench.wallet('pay', { qrCode: order.qrCode?.payload });
  await bench.simulator.deliverDue(bench.now());
  const { data } = (await bench.wallet('notifications')) as {
    data: { outTradeNo: string; attempts: { body: string }[] }[];
  };
  const notice = data.find(({ outTradeNo }) => outTradeNo.startsWith(order.orderId));
  const body = Buffer.from(notice?.attempts[0]?.body ?? '');
  const answer = await takeNotification(
    bench.services,
    'alipay',
    { body, headers: {}, path: '/v1/notifications/alipay' },
    deadlineOf(bench),
  );
  if (answer !== 'success') throw new Error('the notification was not taken');
}

async function refund(bench: Bench, { orderId }: OrderView): Promise<void> {
  const body = { refundNo: 'refund-1', amount: cny(23_456), operatorId: '007' };
  await createRefund(bench.services, requestOf(bench, { orderId }, body));
}

async function scan(bench: Bench, value: number): Promise<{ order: OrderView; tillCode: string }> {
  const order = await open(bench, { qrCode: false, value });
  const tillCode = String((await bench.wallet('codes', {})).tillCode);
  const body = { attempt: 1, tillCode };
  await payWithTillCode(bench.services, requestOf(bench, { orderId: order.orderId }, body));
  return { order, tillCode };
}

async function bill(bench: Bench): Promise<void> {
  bench.pass(DAY);
  await sweep(bench.services);
}
