/**
 * What is stored when: every fact bears an instant of the invocation that stores it, by its own clock; codes end when they were
 * to end, the clock closes nothing before that, and calls for refunds of one order are so far apart as the channel wants them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Invocation } from '../world/io.ts';
import type { AttemptClaim, OrderClaim, RefundClaim } from './claims.ts';
import { must } from './violation.ts';
import type { Sale } from './witness.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A scanned code is looked up for so long. */
const TILL_CODE = 45 * SECOND;
/** An order without a code is open for so long. */
const OPEN = 15 * MINUTE;
/** What clocks are apart, and what a payment under way takes, when a code ends. */
const SURELY_OVER = 45 * SECOND;
/** A call for a refund may be carried out for so long; one that was answered holds the next back for so long. */
const LEASE = 60 * SECOND;
const SPACING = 3 * SECOND;

/** When an order's code ends, or the order itself, if it shows none. */
export function endOfOrder({ attempts, createdAt }: OrderClaim): number {
  const last = attempts.at(-1);
  if (!last) return createdAt + OPEN;
  const isOver = last.kind === 'till_code' && last.ended !== undefined;
  return isOver ? Math.max(last.expiresAt, createdAt + OPEN) : last.expiresAt;
}

export function checkTimes(
  sale: Sale,
  before: OrderClaim | undefined,
  after: OrderClaim,
  { asked, beganAt, skew }: Invocation,
  now: number,
): void {
  const [from, to] = [beganAt + skew, now + skew];
  const mustBeNow = (at: number | undefined, what: string) => {
    const isThen = at === undefined || (at >= from && at <= to);
    must(isThen, 'I26', `${what} of ${sale.orderId} is of ${at}, and was stored between ${from} and ${to}`);
  };
  for (const it of after.attempts) {
    const was = before?.attempts.find(({ n }) => n === it.n);
    if (!was) checkEnd(sale, it, from, to);
    if (!was?.ended) mustBeNow(it.ended?.at, `the end of attempt ${it.n}`);
    if (!was?.refused) mustBeNow(it.refused?.at, `the refusal of attempt ${it.n}`);
    if (was?.waitingSince === undefined) mustBeNow(it.waitingSince, `the waiting for attempt ${it.n}`);
    if (was?.cancelRequestedAt === undefined) mustBeNow(it.cancelRequestedAt, `the cancel of attempt ${it.n}`);
  }
  for (const { at, attempt } of after.payments.slice(before?.payments.length ?? 0)) mustBeNow(at, `payment ${attempt}`);
  for (const it of after.refunds) {
    const was = before?.refunds.find(({ refundNo }) => refundNo === it.refundNo);
    if (!was) mustBeNow(it.requestedAt, `refund ${it.refundNo}`);
    if (it.calledAt !== was?.calledAt) mustBeNow(it.calledAt, `the call for refund ${it.refundNo}`);
    checkCall(sale, after, was, it);
  }
  checkExpiry(sale, before, after, to);
  checkDue(sale, after, to);
  checkDueKept(sale, before, after, asked.op === 'sweep');
  if (before?.closeRequested?.by !== after.closeRequested?.by) mustBeNow(after.closeRequested?.at, 'the wish to close');
  if (!before?.closed) mustBeNow(after.closed?.at, 'the close');
}

/** A visit that learns nothing writes nothing. Of two sweeps that overlap, each puts off what it could not finish. */
export function checkIsNews(before: OrderClaim, after: OrderClaim, { asked }: Invocation): void {
  const { version, updatedAt, ...was } = before;
  const { version: next, updatedAt: then, ...is } = after;
  const isNews = asked.op === 'sweep' || !isDeepStrictEqual(was, is);
  must(isNews, 'I5', `${after.orderId} is written, and nothing is new`);
}

function checkEnd({ orderId, asked }: Sale, { n, kind, expiresAt }: AttemptClaim, from: number, to: number): void {
  const lives = kind === 'till_code' ? TILL_CODE : asked.expiresInSeconds * SECOND;
  const begins = expiresAt - lives;
  const isWhole = begins % SECOND === 0 && begins >= from && begins < to + SECOND;
  must(isWhole, 'I26', `attempt ${n} of ${orderId} ends at ${expiresAt}`);
}

/** The clock asks to close, or closes, what surely cannot be paid any more. */
function checkExpiry({ orderId }: Sale, before: OrderClaim | undefined, after: OrderClaim, now: number): void {
  const isAsked = before?.closeRequested === undefined && after.closeRequested?.by === 'expiry';
  const isClosed = before?.closed === undefined && after.closed !== undefined && after.closeRequested === undefined;
  if (!isAsked && !isClosed) return;
  must(now >= endOfOrder(before ?? after) + SURELY_OVER, 'I8', `the clock closes ${orderId} before its time`);
}

