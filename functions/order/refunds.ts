/**
 * The moves of refunds, part of {@link decide}. One call to the channel is in flight per order; a refund keeps its number
 * and amount for ever; and a refusal ends it only when no earlier call of it can still be carried out.
 */
import type { Refusal } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { keptRefusal } from '../channel/refusals.ts';
import { backOff, LEASE } from '../deadlines.ts';
import type { EpochMs } from '../time.ts';
import type { Event, Outcome } from './events.ts';
import { attemptNo, type Order, openRefunds, type Refund } from './order.ts';
import { elsewhere } from './places.ts';
import { bearsNumber, hasNumberEnded, isLasting } from './refund-numbers.ts';
import { withExplained, withTold } from './reported.ts';
import { refundable, reserved, succeededOf, unnamedAmount, unnamedRefund } from './sums.ts';

/**
 * So many refunds that a till asks for may be slices; the 50th takes all the rest, so that no order can be locked with money
 * in it. One that fails leaves room for another try, up to a bound: an order is one item, and has a size.
 */
const SLICES_MAX = 49;
const REFUNDS_MAX = 60;
/** Refunds that the channel made without us. More of one sale are an anomaly. */
const CHANNEL_REFUNDS_MAX = 50;

/** The call is claimed with the payment's own write: the invocation that stored the payment makes it, or the sweep after the lease. */
export function withAutomaticRefund(order: Order, n: number, now: EpochMs): Order {
  const refund = {
    refundNo: `auto_${n}`,
    attempt: n,
    k: nextK(order),
    amount: order.request.amount.value,
    source: 'automatic',
    requestedAt: now,
    ...claim(order, now),
  } as const;
  return { ...order, refunds: [...order.refunds, refund] };
}

export function refundRequested(order: Order, event: Event<'refund_requested'>, now: EpochMs): Outcome {
  if (order.refunds.some((refund) => refund.refundNo === event.refundNo)) return 'unchanged';
  const payment = order.payments[0];
  if (!payment) return 'order_not_paid';
  if (event.amount.currency !== order.request.amount.currency) return 'different_currency';
  if (now > event.until) return 'refund_window_closed';
  if (event.amount.value > refundable(order)) return 'refund_exceeds_refundable';
  if (reserved(order) + event.amount.value > (event.atMost ?? Number.POSITIVE_INFINITY)) return 'refund_needs_approval';
  const asked = order.refunds.filter(({ source }) => source === 'till').length;
  const takesAll = event.amount.value === refundable(order);
  if (asked >= REFUNDS_MAX || (asked >= SLICES_MAX && !takesAll)) return 'too_many_refunds';
  const { refundNo, reason, operatorId } = event;
  const refund: Refund = {
    refundNo,
    attempt: payment.attempt,
    k: nextK(order),
    amount: event.amount.value,
    ...(reason && { reason }),
    ...(operatorId && { operatorId }),
    ...elsewhere(order, event.by),
    source: 'till',
    requestedAt: now,
    ...claim(order, now),
  };
  return { ...order, refunds: [...order.refunds, refund] };
}

function nextK(order: Order): number {
  return Math.max(0, ...order.refunds.flatMap(({ k = 0, numbers = [] }) => [k, ...numbers])) + 1;
}

/** The first call rides in the write of the request, unless another refund of this order has just been called for. */
function claim(order: Order, now: EpochMs): Pick<Refund, 'tries' | 'calledAt'> {
  return now >= freeAt(order) ? { tries: 1, calledAt: now } : { tries: 0 };
}

/** When the next refund call of this order may begin: none is in flight, and the last one was long enough ago for the channel. */
export function freeAt(order: Order): EpochMs {
  const { refundSpacing } = traitsOf(order.account.channel);
  return Math.max(
    0,
    ...order.refunds.map(({ calledAt, result, unconfirmedRefusal }) => {
      if (calledAt === undefined) return 0;
      const answered = result !== undefined || (unconfirmedRefusal !== undefined && unconfirmedRefusal.at >= calledAt);
      return calledAt + (answered ? refundSpacing : LEASE);
    }),
  );
}

