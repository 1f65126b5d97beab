/** What must hold: on every write of an order, and at the end of a history. Violations are named as in the fault list. */
import { isDeepStrictEqual } from 'node:util';
import type { Trade } from '../../../bin/local/alipay-simulator/books.ts';
import type { ChannelModel } from '../world/channel.ts';
import type { Item, News } from '../world/port.ts';
import type { Stores } from '../world/shop.ts';
import { dayIn } from './calendar.ts';
import { type AttemptClaim, type OrderClaim, type RefundClaim, statusOf } from './claims.ts';
import { termsOn } from './fees.ts';
import { checkRefundThanks } from './told.ts';
import { must, Violation } from './violation.ts';
import type { Witness } from './witness.ts';

const requestNo = ({ orderId }: OrderClaim, { channelNo, k }: RefundClaim) => channelNo ?? `${orderId}_r${k}`;

const RANK = ['created', 'awaiting_payment', 'closing', 'closed', 'paid'];
const SKEW = 30_000;
/** Failures in a row after which an order is tried once a day. */
const PARKED = 20;
const FORGOTTEN = 5 * 60_000;
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** I1, I2, I5, I7, I8, I9, I14: what no write of an order may do, judged by the channel's books at that moment. */
export function checkWrite(
  channel: ChannelModel,
  now: number,
  before: Item | undefined,
  after: Item,
  size: number,
): void {
  const order = after as unknown as OrderClaim;
  if (!order.orderId.startsWith('ord_')) return;
  const was = before as unknown as OrderClaim | undefined;
  must(size <= 64 * 1024, 'I14', 'the item is too large');
  const isForgotten = order.reportedRefunds !== undefined && order.dueAt === undefined;
  must(!isForgotten, 'I13', `what is reported of ${order.orderId} is never asked about again`);
  if (was) checkFacts(was, order);
  for (const payment of order.payments) {
    const trade = channel.find(`${order.orderId}_${payment.attempt}`);
    must(
      trade?.paidAt !== null && trade?.tradeNo === payment.tradeNo,
      'I7',
      `a payment of ${order.orderId} that nobody made`,
    );
    must(trade?.amount === order.request.amount.value, 'I1', `${order.orderId} is paid by another amount`);
  }
  const back = order.refunds.filter((refund) => refund.source !== 'channel' && refund.result?.status !== 'failed');
  for (const { attempt } of order.payments) {
    const asked = sum(back.filter((refund) => refund.attempt === attempt).map(({ amount }) => amount));
    const told = sum(
      order.refunds
        .filter((refund) => refund.attempt === attempt && refund.source === 'channel')
        .map(({ amount }) => amount),
    );
    must(asked <= order.request.amount.value || told > 0, 'I2', `more of ${order.orderId} goes back than came in`);
  }
  must(
    order.payments.length > 0 || order.refunds.length === 0,
    'I2',
    `a refund of ${order.orderId}, which nobody has paid`,
  );
  if (order.closed && !was?.closed) checkClosed(channel, now, order);
  checkAttempts(channel, now, was, order);
  for (const refund of order.refunds) {
    const failedNow =
      refund.result?.status === 'failed' &&
      was?.refunds.find(({ refundNo }) => refundNo === refund.refundNo)?.result === undefined;
    if (!failedNow) continue;
    const number = requestNo(order, refund);
    const done = channel
      .find(`${order.orderId}_${refund.attempt}`)
      ?.refunds.some(({ outRequestNo }) => outRequestNo === number);
    must(
      !done && (channel.flying.get(number) ?? 0) === 0,
      'I9',
      `refund ${number} is called failed, and money may move`,
    );
    must(refund.source !== 'automatic', 'I10', `the automatic refund ${number} is given up`);
  }
}

/** The code itself says that a write would have broken an invariant: it is right to refuse it, and wrong to have tried. */
export function checkAlarm(what: string): never {
  throw new Violation('alarm', `${what} tried a write that breaks an invariant`);
}

/** What the adversary does to us: a table that throttles, and an order that breaks us. */
const DONE_TO_US = /: (throttled|a poisoned order)$/;

/** Nothing that happens to it makes the code fail otherwise. `error`: name and message. */
export function checkFault(what: string, error: string): void {
  must(DONE_TO_US.test(error), 'alarm', `${what} fails: ${error}`);
}

/** I6, F10: who thanks for news of a payment, or of a refund, has stored it, or has read that it is stored. */
export function checkThanks(stores: Stores, channel: ChannelModel, news: News): void {
  const { attemptNo, paid } = news;
  const [orderId = '', n] = attemptNo.split(/_(?=\d+$)/);
  const order = stores.orders.get(orderId) as unknown as OrderClaim | undefined;
  checkRefundThanks(order, channel, news);
  const trade = channel.find(attemptNo);
  if (!paid || paid.tradeNo !== trade?.tradeNo || paid.amount.value !== trade.amount) return;
  const stored = order?.payments.some(({ attempt }) => attempt === Number(n));
  must(stored === true, 'I6', `${attemptNo} was thanked for and is not stored`);
}

