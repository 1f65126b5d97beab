/**
 * Drives an order at its channel: the one loop that asks and writes. {@link nextStep} says what comes next, {@link learn} what an
 * answer teaches; both are pure. Any invocation may stop anywhere: the next one, a poll or the sweep, goes on from the facts.
 */
import type { QueryAnswer } from '../channel/channel.ts';
import { type Deadline, HEAL_SPACING } from '../deadlines.ts';
import type { Told } from '../order/channel-facts.ts';
import { type Order, openAttempt } from '../order/order.ts';
import { succeededOf } from '../order/sums.ts';
import type { CallOf, Heard, Learned, Step, Stored } from './call.ts';
import { ask, hasTimeForCall } from './channel-call.ts';
import { noteHealth } from './channel-health.ts';
import type { PaymentServices } from './context.ts';
import { learn } from './learn.ts';
import { isUnexplained, reportedQuestion } from './open-work.ts';
import { nextStep, type Visit } from './plan.ts';
import { store } from './record.ts';

/** A visit is over when its time is; this bound is only ever met by a fault. */
const STEPS_MAX = 1_000;

interface Going extends Visit {
  readonly past: (Heard | Stored)[];
}

/** Goes on from what is stored and heard until nothing is to be done, or there is no time for it. */
async function goOn(services: PaymentServices, seen: Order, visit: Going, deadline: Deadline): Promise<Order> {
  let order = seen;
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const moment = { now: services.now(), hasTime: hasTimeForCall(services, deadline) };
    const step = nextStep(order, visit, moment);
    if (!step) return order;
    order = await take(services, order, step, visit.past);
  }
  throw new Error(`a visit of ${seen.orderId} does not end`);
}

/** Takes one step, and notes in `past` what came of it. */
async function take(services: PaymentServices, seen: Order, step: Step, past: Going['past']): Promise<Order> {
  if ('store' in step) return storeAll(services, seen, step, past);
  const heard = 'ask' in step ? await ask(services, seen, step.ask) : step.learn;
  past.push(heard);
  const order = await storeAll(services, seen, { store: learn(seen, heard, services.now()) }, past);
  // What is known of a till code by its first answer alone is noted when the visit has looked further.
  const isLast = heard.op === 'createQrCode' || (heard.op === 'payWithTillCode' && heard.answer.kind === 'unknown');
  if (isLast) await noteHealth(services, order, heard.answer);
  return order;
}

async function storeAll(
  services: PaymentServices,
  seen: Order,
  { store: facts, key }: { store: readonly Learned[]; key?: string },
  past: Going['past'],
): Promise<Order> {
  let order = seen;
  for (const fact of facts) {
    const written = await store(services, order, fact, key);
    past.push(written.stored);
    order = written.order;
  }
  return order;
}

/** Takes `step`, and all that follows from it. */
async function pursue(services: PaymentServices, seen: Order, step: Step, deadline: Deadline): Promise<Order> {
  const visit: Going = { scope: 'call', past: [] };
  return goOn(services, await take(services, seen, step, visit.past), visit, deadline);
}

/**
 * Does everything that is open on the order and may be done now: gets a code that is missing, takes a payment, ends an attempt that is
 * over, finishes refunds, asks about reported ones. Answers the order as it then is. A visit that learns nothing new writes
 * nothing.
 */
export async function advance(services: PaymentServices, order: Order, deadline: Deadline): Promise<Order> {
  return goOn(services, order, { scope: 'order', past: [] }, deadline);
}

/** {@link advance} for a terminal that polls: one instance asks about one order at most every three seconds. */
export async function syncOnRead(services: PaymentServices, seen: Order, deadline: Deadline): Promise<Order> {
  const last = services.lastSynced.get(seen.orderId);
  if (last !== undefined && services.now() - last < HEAL_SPACING) return seen;
  return advance(services, seen, deadline);
}

/** Asks the channel for the code of attempt `n`, which is stored. */
export function getCode(services: PaymentServices, order: Order, n: number, deadline: Deadline): Promise<Order> {
  return pursue(services, order, { ask: { op: 'createQrCode', n } }, deadline);
}

/** Asks for the customer's money. Only for the invocation that stored the attempt, and once: no other knows the code. */
export async function payTillCode(
  services: PaymentServices,
  order: Order,
  { n, tillCode }: { readonly n: number; readonly tillCode: string },
  deadline: Deadline,
): Promise<Order> {
  const visit: Going = { scope: 'call', past: [] };
  const sent = await take(services, order, { ask: { op: 'payWithTillCode', n, tillCode } }, visit.past);
  const after = await goOn(services, sent, visit, deadline);
  const [first] = visit.past;
  if (first?.op === 'payWithTillCode' && first.answer.kind !== 'unknown')
    await noteHealth(services, order, first.answer);
  return after;
}