export function refundCalled(order: Order, event: Event<'refund_called'>, now: EpochMs): Outcome {
  const refund = order.refunds.find((it) => it.refundNo === event.refundNo);
  if (!refund) return 'unknown_refund';
  if (refund.result) return 'unchanged';
  if (now < callableAt(order, refund)) return 'refund_in_flight';
  const k = hasNumberEnded(refund) ? { k: nextK(order) } : {};
  return withRefund(order, { ...refund, ...k, tries: refund.tries + 1, calledAt: now });
}

/**
 * When this refund may be called for (again). Its own lease holds even after a refusal: that call is not believed yet. Each
 * further number is used up by its call, so calls under new numbers are as far apart as the sweep's.
 */
export function callableAt(order: Order, { calledAt, numbers, tries }: Refund): EpochMs {
  const pause = numbers ? Math.max(LEASE, backOff(tries)) : LEASE;
  return Math.max(freeAt(order), calledAt === undefined ? 0 : calledAt + pause);
}

export function refundRefused(order: Order, event: Event<'refund_refused'>, now: EpochMs): Outcome {
  const refund = order.refunds.find((it) => it.refundNo === event.refundNo);
  if (!refund) return 'unknown_refund';
  if (refund.result) return 'unchanged';
  const refusal = keptRefusal(event.refusal);
  const lasting = isLasting(refund, refusal);
  // An earlier call may have been carried out although its answer was lost, so only the first call's refusal, or a second
  // one after an empty query, ends a refund. (The driver repeats a call only after such a query and the lease.)
  const believed =
    refund.tries === 1 ||
    (refund.unconfirmedRefusal !== undefined && refund.unconfirmedRefusal.at < (refund.calledAt ?? 0));
  if (lasting || event.isOpen || !believed)
    return withRefund(order, { ...refund, unconfirmedRefusal: { ...refusal, at: now } });
  return endedAsFailed(order, refund, refusal, now);
}

/** The channel's last word on one number: believed at once, because that number can never move money any more. */
export function refundFailed(order: Order, event: Event<'refund_failed'>, now: EpochMs): Outcome {
  const { refundNo, k } = event;
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund) return 'unknown_refund';
  if (refund.result || refund.k !== k || hasNumberEnded(refund)) return 'unchanged';
  const refusal = keptRefusal(event.refusal);
  if (!isLasting(refund, refusal)) return endedAsFailed(order, refund, refusal, now);
  const numbers = [...(refund.numbers ?? []), k];
  return withRefund(order, { ...refund, numbers, unconfirmedRefusal: { ...refusal, at: now } });
}

function endedAsFailed(order: Order, refund: Refund, refusal: Refusal, now: EpochMs): Outcome {
  const failed = refundEnded(order, refund.refundNo, () => ({ status: 'failed', at: now, refusal }));
  if (typeof failed === 'string') return failed;
  // The channel has less left of it than was asked for: so much, at the least, has gone back in all.
  const gone = refusal.reason === 'refund_amount' ? order.request.amount.value - refund.amount + 1 : 0;
  const returned = Math.max(gone, refund.returnedMeanwhile ?? 0);
  return returned === 0 ? failed : withTold(failed, refund.attempt, { returned }, now);
}

/** `returned` may include what the merchant has given back in the channel's console. */
export function refundSucceeded(order: Order, event: Event<'refund_succeeded'>, now: EpochMs): Outcome {
  const { refundNo, at, returned, settlement } = event;
  const told = { at, learnedAt: now, ...(settlement && { settlement }) };
  const ended = refundEnded(order, refundNo, () => ({ status: 'succeeded', ...told }));
  const attempt = order.refunds.find((it) => it.refundNo === refundNo)?.attempt;
  if (attempt === undefined || returned === undefined || (typeof ended === 'string' && ended !== 'unchanged'))
    return ended;
  const after = ended === 'unchanged' ? order : ended;
  const kept = withTold(after, attempt, { returned }, now);
  return kept === order ? 'unchanged' : kept;
}

function refundEnded(order: Order, refundNo: string, result: () => NonNullable<Refund['result']>): Outcome {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund) return 'unknown_refund';
  if (refund.result) return 'unchanged';
  const { unconfirmedRefusal, returnedMeanwhile, ...rest } = refund;
  return withRefund(order, { ...rest, result: result() });
}

