/** Our side of a reconciliation: the money that moved on one of the channel's days, as statements and orders have it. */
import type { Account } from '../channel/channel.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { attemptNo, type Order, type Refund, requestNo } from '../order/order.ts';
import type { Services } from '../services.ts';
import { businessDay, dayAfter, type EpochMs, nextDay } from '../time.ts';
import type { Fact } from './reconcile.ts';
import { type Movement, movementsOf, statementIdOf } from './statement.ts';
import { groupsOf } from './statements.ts';

type Reading = Pick<Services, 'now' | 'orders' | 'statements'>;

const ORDERS_PER_READ = 100;
/** A day of a former account is, but for a few facts, a day of other accounts. */
const READS_ABREAST = 8;
/** A fact is on the statement of its own day, or on one of the next as a late line; so are adjustments of its fee. */
const LATE_DAYS = 4;

/**
 * Every fact from `from` up to `to`, once, its fee as adjusted since. First those that are on no statement, then the
 * statements: what is sealed in between is on both, and the line counts.
 */
export async function factsBetween(s: Reading, merchant: Merchant, from: EpochMs, to: EpochMs): Promise<Fact[]> {
  const isThen = ({ type, occurredAt }: Movement) =>
    type !== 'fee_adjustment' && Date.parse(occurredAt) >= from && Date.parse(occurredAt) < to;
  const facts = new Map<string, Fact>();
  const adjustments = new Map<string, Movement>();
  const noteAdjustment = (it: Movement) => {
    if (it.type === 'fee_adjustment') adjustments.set(`${keyOf(it)} ${it.occurredAt}`, it);
  };
  const today = businessDay(s.now(), merchant.zone);
  for await (const orders of s.orders.unbilled(merchant.merchantId))
    for (const order of orders)
      for (const movement of movementsOf(order, merchant, today).movements) {
        noteAdjustment(movement);
        if (isThen(movement)) facts.set(keyOf(movement), factOfMovement(movement, order));
      }
  for await (const lines of linesOf(s, merchant, from, to)) {
    for (const line of lines) noteAdjustment(line);
    const mine = lines.filter(isThen);
    const orders = await ordersOf(s, mine);
    for (const line of mine) facts.set(keyOf(line), factOfMovement(line, orders.get(line.orderId)));
  }
  for (const { fee, ...it } of adjustments.values()) {
    const fact = facts.get(keyOf(it));
    if (fact) facts.set(keyOf(it), { ...fact, fee: (fact.fee ?? 0) + fee });
  }
  return [...facts.values()];
}

const keyOf = ({ orderId, attempt, refundNo }: Pick<Movement, 'orderId' | 'attempt' | 'refundNo'>) =>
  `${orderId} ${attempt} ${refundNo}`;

async function* linesOf(s: Reading, { merchantId, zone }: Merchant, from: EpochMs, to: EpochMs) {
  const lastDay = (await s.statements.head(merchantId))?.lastDay ?? '';
  const until = dayAfter(businessDay(to, zone), LATE_DAYS);
  for (let day = businessDay(from, zone); day <= lastDay && day <= until; day = nextDay(day)) {
    const statement = await s.statements.get(statementIdOf(merchantId, day));
    if (statement) yield* s.statements.linesByChunk(statement);
  }
}

/** A line does not say under which number the channel knows its refund, nor when we heard of what came late; orders do. */
async function ordersOf(s: Reading, lines: readonly Movement[]): Promise<Map<string, Order>> {
  const wanted = lines.filter(({ refundNo, late }) => refundNo !== null || late);
  const orderIds = [...new Set(wanted.map(({ orderId }) => orderId))];
  const orders = new Map<string, Order>();
  for (const group of groupsOf(orderIds, ORDERS_PER_READ))
    for (const order of await s.orders.getMany(group)) orders.set(order.orderId, order);
  return orders;
}

/**
 * Which of these facts are of the seller `sellerId`, as their orders tell, and what other accounts the rest is of. Read of
 * what a bill does not have only: usually nothing.
 */
export async function byAccount(
  s: Pick<Services, 'orders'>,
  facts: readonly Fact[],
  sellerId: string,
): Promise<{ own: Fact[]; elsewhere: Account[] }> {
  const elsewhere = new Map<string, Account>();
  const theirs = new Set<string>();
  const orderIds = [...new Set(facts.map(({ orderId }) => orderId))];
  const groups = groupsOf(orderIds, ORDERS_PER_READ).values();
  const read = async () => {
    for (const group of groups)
      for (const { orderId, account } of await s.orders.getMany(group)) {
        if (account.sellerId === sellerId) continue;
        theirs.add(orderId);
        elsewhere.set(account.sellerId, account);
      }
  };
  await Promise.all(Array.from({ length: READS_ABREAST }, read));
  return { own: facts.filter(({ orderId }) => !theirs.has(orderId)), elsewhere: [...elsewhere.values()] };
}

function factOfMovement(movement: Movement, order: Order | undefined): Fact {
  const { type, orderId, attempt, refundNo, occurredAt, currency, gross, fee } = movement;
  const refund = refundNo === null ? undefined : order?.refunds.find((it) => it.refundNo === refundNo);
  if (refundNo !== null && !(order && refund)) throw new Error(`refund ${refundNo} of ${orderId} has gone`);
  return {
    type: type === 'payment' ? type : 'refund',
    orderId,
    attemptNo: `${orderId}_${attempt}`,
    requestNo: order && refund ? requestNo(order, refund) : null,
    at: Date.parse(occurredAt),
    currency,
    gross,
    fee,
    learnedAt: order && learnedAt(order, attempt, refund),
  };
}

/** Of a refund that was asked for here nobody needed to tell us. */
function learnedAt(order: Order, n: number, refund: Refund | undefined): EpochMs | undefined {
  if (!refund) return order.payments.find(({ attempt }) => attempt === n)?.at;
  return refund.source === 'channel' ? refund.requestedAt : undefined;
}

/** One payment of an order as a fact, on a statement or not. */
export function paymentFact(order: Order, n: number): Fact | undefined {
  const payment = order.payments.find(({ attempt }) => attempt === n);
  const { currency, value } = order.ask.amount;
  return payment && factOf(order, n, undefined, { at: payment.paidAt, currency, gross: value });
}

/** The same for a refund that succeeded, by the channel's number. */
export function refundFact(order: Order, n: number, channelNo: string): Fact | undefined {
  const refund = order.refunds.find((it) => requestNo(order, it) === channelNo);
  if (refund?.result?.status !== 'succeeded') return undefined;
  const { currency } = order.ask.amount;
  return factOf(order, n, refund, { at: refund.result.at, currency, gross: 0 - refund.amount });
}

function factOf(
  order: Order,
  n: number,
  refund: Refund | undefined,
  moved: Pick<Fact, 'at' | 'currency' | 'gross'>,
): Fact {
  return {
    type: refund ? 'refund' : 'payment',
    orderId: order.orderId,
    attemptNo: attemptNo(order, n),
    requestNo: refund ? requestNo(order, refund) : null,
    learnedAt: learnedAt(order, n, refund),
    ...moved,
  };
}