/**
 * Ends the open attempt if that can be done now, so that the customer can pay another way: a QR code that was scanned is
 * closed at the channel, a till code is asked for. One that was not scanned cannot be called back and stays.
 */
export async function freeAttempt(services: PaymentServices, order: Order, deadline: Deadline): Promise<Order> {
  const attempt = openAttempt(order);
  if (!attempt || order.closed || order.closeRequested || !hasTimeForCall(services, deadline)) return order;
  const why = attempt.kind === 'till_code' ? 'sync' : 'free';
  return pursue(services, order, { ask: { op: 'query', n: attempt.n, why } }, deadline);
}

/** Who wants an order closed. `replacedBy`: the order that is opened in its place. */
export interface Wish {
  readonly operatorId?: string | undefined;
  readonly replacedBy?: string | undefined;
}

/**
 * The cashier asks to close. The channel is asked first, because asking changes nothing and the answer decides what the
 * cashier may do next; then the wish is stored; then the trade is closed where there is one.
 */
export async function requestClose(
  services: PaymentServices,
  order: Order,
  { operatorId, replacedBy }: Wish,
  deadline: Deadline,
): Promise<Order> {
  const attempt = openAttempt(order);
  const isAsked = attempt && !order.closed && hasTimeForCall(services, deadline);
  const heard = isAsked ? await ask(services, order, { op: 'query', n: attempt.n, why: 'sync' }) : undefined;
  const answer = heard?.answer.kind;
  const seen = heard && answer === 'paid' ? await pursue(services, order, { learn: heard }, deadline) : order;
  // A till code's request may still be on its way when its trade is absent: nothing is said of it that would let a new
  // order start.
  const trade = attempt?.kind === 'qr_code' && (answer === 'absent' || answer === 'waiting') ? answer : undefined;
  const who = { by: 'cashier', ...(operatorId && { operatorId }), ...(replacedBy && { replacedBy }) } as const;
  const { order: asked } = await store(services, seen, { type: 'close_requested', ...who, ...(trade && { trade }) });
  if (!heard || openAttempt(asked)?.n !== attempt?.n) return asked;
  return pursue(services, asked, { learn: heard }, deadline);
}

/** Asks the channel for a refund. The call must have been claimed, by `refund_called` or by the request's write. */
export function callRefund(
  services: PaymentServices,
  order: Order,
  refundNo: string,
  deadline: Deadline,
): Promise<Order> {
  return pursue(services, order, { ask: { op: 'refund', refundNo } }, deadline);
}

/** Stores what a message proves, and does what follows from it. `step.key`: of the anomaly, should it not fit the order. */
export function record(
  services: PaymentServices,
  order: Order,
  step: Extract<Step, { store: unknown }>,
  deadline: Deadline,
): Promise<Order> {
  return pursue(services, order, step, deadline);
}

/** Queries the trade of a payment that was told of elsewhere, and takes what is answered. */
export async function queryTrade(
  services: PaymentServices,
  seen: Order,
  call: CallOf<'query'>,
  deadline: Deadline,
): Promise<{ order: Order; answer: QueryAnswer['kind'] }> {
  const heard = await ask(services, seen, call);
  const order = await pursue(services, seen, { learn: heard }, deadline);
  return { order, answer: heard.answer.kind as QueryAnswer['kind'] };
}

/**
 * Takes what the channel tells of money of attempt `n` that has gone back: asks at once if there is time, and keeps as open work
 * what its answer does not explain.
 */
export async function recordTold(
  services: PaymentServices,
  seen: Order,
  { n, told }: { readonly n: number; readonly told: Told },
  deadline: Deadline,
): Promise<Order> {
  const { channelNo, returned = Number.POSITIVE_INFINITY } = told;
  if (channelNo === undefined && returned <= succeededOf(seen, n)) return seen;
  const isToAsk = hasTimeForCall(services, deadline) && (channelNo === undefined || isUnexplained(seen, n, channelNo));
  const order = isToAsk ? await pursue(services, seen, { ask: reportedQuestion(n, channelNo) }, deadline) : seen;
  return (await store(services, order, { type: 'refund_told', n, told })).order;
}