function checkFacts(was: OrderClaim, order: OrderClaim): void {
  must(RANK.indexOf(statusOf(order)) >= RANK.indexOf(statusOf(was)), 'I5', `${order.orderId} moves back`);
  must(JSON.stringify(was.request) === JSON.stringify(order.request), 'I1', 'the ask changes');
  was.payments.forEach((payment, i) => {
    const { posted, agreementId, ...fact } = payment;
    const { posted: nowPosted, agreementId: nowAgreed, ...same } = order.payments[i] ?? {};
    must(JSON.stringify(fact) === JSON.stringify(same), 'I5', `a payment of ${order.orderId} changes`);
    must(posted === undefined || posted === nowPosted, 'I4', `a payment of ${order.orderId} is posted twice`);
  });
  checkAttemptsKept(was, order);
  must(!was.closed || isDeepStrictEqual(was.closed, order.closed), 'I5', `the end of ${order.orderId} changes`);
  for (const refund of was.refunds) {
    const now = order.refunds.find(({ refundNo }) => refundNo === refund.refundNo);
    must(now?.amount === refund.amount && now.k === refund.k, 'I5', `refund ${refund.refundNo} changes`);
    must(
      !refund.result || JSON.stringify(now?.result) === JSON.stringify(refund.result),
      'I5',
      `the end of refund ${refund.refundNo} changes`,
    );
  }
}

/** What was looked at, or posted, may be so again; all else of an attempt is written once. */
function checkAttemptsKept(was: OrderClaim, order: OrderClaim): void {
  for (const before of was.attempts) {
    const after = order.attempts.find(({ n }) => n === before.n) as unknown as Item | undefined;
    const kept = Object.entries(before).filter(([name]) => name !== 'doubtResolvedAt' && name !== 'reportedPaidAt');
    const lost = kept.find(([name, value]) => !isDeepStrictEqual(after?.[name], value));
    must(lost === undefined, 'I5', `${lost?.[0]} of ${order.orderId}_${before.n} changes`);
  }
}

function checkClosed(channel: ChannelModel, now: number, order: OrderClaim): void {
  for (const { n, expiresAt, payload } of order.attempts) {
    const trade = channel.find(`${order.orderId}_${n}`);
    const open =
      trade !== undefined &&
      (trade.status === 'NONE' ? payload !== undefined && now < trade.endsAt : trade.status === 'WAIT_BUYER_PAY');
    const paid = trade !== undefined && trade.paidAt !== null && !channel.lied.has(`${order.orderId}_${n}`);
    must(!paid, 'I8', `${order.orderId} is closed although it is paid`);
    must(
      !open,
      'I8',
      `${order.orderId} is closed while its code can be paid until ${new Date(expiresAt).toISOString()}`,
    );
  }
}

/** I19: no attempt begins before the one before it has come to nothing, and that is true of a till code once it is said. */
function checkAttempts(channel: ChannelModel, now: number, was: OrderClaim | undefined, order: OrderClaim): void {
  const begun = order.attempts.length > (was?.attempts.length ?? 0);
  const before = order.attempts.slice(0, -1);
  must(!begun || before.every(({ ended }) => ended), 'I19', `${order.orderId} begins an attempt while another is open`);
  for (const { n, ended, refused } of order.attempts) {
    const before = was?.attempts.find((it) => it.n === n);
    if (!ended || before?.ended) continue;
    const isRefused = ended.why === 'refused';
    const isNow = refused !== undefined && before?.refused === undefined;
    must(isRefused ? refused !== undefined : !isNow, 'I19', `${order.orderId}_${n} is ended as ${ended.why}`);
  }
  for (const { n, kind, ended, expiresAt } of order.attempts) {
    if (kind !== 'till_code' || !ended || was?.attempts.some((it) => it.n === n && it.ended)) continue;
    const attemptNo = `${order.orderId}_${n}`;
    // A request that was lost for so long may arrive in this very moment; it is looked for again.
    if (ended.inDoubtUntil !== undefined) must(now >= expiresAt - SKEW, 'I19', `${attemptNo} is given up at once`);
    else if (!channel.lied.has(attemptNo))
      must(
        (channel.find(attemptNo)?.status ?? 'TRADE_CLOSED') === 'TRADE_CLOSED',
        'I19',
        `${attemptNo} is called ended and can be paid`,
      );
  }
}

/** I13: some time after everything is well, no terminal waits for the outcome of a till code. Whatever `broke` us until then is put off for longer. */
export function checkDefinite(stores: Stores, broke: ReadonlySet<string>, healAt: number): void {
  for (const order of ordersOf(stores)) {
    const isSpared = broke.has(order.orderId) || (order.failures ?? 0) >= PARKED || order.payments.length > 0;
    const open = order.attempts.filter((it) => it.kind === 'till_code' && !it.ended && isOverdue(it, healAt));
    must(isSpared || open.length === 0, 'I13', `nobody knows what came of a till code of ${order.orderId}`);
  }
}