/** Refunds of attempt `n` that the channel was asked for, and whose result is unknown. */
export function calledRefunds(order: Order, n: number): readonly Refund[] {
  return openRefunds(order).filter(({ attempt, calledAt }) => attempt === n && calledAt !== undefined);
}

/** The automatic refund of attempt `n`, while it is open. */
function openAutomatic(order: Order, n: number): Refund | undefined {
  return order.refunds.find((refund) => refund.refundNo === `auto_${n}` && !refund.result);
}

/** All that we wanted to give back went back without our refund: by a cancel, or by hand. Ours can never be carried out now. */
function refundedOtherwise(order: Order, refund: Refund, channelNo: string, at: EpochMs, now: EpochMs): Order {
  const { unconfirmedRefusal, returnedMeanwhile, ...rest } = refund;
  return withRefund(order, { ...rest, channelNo, result: { status: 'succeeded', at, learnedAt: now } });
}

/** A refund that the channel made without us, or ours, of which another message told first. */
export function refundReported(order: Order, event: Event<'refund_reported'>, now: EpochMs): Outcome {
  const { n, channelNo, amount, at, settlement } = event;
  const ours = order.refunds.find((refund) => refund.attempt === n && bearsNumber(order, refund, channelNo));
  if (ours) return refundSucceeded(order, { type: 'refund_succeeded', refundNo: ours.refundNo, at, settlement }, now);
  if (!order.payments.some((payment) => payment.attempt === n)) return 'order_not_paid';
  if (amount.currency !== order.request.amount.currency) return 'different_currency';
  const told = withChannelRefund(order, event, now);
  return typeof told === 'string' ? told : withExplained(told, n, channelNo, amount.value);
}

function withChannelRefund(order: Order, event: Event<'refund_reported'>, now: EpochMs): Outcome {
  const { n, channelNo, at } = event;
  const amount = event.amount.value;
  const automatic = openAutomatic(order, n);
  if (automatic?.amount === amount) return refundedOtherwise(order, automatic, channelNo, at, now);
  // More than was paid never goes back: what comes beyond it names a refund that was told before without its number.
  if (succeededOf(order, n) + amount > order.request.amount.value) return named(order, event);
  if (order.refunds.filter(({ source }) => source === 'channel').length >= CHANNEL_REFUNDS_MAX)
    return 'too_many_refunds';
  const refund: Refund = {
    refundNo: freeRefundNo(order),
    attempt: n,
    channelNo,
    amount,
    source: 'channel',
    requestedAt: now,
    tries: 0,
    result: { status: 'succeeded', at, learnedAt: now, ...(event.settlement && { settlement: event.settlement }) },
  };
  return { ...order, refunds: [...order.refunds, refund] };
}

/** A refund that was told without a number takes the channel's number, amount and time of (a part of) it. */
function named(order: Order, { n, channelNo, amount, at }: Event<'refund_reported'>): Outcome {
  const unnamed = unnamedRefund(order, n);
  if (unnamed?.named?.some((part) => part.channelNo === channelNo)) return 'unchanged';
  if (!unnamed || channelNo === attemptNo(order, n) || amount.value > unnamedAmount(unnamed))
    return 'refund_exceeds_refundable';
  const parts = [...(unnamed.named ?? []), { channelNo, amount: amount.value, at }];
  const isWhole = amount.value === unnamedAmount(unnamed);
  // A line that is sealed keeps the time that it was sealed with.
  const namedAt = isWhole && unnamed.posted === undefined ? Math.max(...parts.map((part) => part.at)) : undefined;
  return withRefund(order, { ...unnamed, named: parts, ...(namedAt !== undefined && { namedAt }) });
}

function freeRefundNo(order: Order): string {
  const taken = new Set(order.refunds.map((refund) => refund.refundNo));
  for (let n = 1; ; n += 1) if (!taken.has(`channel_${n}`)) return `channel_${n}`;
}

function withRefund(order: Order, refund: Refund): Order {
  return { ...order, refunds: order.refunds.map((it) => (it.refundNo === refund.refundNo ? refund : it)) };
}
