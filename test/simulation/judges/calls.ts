/**
 * Calls to the channel, judged when they are sent: polls ask about one order every three seconds at most, no step is begun that may
 * not end in time, and what is asked for is what the till has asked for.
 */
import type { Invocation, Io } from '../world/io.ts';
import type { CodeRequest, QueryAnswer, TillCodeAnswer, TillCodeRequest, Unknown } from '../world/port.ts';
import type { Place } from '../world/tills.ts';
import type { OrderClaim } from './claims.ts';
import { must, mustBe } from './violation.ts';
import type { Witness } from './witness.ts';

const SECOND = 1_000;
/** One instance asks about one order at most so often, whoever polls. */
const POLLS_APART = 3 * SECOND;
/** An invocation answers within 12 s; a call takes 5 s at most, and 1 s is for what it brings. */
const LATEST_STEP = 6 * SECOND;
/** The channel takes money for a scanned code for so long, and the till waits for so long. */
const [TILL_CODE_TRADE, TILL_CODE] = [90 * SECOND, 45 * SECOND];

/** The last call about an order, by an instance's clock and by the true one. */
interface Last {
  readonly by: Invocation;
  readonly at: number;
  readonly shown: number;
}

/** Each call is a step of its own, after which there must be time to write. */
const STEPS = new Set(['close', 'cancel']);
/** What counts as having asked about an order. */
const ASKS = new Set(['precreate', 'pay', 'query', 'refund']);

export class Calls {
  private readonly io: Io;
  private readonly witness: Witness;
  private readonly last = new Map<string, Last>();
  /** By invocation: what it has called for, in order. */
  private readonly made = new WeakMap<Invocation, string[]>();

  /** Silences that were heard and not counted. */
  private readonly unknown = new WeakMap<Invocation, number>();
  private readonly refusedCancels = new WeakMap<Invocation, number>();
  private readonly turnedAway = new WeakMap<Invocation, number>();
  private readonly waits = new WeakSet<Invocation>();
  private readonly refused = new WeakSet<Invocation>();

  constructor(witness: Witness, io: Io) {
    this.io = io;
    this.witness = witness;
  }

  /** `label`: what is called, and about which number, as the story tells it; `attemptNo`: of which trade, where it is of one. */
  called(its: Invocation, label: string, attemptNo?: string): void {
    const { now } = this.io.world;
    const [what = ''] = label.split(' ');
    const made = this.made.get(its) ?? [];
    this.made.set(its, made);
    const orderId = /ord_[a-z2-7]{26}/.exec(attemptNo ?? label)?.[0];
    if (orderId === undefined) return;
    const key = `${its.instance} ${orderId}`;
    const last = this.last.get(key);
    const shown = now + its.skew;
    const isPoll = its.asked.op === 'getOrder' && what === 'query' && made.length === 0;
    const isSoon = isPoll && last !== undefined && last.at < its.beganAt && shown - last.shown < POLLS_APART;
    must(!isSoon, 'I27', `${its.what} asks for ${orderId} ${shown - (last?.shown ?? 0)} ms after ${last?.by.what}`);
    const isStep = isPoll || (STEPS.has(what) && its.asked.op !== 'sweep');
    must(!isStep || now <= its.beganAt + LATEST_STEP, 'I27', `${its.what} begins to ${what} when its time is over`);
    made.push(label);
    if (ASKS.has(what)) this.last.set(key, { by: its, at: now, shown });
  }

  /** The invocation has counted a silence of the channel, or that it is set up wrongly. */
  counted(its: Invocation, what: 'channelUnknown' | 'channelMisconfigured'): void {
    add(what === 'channelUnknown' ? this.unknown : this.turnedAway, its, -1);
  }

  /** Whoever watches sees how often the channel does not say what was asked: each time, and no other time. */
  ended(its: Invocation): void {
    const missed = this.unknown.get(its) ?? 0;
    const isCounted = missed <= 0 && 0 - missed <= (this.refusedCancels.get(its) ?? 0);
    must(isCounted, 'I27', `${its.what} counts ${0 - missed} times more than it heard that the channel does not say`);
  }

