/** Our side of a reconciliation: the money that moved on one of the channel's days, as statements and orders have it. */
import { payeeOf } from '../channel/account.ts';
import type { Account } from '../channel/registry.ts';
import { groupsOf } from '../groups.ts';
import type { Merchant } from '../merchant/merchant.ts';
import type { FeeCharge } from '../order/channel-facts.ts';
import { attemptNo, finishedAt, type Order, type Refund, requestNo } from '../order/order.ts';
import { receivedOf, unnamedAmount, unnamedRefund } from '../order/sums.ts';
import { returnedPart } from '../statement/fee.ts';
import { type Movement, movementsOf } from '../statement/lines.ts';
import { statementIdOf } from '../statement/statement.ts';
import { KEYS_MAX } from '../table/table.ts';
import { businessDay, dayAfter, type EpochMs, nextDay } from '../time.ts';
import type { ReconciliationServices } from './context.ts';
import type { Fact } from './match.ts';

type Reading = Pick<ReconciliationServices, 'now' | 'orders' | 'statements'>;

/** A day of a former account is, but for a few facts, a day of other accounts. */
const READS_ABREAST = 8;
/** A fact is on the statement of its own day, or on one of the next as a late line; so are adjustments of its fee. */
const LATE_DAYS = 4;
/** What the numbers of refunds begin with that were not asked for at a till. */
const MADE_ELSEWHERE = /^(channel|auto)_/;

/**
 * Every fact from `from` up to `to`, once, its fee as adjusted since. First those that are on no statement, then the
 * statements: what is sealed in between is on both, and the line counts.
 */
export async function factsBetween(services: Reading, merchant: Merchant, from: EpochMs, to: EpochMs): Promise<Fact[]> {
  // A refund that was told without its number may turn out to consist of refunds of an earlier time.
  const mayBeThen = ({ type, occurredAt, refundNo }: Movement) => {
    const at = Date.parse(occurredAt);
    return type !== 'fee_adjustment' && at >= from && (at < to || (refundNo !== null && MADE_ELSEWHERE.test(refundNo)));
  };
  const facts = new Map<string, readonly Fact[]>();
  const noteFacts = (movement: Movement, its: readonly Fact[]) => facts.set(keyOf(movement), its);
  const adjustments = new Map<string, Movement>();
  const noteAdjustment = (it: Movement) => {
    if (it.type === 'fee_adjustment') adjustments.set(`${keyOf(it)} ${it.occurredAt}`, it);
  };
  const today = businessDay(services.now(), merchant.zone);
  for await (const orders of services.orders.unposted(merchant.merchantId))
    for (const order of orders)
      for (const movement of movementsOf(order, merchant, today).movements) {
        noteAdjustment(movement);
        if (mayBeThen(movement)) noteFacts(movement, factsToCome(movement, order));
      }
  for await (const lines of linesOf(services, merchant, from, to)) {
    for (const line of lines) noteAdjustment(line);
    const orders = await ordersOf(services, lines.filter(mayBeThen));
    for (const line of lines.filter(mayBeThen)) noteFacts(line, factsOfMovement(line, orders.get(line.orderId)));
  }
  for (const { fee, ...it } of adjustments.values()) {
    // What several refunds of the channel's make up has no fee of one of them to adjust.
    const [fact, ...more] = facts.get(keyOf(it)) ?? [];
    if (fact && more.length === 0) facts.set(keyOf(it), [{ ...fact, fee: (fact.fee ?? 0) + fee }]);
  }
  return [...facts.values()].flat().filter(({ at }) => at >= from && at < to);
}

const keyOf = ({ orderId, attempt, refundNo }: Pick<Movement, 'orderId' | 'attempt' | 'refundNo'>) =>
  `${orderId} ${attempt} ${refundNo}`;

async function* linesOf(services: Reading, { merchantId, zone }: Merchant, from: EpochMs, to: EpochMs) {
  const lastDay = (await services.statements.head(merchantId))?.lastDay ?? '';
  const until = dayAfter(businessDay(to, zone), LATE_DAYS);
  for (let day = businessDay(from, zone); day <= lastDay && day <= until; day = nextDay(day)) {
    const statement = await services.statements.get(statementIdOf(merchantId, day));
    if (statement) yield* services.statements.linesByChunk(statement);
  }
}

