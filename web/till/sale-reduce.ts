/** What becomes of a sale by what the cashier does and by what the server answers. Pure: time and chance come with the event. */
import type { ChannelId } from '../../functions/channel/registry.ts';
import type { OrderView, ProblemView } from '../../functions/contract/answers.ts';
import { type EpochMs, MINUTE } from '../../functions/time.ts';
import type { BusyWith } from './problem-text.ts';
import type { Answer, Request } from './sale-requests.ts';
import {
  type Ask,
  type Attempt,
  type Bound,
  type Intent,
  intentOf,
  isOpen,
  isReplaceable,
  type Parked,
  pauseAfter,
  pauseBefore,
  type SaleState,
  type Surroundings,
} from './sale-state.ts';

/** The longest life of a request. An order that the server does not know after this time was never received. */
const FORGOTTEN = MINUTE;
const IDLE_LOOK = MINUTE;

/** What happens at the till itself. */
export type Act =
  /** What this browser has kept. */
  | { readonly kind: 'restored'; readonly intent: Intent | undefined; readonly parked: readonly Parked[] }
  | { readonly kind: 'begin'; readonly ask: Ask; readonly tillCode: string | undefined }
  | { readonly kind: 'next'; readonly tillCode: string | undefined }
  | { readonly kind: 'cancel' }
  /** The sale goes on by another channel, as an order of its own. */
  | { readonly kind: 'switch'; readonly channel: ChannelId; readonly merchantOrderNo: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'park' }
  | { readonly kind: 'unpark'; readonly orderId: string }
  | { readonly kind: 'adopt'; readonly order: BusyWith }
  /** Another part of the till has heard of an order. */
  | { readonly kind: 'heard'; readonly order: OrderView }
  | { readonly kind: 'wake' };

/** `chance`: 0 … 1, by which pauses of many tills differ. */
export interface Moment {
  readonly now: EpochMs;
  readonly chance: number;
}

export const STARTING: SaleState = {
  phase: 'ready',
  synced: false,
  online: true,
  channels: [],
  routes: [],
  parked: [],
  failures: 0,
  pauseMs: 0,
};

export function reduce(state: SaleState, event: Act | Answer, moment: Moment): SaleState {
  if (state.phase === 'locked') return state;
  switch (event.kind) {
    case 'synced':
    case 'channels':
    case 'order':
    case 'refused':
    case 'locked':
    case 'silence':
      return answered(state, event, moment);
    default:
      return acted(state, event, moment);
  }
}

type Unlocked = Exclude<SaleState, { phase: 'locked' }>;

function aroundOf(state: SaleState): Surroundings {
  const { synced, online, channels, routes, channelsDue, parked, failures, retryAt, pauseMs } = state;
  return { synced, online, channels, routes, ...(channelsDue && { channelsDue }), parked, failures, retryAt, pauseMs };
}

/** Between two sales; what is next is asked at once. */
function ready(state: SaleState, more: Pick<SaleState & { phase: 'ready' }, 'refusal' | 'lost'> = {}): SaleState {
  return { ...aroundOf(state), phase: 'ready', pauseMs: 0, ...more };
}

const isBound = (intent: Intent): intent is Bound => intent.orderId !== undefined;

/** A sale whose order the server has, in the phase that its parts say. */
function bound(
  around: Surroundings,
  sale: { intent: Bound; order?: OrderView | undefined; attempt?: Attempt | undefined } & Pick<
    SaleState,
    'refusal' | 'waitingSince'
  >,
  isCloseSent: boolean,
): SaleState {
  const { intent, order, attempt, refusal, waitingSince } = sale;
  if (order && !isOpen(order)) return { ...around, phase: 'settled', intent, order, refusal };
  if (intent.cancel && !isCloseSent) return { ...around, phase: 'closing', intent, order, refusal, waitingSince };
  if (attempt) return { ...around, phase: 'collecting', intent, order, attempt, waitingSince };
  return { ...around, phase: 'following', intent, order, refusal, waitingSince };
}

/** What the cashier has asked to cancel is sent from these two on. */
const isCloseSent = ({ phase }: SaleState) => phase !== 'closing' && phase !== 'opening';