/** An order that is quarantined is tried once a day. */
const PARKED = 20;
/** The longest pause after a visit that failed; the sweep's period. */
const [LONGEST, SWEEP] = [10 * MINUTE, MINUTE];
/** Where whoever sent a till code has died, the sweep comes so long after the code's time. */
const FORGOTTEN = 4 * MINUTE;

/** I13: the sweep looks at what is unfinished, and in time. */
function checkDue({ orderId }: Sale, order: OrderClaim, now: number): void {
  const { attempts, payments, closed, refunds, failures = 0 } = order;
  const open = refunds.filter(({ result }) => result === undefined);
  if (failures >= PARKED || open.some(({ tries }) => tries >= PARKED)) return;
  const isCollecting = payments.length === 0 && !closed;
  const scanned = isCollecting ? attempts.find(({ kind, ended }) => kind === 'till_code' && !ended) : undefined;
  const latest = [
    ...(scanned ? [scanned.expiresAt + FORGOTTEN] : []),
    ...(isCollecting ? [endOfOrder(order) + SURELY_OVER + SWEEP] : []),
    ...(open.length > 0 || order.reportedRefunds ? [now + LEASE] : []),
  ];
  if (latest.length === 0) return;
  const { dueAt, updatedAt } = order;
  // Who planned it may have been ahead of the clock that writes now.
  const isInTime = dueAt !== undefined && dueAt <= Math.max(Math.min(...latest), Math.max(now, updatedAt) + LONGEST);
  must(isInTime, 'I13', `${orderId} is looked at when ${dueAt}, which is too late`);
  const isForgotten =
    scanned !== undefined && failures === 0 && dueAt > Math.max(scanned.expiresAt + FORGOTTEN, now + LEASE);
  must(!isForgotten, 'I13', `the till code of ${orderId} is looked at when ${dueAt}`);
}

/** No visit has failed at an order at which nothing was to be done yet. */
export function checkFailures({ orderId }: Sale, before: OrderClaim | undefined, after: OrderClaim, now: number): void {
  if ((after.failures ?? 0) <= (before?.failures ?? 0)) return;
  const { attempts, payments, closed, closeRequested } = after;
  const isQuiet = attempts.every(({ ended }) => ended !== undefined && ended.inDoubtUntil === undefined);
  const isOpen = payments.length === 0 && !closed && !closeRequested && now < endOfOrder(after) + SURELY_OVER;
  must(!(isQuiet && isOpen), 'I13', `a visit of ${orderId} has failed, and nothing was to be done there`);
}

/** A code that is shown needs no other time than that of its end, whatever is learned of it meanwhile. */
function checkDueKept({ orderId }: Sale, before: OrderClaim | undefined, after: OrderClaim, isSwept: boolean): void {
  const isShown = (it: OrderClaim) => it.payments.length === 0 && !it.closed && it.attempts.at(-1)?.kind === 'qr_code';
  if (!before || isSwept || !isShown(before) || !isShown(after)) return;
  if (before.attempts.length !== after.attempts.length) return;
  must(
    before.dueAt === after.dueAt,
    'I13',
    `${orderId} is put off from ${before.dueAt} to ${after.dueAt}, for nothing`,
  );
}

/** One call in flight per order, the next when that is surely over, or 3 s after one that was answered; else at once. */
function checkCall({ orderId }: Sale, order: OrderClaim, was: RefundClaim | undefined, refund: RefundClaim): void {
  const { refundNo, source, calledAt, requestedAt } = refund;
  const others = order.refunds.filter((it) => it.refundNo !== refundNo && it.requestedAt <= (calledAt ?? requestedAt));
  const free = Math.max(0, ...others.map(freeAfter));
  const what = `refund ${refundNo} of ${orderId}`;
  if (!was && source !== 'channel') {
    const earlier = order.refunds.slice(0, order.refunds.indexOf(refund));
    const isFree = requestedAt >= Math.max(0, ...earlier.map(freeAfter));
    must(isFree === (calledAt !== undefined), 'I22', `${what} is ${isFree ? 'not ' : ''}called for at once`);
    must(calledAt === undefined || calledAt === requestedAt, 'I22', `${what} is called for at ${calledAt}`);
    return;
  }
  if (calledAt === undefined || calledAt === was?.calledAt) return;
  const own = was?.calledAt === undefined ? 0 : was.calledAt + LEASE;
  must(calledAt >= Math.max(own, free), 'I22', `${what} is called for at ${calledAt}, while another call is in flight`);
}

function freeAfter({ calledAt, result, unconfirmedRefusal }: RefundClaim): number {
  if (calledAt === undefined) return 0;
  const isAnswered = result !== undefined || (unconfirmedRefusal !== undefined && unconfirmedRefusal.at >= calledAt);
  return calledAt + (isAnswered ? SPACING : LEASE);
}