/**
 * However early it was given up, that nothing is there counts from its own end only. And one whose invocation was killed
 * before it had any answer may have to wait for its order's own due time.
 */
function isOverdue({ expiresAt, cancelRequestedAt = Number.POSITIVE_INFINITY }: AttemptClaim, at: number): boolean {
  return Math.max(cancelRequestedAt, expiresAt) <= at || expiresAt + FORGOTTEN <= at;
}

function ordersOf(stores: Stores): OrderClaim[] {
  return stores.orders.all().filter((item) => String(item.orderId).startsWith('ord_')) as unknown as OrderClaim[];
}

/** I3, I4, I6, I10, I13: what must have come out of the orders once everything is quiet. */
export function checkOrders(stores: Stores, channel: ChannelModel, witness: Witness): void {
  for (const order of ordersOf(stores)) checkOrderAtEnd(channel, order, witness);
}

/** Under its own number, or, where the channel told first that all was back, as the refunds that it has named since. */
function isInBooks(trade: Trade, order: OrderClaim, refund: RefundClaim): boolean {
  const number = requestNo(order, refund);
  const parts = refund.named ?? [{ channelNo: number, amount: refund.amount }];
  const isEachThere = parts.every(
    (part) =>
      trade.refunds.filter((it) => it.outRequestNo === part.channelNo && it.amount === part.amount).length === 1,
  );
  const isAllBack = number === trade.outTradeNo && sum(trade.refunds.map(({ amount }) => amount)) === trade.amount;
  return isEachThere || isAllBack;
}

function checkOrderAtEnd(channel: ChannelModel, order: OrderClaim, witness: Witness): void {
  const { orderId } = order;
  // What breaks whoever touches it is quarantined with an alarm; nobody else may suffer from it.
  if (channel.poisoned.has(orderId)) return;
  for (const { n } of order.attempts) {
    const trade = channel.find(`${orderId}_${n}`);
    const payment = order.payments.find(({ attempt }) => attempt === n);
    must(
      (trade?.paidAt ?? null) === null || payment !== undefined,
      'I6',
      `${orderId}_${n} is paid, and the order does not know`,
    );
    if (!payment || !trade) continue;
    const { terms, zone } = channel.contract;
    const agreed = termsOn(terms, dayIn(zone, trade.paidAt ?? 0)).agreementId;
    const isAgreed = payment.posted === undefined || payment.agreementId === agreed;
    must(isAgreed, 'I12', `${orderId}_${n} is paid under ${agreed}, and posted under ${payment.agreementId}`);
    // A number is its trade's: the console may give the same one to refunds of two attempts.
    const told = order.refunds.filter(({ attempt }) => attempt === n).flatMap(({ channelNo }) => channelNo ?? []);
    must(new Set(told).size === told.length, 'I4', `a refund of ${orderId} at the channel is taken down twice`);
    const ours = order.refunds.filter(({ attempt, result }) => attempt === n && result?.status === 'succeeded');
    must(sum(ours.map(({ amount }) => amount)) <= trade.amount, 'I3', `${orderId}_${n} gave back more than it had`);
    for (const refund of ours.filter(({ source }) => source !== 'channel')) {
      must(isInBooks(trade, order, refund), 'I3', `refund ${refund.refundNo} of ${orderId} is not in the books`);
    }
    for (const { outRequestNo } of trade.refunds.filter((it) => !it.outRequestNo.startsWith('console'))) {
      must(
        ours.some((refund) => requestNo(order, refund) === outRequestNo),
        'I3',
        `${outRequestNo} was paid back, and the order does not know`,
      );
    }
    const isUnwanted = witness.sales.get(orderId)?.payments.get(n)?.isUnwanted === true;
    const undoes = trade.refunds.some(({ outRequestNo }) => outRequestNo === trade.outTradeNo);
    const goods = order.payments[0] === payment && channel.handedOver.has(orderId);
    must(
      !goods || !(undoes || order.refunds.some(({ attempt, source }) => attempt === n && source === 'automatic')),
      'I10',
      `the goods of ${orderId} are gone, and the money was given back`,
    );
    const consoled = trade.refunds.some(({ outRequestNo }) => outRequestNo.startsWith('console'));
    if (isUnwanted && !consoled)
      must(
        sum(trade.refunds.map(({ amount }) => amount)) === trade.amount,
        'I10',
        `unwanted money of ${orderId}_${n} stays`,
      );
  }
  const done = order.payments.length > 0 || order.closed !== undefined;
  const unrefundable = order.refunds.some((refund) => {
    const trade = channel.find(`${orderId}_${refund.attempt}`);
    return refund.result === undefined && trade?.refunds.some(({ outRequestNo }) => outRequestNo.startsWith('console'));
  });
  must(
    done && (order.dueAt === undefined || unrefundable),
    'I13',
    `${orderId} is not done: ${statusOf(order)}, due ${order.dueAt}`,
  );
}
