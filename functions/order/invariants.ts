/**
 * What no write of an order may ever do, asked of every write before it is made: a defect that would break one of these is
 * refused and raises an alarm instead of moving money. Pure, and written from the facts alone, not from how
 * {@link decide} reaches them. The numbers are those of the fault list.
 */
import { type Order, type OrderStatus, type Refund, statusOf } from './order.ts';

const RANK: readonly OrderStatus[] = ['created', 'awaiting_payment', 'closing', 'closed', 'paid'];
const ATTEMPTS_MAX = 20;
/** By who asked for them. One automatic refund belongs to an attempt at the most. */
const REFUNDS_MAX = { till: 60, automatic: ATTEMPTS_MAX, channel: 50 } as const;

/** A write that was refused because it breaks an invariant. Nothing was stored. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** @throws InvariantViolation if `after` must not take the place of `before` */
export function mustHold(before: Order, after: Order): void {
  const broken = brokenBy(before, after);
  if (broken !== undefined) throw new InvariantViolation(`${broken} (order ${before.orderId})`);
}

/** The first invariant that the write would break, if any. */
export function brokenBy(before: Order, after: Order): string | undefined {
  if (!same(before.request, after.request) || !same(before.account, after.account) || before.orderId !== after.orderId)
    return 'I1: what was asked for changes';
  if (RANK.indexOf(statusOf(after)) < RANK.indexOf(statusOf(before))) return 'I5: the status moves back';
  if (before.closed && !same(before.closed, after.closed)) return 'I5: the close changes';
  if (!before.payments.every((payment, i) => keeps(payment, after.payments[i]))) return 'I5: a payment changes';
  if (new Set(after.payments.map(({ attempt }) => attempt)).size < after.payments.length)
    return 'I4: an attempt is paid twice';
  if (after.closed && !before.closed && (after.payments.length > 0 || after.attempts.some(({ ended }) => !ended)))
    return 'I8: closed while it is paid or can be paid';
  if (after.attempts.length > ATTEMPTS_MAX || hasTooManyRefunds(after)) return 'I14: the order grows too large';
  return brokenByRefunds(before, after);
}

function hasTooManyRefunds({ refunds }: Order): boolean {
  return Object.entries(REFUNDS_MAX).some(([of, most]) => refunds.filter(({ source }) => source === of).length > most);
}

function brokenByRefunds(before: Order, after: Order): string | undefined {
  if (after.refunds.length > 0 && after.payments.length === 0) return 'I2: a refund without a payment';
  if (new Set(after.refunds.map(({ refundNo }) => refundNo)).size < after.refunds.length)
    return 'I4: two refunds of one number';
  for (const refund of after.refunds) {
    const was = before.refunds.find(({ refundNo }) => refundNo === refund.refundNo);
    if (refund.source === 'automatic' && refund.result?.status === 'failed') return 'I10: unwanted money is kept';
    if (was && !keepsRefund(was, refund)) return 'I5: a refund changes';
    if (was && !keepsNumbers(was, refund, before)) return 'I4: a refund has two numbers open';
  }
  if (before.refunds.length > after.refunds.length) return 'I5: a refund is gone';
  if (!(before.feeAdjustments ?? []).every((it, i) => keeps(it, after.feeAdjustments?.[i])))
    return 'I5: an adjustment of a fee changes';
  const reports = after.reportedRefunds ?? [];
  if (reports.some(({ amount = 1, numbers = [] }) => amount <= 0 || numbers.some((it) => (it.amount ?? 1) <= 0)))
    return 'I2: a reported refund returns nothing';
  if (after.refunds.some(({ amount, named = [] }) => named.reduce((sum, part) => sum + part.amount, 0) > amount))
    return 'I2: a refund is named for more than it is';
  const over = after.payments.some(({ attempt }) => reservedOf(after, attempt) > after.request.amount.value);
  return over ? 'I2: more goes back than came in' : undefined;
}

/** What we asked back of one payment. Once the merchant has refunded in the channel's own console, the channel is the judge. */
function reservedOf(order: Order, attempt: number): number {
  const its = order.refunds.filter((refund) => refund.attempt === attempt);
  if (its.some(({ source }) => source === 'channel')) return 0;
  return its.filter(({ result }) => result?.status !== 'failed').reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * An open refund may turn out to have been carried out under a number of the channel's own, and one that was told without a number
 * is named in parts; nothing else changes but its end.
 */
function keepsRefund(was: Refund, now: Refund): boolean {
  const { refundNo, attempt, amount, source } = was;
  const { k, channelNo, result, posted, named = [] } = was;
  const ended = result === undefined ? {} : { result, k, channelNo };
  const parts = now.named ?? [];
  return (
    keeps({ refundNo, attempt, amount, source, ...ended, ...(posted !== undefined && { posted }) }, now) &&
    named.every((part, i) => keeps(part, parts[i]))
  );
}

/** A refund goes on under a number that was never used, and only when the one before has ended; what has ended stays so. */
function keepsNumbers(was: Refund, now: Refund, { refunds }: Order): boolean {
  const [before, after] = [was.numbers ?? [], now.numbers ?? []];
  if (!before.every((k, i) => after[i] === k)) return false;
  if (now.k === was.k) return true;
  const used = refunds.flatMap(({ k, numbers = [] }) => [k, ...numbers]);
  return was.k !== undefined && before.includes(was.k) && !used.includes(now.k);
}

/** Whether every fact that `was` names stands unchanged in `now`. */
function keeps(was: object, now: object | undefined): boolean {
  const facts = now as Readonly<Record<string, unknown>> | undefined;
  return facts !== undefined && Object.entries(was).every(([name, value]) => same(value, facts[name]));
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