/** A line does not say under which number the channel knows its refund, nor when we heard of what came late; orders do. */
async function ordersOf(services: Reading, lines: readonly Movement[]): Promise<Map<string, Order>> {
  const wanted = lines.filter(({ refundNo, late }) => refundNo !== null || late);
  const orderIds = [...new Set(wanted.map(({ orderId }) => orderId))];
  const orders = new Map<string, Order>();
  for (const group of groupsOf(orderIds, KEYS_MAX))
    for (const order of await services.orders.getMany(group)) orders.set(order.orderId, order);
  return orders;
}

/**
 * Which of these facts are of the seller `sellerId`, as their orders tell, and what other accounts the rest is of. Read of
 * what a report does not have only: usually nothing.
 */
export async function byAccount(
  services: Pick<ReconciliationServices, 'orders'>,
  facts: readonly Fact[],
  sellerId: string,
): Promise<{ own: Fact[]; elsewhere: Account[] }> {
  const elsewhere = new Map<string, Account>();
  const theirs = new Set<string>();
  const orderIds = [...new Set(facts.map(({ orderId }) => orderId))];
  const groups = groupsOf(orderIds, KEYS_MAX).values();
  const read = async () => {
    for (const group of groups)
      for (const { orderId, account } of await services.orders.getMany(group)) {
        const payee = payeeOf(account);
        if (payee === sellerId) continue;
        theirs.add(orderId);
        elsewhere.set(payee, account);
      }
  };
  await Promise.all(Array.from({ length: READS_ABREAST }, read));
  return { own: facts.filter(({ orderId }) => !theirs.has(orderId)), elsewhere: [...elsewhere.values()] };
}

/** Whether it is a refund that the channel has told without its number. */
export function isUnnamed({ type, requestNo, attemptNo }: Fact): boolean {
  return type === 'refund' && requestNo === attemptNo;
}

/**
 * What is still missing at the channel of `facts`: a refund that was told without its number may meanwhile consist of refunds
 * that the channel has named.
 */
export async function stillUnnamed(
  services: Pick<ReconciliationServices, 'orders'>,
  facts: readonly Fact[],
): Promise<Fact[]> {
  const orders = new Map<string, Order>();
  for (const group of groupsOf([...new Set(facts.filter(isUnnamed).map(({ orderId }) => orderId))], KEYS_MAX))
    for (const order of await services.orders.getMany(group)) orders.set(order.orderId, order);
  return facts.flatMap((fact) => {
    const order = isUnnamed(fact) ? orders.get(fact.orderId) : undefined;
    const refund = order && unnamedRefund(order, Number(/_(\d+)$/.exec(fact.attemptNo)?.[1]));
    if (!refund?.named) return [fact];
    const gross = 0 - unnamedAmount(refund);
    return gross === 0 ? [] : [{ ...fact, gross }];
  });
}

/** The facts of a movement that is on no statement yet. */
function factsToCome(movement: Movement, order: Order): Fact[] {
  const facts = factsOfMovement(asCharged(movement, order), order);
  return isPartOf(order, movement) ? facts.map((fact) => ({ ...fact, ...PROVISIONAL })) : facts;
}

/** Whether others may go back of the same payment, too: they return their parts of one fee, the earlier ones first. */
function isPartOf(order: Order, { gross }: Pick<Fact, 'gross'>): boolean {
  return gross < 0 && 0 - gross < order.request.amount.value;
}

/** What the report has charged before there is a line outweighs what the line will say, as an adjustment does afterwards. */
function asCharged(movement: Movement, { feeCharges = [] }: Order): Movement {
  const isIts = (it: FeeCharge) => it.attempt === movement.attempt && (it.refundNo ?? null) === movement.refundNo;
  const charge = movement.type === 'fee_adjustment' ? undefined : feeCharges.find(isIts);
  return charge ? { ...movement, fee: charge.charged } : movement;
}

/** The fact of a line: several where the channel has named several refunds that it told as one. */
function factsOfMovement(movement: Movement, order: Order | undefined): Fact[] {
  const { type, orderId, attempt, refundNo, occurredAt, currency, gross, received, fee } = movement;
  const refund = refundNo === null ? undefined : order?.refunds.find((it) => it.refundNo === refundNo);
  if (refundNo !== null && !(order && refund)) throw new Error(`refund ${refundNo} of ${orderId} has gone`);
  const fact: Fact = {
    type: type === 'payment' ? type : 'refund',
    orderId,
    attemptNo: `${orderId}_${attempt}`,
    requestNo: order && refund ? requestNo(order, refund) : null,
    at: Date.parse(occurredAt),
    currency,
    gross,
    received,
    fee,
    learnedAt: order && learnedAt(order, attempt, refund),
  };
  return refund?.named ? partsOf(fact, refund, refund.named) : [fact];
}