function acted(state: Unlocked, act: Act, { now }: Moment): SaleState {
  const soon = { ...aroundOf(state), pauseMs: 0 };
  switch (act.kind) {
    case 'restored':
      return restored({ ...soon, parked: act.parked }, act.intent);
    case 'wake':
      return { ...state, synced: false, pauseMs: 0 };
    case 'begin': {
      if (!state.synced || state.phase !== 'ready') return state;
      const { ask, tillCode } = act;
      const { amount, merchantOrderNo } = ask;
      return {
        ...soon,
        phase: 'opening',
        intent: { ask, amount, merchantOrderNo, askedAt: now },
        attempt: tillCode === undefined ? undefined : { attempt: 1, tillCode },
        waitingSince: now,
      };
    }
    case 'adopt': {
      if (state.phase !== 'ready') return state;
      const { orderId, merchantOrderNo, amount } = act.order;
      return { ...soon, phase: 'following', intent: { orderId, merchantOrderNo, amount, askedAt: now } };
    }
    case 'next': {
      const { order } = state;
      if (state.phase !== 'following' || order?.nextAction !== 'get_qr_code') return state;
      const n = (order.attempt?.n ?? 0) + 1;
      const attempt = { attempt: n, ...(act.tillCode !== undefined && { tillCode: act.tillCode }) };
      return { ...soon, phase: 'collecting', intent: state.intent, order, attempt, waitingSince: now };
    }
    case 'switch': {
      if (state.phase !== 'following' || !state.order || !isReplaceable(state.order) || state.intent.cancel)
        return state;
      const { intent, order } = state;
      const { amount, subject, orderId } = order;
      const { operatorId, qrCode = order.attempt?.kind !== 'till_code' } = intent.ask ?? {};
      const { channel, merchantOrderNo } = act;
      const sale = { merchantOrderNo, amount, subject, qrCode, ...(operatorId !== undefined && { operatorId }) };
      const { before: _, ...before } = intent;
      const next = { amount, merchantOrderNo, askedAt: now, before };
      return {
        ...soon,
        phase: 'opening',
        intent: { ...next, ask: { ...sale, channel, replaces: orderId } },
        waitingSince: now,
      };
    }
    case 'cancel': {
      const { intent } = state;
      if (!intent) return state;
      const cancelled = { ...intent, cancel: true };
      if (state.phase === 'opening') return { ...state, intent: { ...state.intent, cancel: true }, attempt: undefined };
      const sale = { ...state, intent: cancelled as Bound, attempt: undefined };
      return bound(soon, sale, intent.cancel === true && isCloseSent(state));
    }
    case 'done':
      return state.phase === 'ready' || state.phase === 'settled' ? ready(state) : state;
    case 'park': {
      const { order } = state;
      if (!order) return state;
      return ready({ ...state, parked: [...state.parked, { orderId: order.orderId, amount: order.amount }] });
    }
    case 'unpark':
      return { ...state, parked: state.parked.filter(({ orderId }) => orderId !== act.orderId) };
    case 'heard':
      return state.order?.orderId === act.order.orderId ? learned(state, act.order) : state;
  }
}

/** What was begun is not forgotten because no answer comes. */
function restored(around: Surroundings, intent: Intent | undefined): SaleState {
  if (!intent) return { ...around, phase: 'ready' };
  if (isBound(intent)) return bound(around, { intent }, false);
  const { ask } = intent;
  return ask ? { ...around, phase: 'opening', intent: { ...intent, ask } } : { ...around, phase: 'ready' };
}

function answered(state: Unlocked, answer: Answer, { now, chance }: Moment): SaleState {
  if (answer.kind === 'silence') {
    const failures = state.failures + 1;
    const pauseMs = pauseAfter(failures, () => chance);
    return { ...state, failures, pauseMs, synced: false, online: false, retryAt: now + pauseMs };
  }
  if (answer.kind === 'locked') return { ...aroundOf(state), phase: 'locked', locked: answer.code, pauseMs: null };
  const heard: Unlocked = { ...state, online: true, failures: 0, retryAt: undefined };
  switch (answer.kind) {
    case 'synced':
      return synced({ ...withChannels(heard, answer), synced: true, pauseMs: 0 }, answer, now);
    case 'channels':
      return { ...withChannels(heard, answer), pauseMs: heard.phase === 'ready' ? IDLE_LOOK : 0 };
    case 'order':
      return withOrder(heard, answer, chance);
    case 'refused':
      return refused(heard, answer);
  }
}

function withChannels(state: Unlocked, { channels, routes }: Pick<Surroundings, 'channels' | 'routes'>): Unlocked {
  return { ...state, channels, routes, channelsDue: undefined };
}