  /** `label`: what was called for. A cancel that is refused may be counted: it has not said what became of the trade either. */
  told(its: Invocation, label: string, { kind, refusal }: { kind?: string } & Pick<Partial<Unknown>, 'refusal'>): void {
    const [what = ''] = label.split(' ');
    if (what === 'bill') return;
    if (kind === 'unknown') add(this.unknown, its, 1);
    else if (what === 'cancel' && kind === 'refused') add(this.refusedCancels, its, 1);
    const isSale = what === 'precreate' || what === 'pay';
    if (isSale && refusal?.reason === 'channel_unavailable') add(this.turnedAway, its, 1);
  }

  heard(its: Invocation, answer: TillCodeAnswer | QueryAnswer): void {
    const isInTime = this.io.world.now <= its.beganAt + LATEST_STEP;
    if (answer.kind === 'waiting' && isInTime) this.waits.add(its);
    // By a code that nobody knows, nothing is refused before the channel was asked.
    if (answer.kind === 'refused' && answer.refusal.reason !== 'not_completed') this.refused.add(its);
  }

  /** Whether it was told in time that a trade waits for its customer, and did nothing about it. */
  hasLeftWaiting(its: Invocation): boolean {
    return this.waits.has(its) && !this.hasCalled(its, 'close') && !this.hasCalled(its, 'cancel');
  }

  /** Whether the code that it scanned was refused for a reason that is to be shown. */
  wasRefused(its: Invocation): boolean {
    return this.refused.has(its);
  }

  /** Whether the invocation has called for that, or for anything. */
  hasCalled(its: Invocation, what = ''): boolean {
    return this.made.get(its)?.some((label) => label.startsWith(what)) ?? false;
  }

  /** When the instance has last asked about the order, by its own clock. */
  lastSynced({ instance }: Invocation, orderId: string): number | undefined {
    return this.last.get(`${instance} ${orderId}`)?.shown;
  }

  codeSent(request: CodeRequest): void {
    const { sale, order, n } = this.attemptOf(request);
    const place = this.witness.openedBy(sale);
    this.mustFit(request, { sale, end: endOf(order, n), place });
  }

  paySent({ tillCode, ...request }: TillCodeRequest): void {
    const { sale, order, n } = this.attemptOf(request);
    const end = endOf(order, n) - TILL_CODE + TILL_CODE_TRADE;
    this.mustFit(request, { sale, end, place: this.witness.paidAt(sale, n) });
  }

  private attemptOf({ attemptNo }: CodeRequest) {
    const [orderId = '', n] = attemptNo.split(/_(?=\d+$)/);
    const sale = this.witness.sales.get(orderId);
    const order = sale?.versions.get(Math.max(...sale.versions.keys()));
    must(sale !== undefined && order !== undefined, 'I2', `${attemptNo} is asked for and not stored`);
    return { sale, order, n: Number(n) };
  }

  private mustFit(request: CodeRequest, { sale, end, place }: Wanted): void {
    const { account, notifyUrl, ...told } = request;
    const { storeId, terminalId, operatorId } = place;
    const { amount, subject } = sale.asked;
    const by = { storeId, terminalId: terminalId ?? 'back-office', ...(operatorId !== null && { operatorId }) };
    const wanted = { attemptNo: request.attemptNo, amount, subject, ...by, expiresAt: end };
    mustBe(told, wanted, 'I2', `what is sent of ${request.attemptNo}`);
  }
}

function add(counts: WeakMap<Invocation, number>, its: Invocation, by: number): void {
  counts.set(its, (counts.get(its) ?? 0) + by);
}

interface Wanted {
  readonly sale: Parameters<Witness['openedBy']>[0];
  readonly end: number;
  readonly place: Place;
}

const endOf = ({ attempts }: OrderClaim, n: number) => attempts.find((it) => it.n === n)?.expiresAt ?? 0;