/** Each part of a refund that was told as one has its share of the line, by running totals as for refunds of their own. */
function partsOf(fact: Fact, refund: Refund, named: NonNullable<Refund['named']>): Fact[] {
  const rest = unnamedAmount(refund);
  const parts = [
    ...named
      .map(({ channelNo, amount, at }) => ({ requestNo: channelNo, amount, at }))
      .sort((a, b) => a.at - b.at || (a.requestNo < b.requestNo ? -1 : 1)),
    ...(rest > 0 ? [{ requestNo: fact.requestNo, amount: rest, at: fact.at }] : []),
  ];
  let before = 0;
  // Usually it is negative, as what it is a part of; a channel may also have charged for a refund.
  const shareOf = (whole: number, amount: number) => {
    const upTo = (part: number) => returnedPart(Math.abs(whole), part, refund.amount);
    const share = upTo(before + amount) - upTo(before);
    return whole < 0 ? 0 - share : share;
  };
  return parts.map(({ requestNo, amount, at }) => {
    const { received, fee } = fact;
    const shares = {
      ...(received !== undefined && { received: shareOf(received, amount) }),
      ...(fee !== undefined && { fee: shareOf(fee, amount) }),
    };
    before += amount;
    return { ...fact, requestNo, at, gross: 0 - amount, ...shares };
  });
}

/** Refunds requested through us have no such time: we knew of them from the start. */
function learnedAt(order: Order, n: number, refund: Refund | undefined): EpochMs | undefined {
  if (!refund) return order.payments.find(({ attempt }) => attempt === n)?.at;
  return refund.source === 'channel' ? refund.requestedAt : undefined;
}

/** One payment of an order as a fact, on a statement or not. `merchant` tells its fee, where no line has it yet. */
export function paymentFact(order: Order, n: number, merchant?: Merchant): Fact | undefined {
  const payment = order.payments.find(({ attempt }) => attempt === n);
  if (!payment) return undefined;
  const { currency, value } = order.request.amount;
  const moved = { at: payment.paidAt, currency, gross: value, received: receivedOf(order, payment) };
  return factOf(order, n, undefined, { ...moved, ...unpostedShares(order, merchant, n, null) });
}

/** The same for a refund that succeeded, by the channel's number. */
export function refundFact(order: Order, n: number, channelNo: string, merchant?: Merchant): Fact | undefined {
  const its = order.refunds.filter(({ attempt, result }) => attempt === n && result?.status === 'succeeded');
  const { currency } = order.request.amount;
  for (const refund of its) {
    const part = refund.named?.find((it) => it.channelNo === channelNo);
    if (part)
      return { ...factOf(order, n, refund, { at: part.at, currency, gross: 0 - part.amount }), requestNo: channelNo };
    if (requestNo(order, refund) !== channelNo || refund.named) continue;
    const moved = { at: finishedAt(refund) ?? 0, currency, gross: 0 - refund.amount };
    const shares = unpostedShares(order, merchant, n, refund.refundNo);
    return factOf(order, n, refund, { ...moved, ...shares, ...(shares && isPartOf(order, moved) && PROVISIONAL) });
  }
  return undefined;
}

/** What the next line of this movement will say; nothing, where it has a line already or there are no terms. */
function unpostedShares(order: Order, merchant: Merchant | undefined, n: number, refundNo: string | null) {
  const lines = merchant ? movementsOf(order, merchant, FAR).movements : [];
  const line = lines.find((it) => it.type !== 'fee_adjustment' && it.attempt === n && it.refundNo === refundNo);
  return line && { received: line.received, fee: asCharged(line, order).fee };
}

const PROVISIONAL = { isProvisional: true } as const;

/** A business day after all others. */
const FAR = '9999-12-31';

function factOf(
  order: Order,
  n: number,
  refund: Refund | undefined,
  moved: Pick<Fact, 'at' | 'currency' | 'gross' | 'received' | 'fee' | 'isProvisional'>,
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