/** What is open, in the words of the server: of the sale that this browser remembers, else of this till's last one. */
function synced(state: Unlocked, { last, found }: Answer & { kind: 'synced' }, now: EpochMs): SaleState {
  if (state.phase === 'opening') {
    // The server has it, or gets it again, or never got it and it is too late for that.
    if (found) return bound(aroundOf(state), { ...state, intent: { ...state.intent, orderId: found.orderId } }, false);
    if (now - state.intent.askedAt < FORGOTTEN) return state;
    const { before, amount } = state.intent;
    return before ? bound(aroundOf(state), { intent: before }, false) : ready(state, { lost: amount });
  }
  const isMine = last && isOpen(last) && !state.parked.some(({ orderId }) => orderId === last.orderId);
  return state.phase === 'ready' && isMine ? bound(aroundOf(state), { intent: intentOf(last) }, false) : state;
}

/** Whether an answer is about the sale that is open now: the cashier may have gone on meanwhile. */
function isAbout(state: Unlocked, request: Request): boolean {
  if (request.kind === 'open')
    return state.phase === 'opening' && state.intent.merchantOrderNo === request.ask.merchantOrderNo;
  return 'orderId' in request && state.intent?.orderId === request.orderId;
}

function withOrder(state: Unlocked, answer: Answer & { kind: 'order' }, chance: number): SaleState {
  if (!isAbout(state, answer.of) || state.phase === 'ready') return { ...state, pauseMs: 0 };
  const { of, order } = answer;
  const intent: Bound = {
    ...state.intent,
    orderId: order.orderId,
    ...(order.nextAction === 'hand_over_goods' && { told: true }),
  };
  // A till code that waits to be sent is what this order is for; the attempt that was sent is answered by now.
  const attempt = of.kind === 'collect' ? undefined : state.attempt;
  const next = learned(
    bound(aroundOf(state), { ...state, intent, attempt }, isCloseSent(state) || of.kind === 'close'),
    order,
  );
  const channelsDue = next.phase === 'following' && order.version !== state.order?.version && isRefusedOrOwed(order);
  const isPending = next.phase === 'collecting' || next.phase === 'closing' || channelsDue;
  return { ...next, ...(channelsDue && { channelsDue }), pauseMs: isPending ? 0 : pauseBefore(order, () => chance) };
}

/** The channel has said no, or has not given the code: another one may have to take the sale. */
function isRefusedOrOwed({ attempt, qrCode, nextAction }: OrderView): boolean {
  return attempt !== null && (attempt.refused !== null || (nextAction === 'wait' && qrCode === null));
}

/** What is known of an order is never replaced by something older. */
function learned(state: SaleState, order: OrderView): SaleState {
  if (state.phase === 'ready' || state.phase === 'opening' || state.phase === 'locked') return state;
  const isOlder = state.order?.orderId === order.orderId && order.version < state.order.version;
  return isOlder ? state : bound(aroundOf(state), { ...state, order, waitingSince: undefined }, isCloseSent(state));
}

function refused(state: Unlocked, answer: Answer & { kind: 'refused' }): SaleState {
  const soon = { ...state, pauseMs: 0 };
  if (!isAbout(state, answer.of)) return soon;
  const { of, problem } = answer;
  if (of.kind === 'open' && state.phase === 'opening') {
    const { orderId, executed } = problem as { orderId?: unknown; executed?: unknown };
    const { before } = state.intent;
    if (before && problem.code === 'order_paid') return paidBefore(soon, problem);
    // The number is taken: by this very sale, whose answer was lost long ago.
    const isTaken = problem.status === 409 && executed !== false && typeof orderId === 'string';
    if (isTaken) return bound(aroundOf(soon), { ...state, intent: { ...state.intent, orderId } }, false);
    return before
      ? bound({ ...aroundOf(soon), channelsDue: true }, { intent: before, refusal: problem }, false)
      : ready(state, { refusal: problem });
  }
  if (of.kind === 'look') return ready(state, { refusal: problem });
  if (state.phase === 'ready' || state.phase === 'opening') return soon;
  // A close that is refused: the order is paid already, and says so better itself.
  const refusal = of.kind === 'collect' ? problem : state.refusal;
  const attempt = of.kind === 'collect' ? undefined : state.attempt;
  const around = { ...aroundOf(soon), ...(of.kind === 'collect' && { channelsDue: true }) };
  return bound(around, { ...state, attempt, refusal }, isCloseSent(state) || of.kind === 'close');
}

/** The order that was to be replaced is paid: it is the sale, and nothing else was opened. */
function paidBefore(state: Unlocked, problem: ProblemView): SaleState {
  const { order } = problem as unknown as { readonly order: OrderView };
  const told = order.nextAction === 'hand_over_goods';
  return bound(aroundOf(state), { intent: { ...intentOf(order), ...(told && { told }) }, order }, true);
}
