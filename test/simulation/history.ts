/**
 * One history: a shop with a few orders, a terminal that asks twice, a cashier who gives up, a payer who comes late, and an
 * adversary. Six hours of faults at the most, then everything heals, then everything must have come right.
 */

import { habitsOf, NO_HABITS } from './actors/habits.ts';
import { replaceToken } from './actors/owner.ts';
import { play } from './actors/shop-floor.ts';
import { type FaultName, type Faults, faultsOf, noFaults } from './adversary/faults.ts';
import { hasChannels, playSeveralChannels } from './channels.ts';
import { dayIn, endOf } from './judges/calendar.ts';
import type { OrderClaim } from './judges/claims.ts';
import { checkAlarm, checkDefinite, checkFault, checkThanks, checkWrite } from './judges/invariants.ts';
import { Judge } from './judges/judge.ts';
import { judgeOf } from './judges/sent.ts';
import { checkToldKept, knownBy } from './judges/told.ts';
import { Violation } from './judges/violation.ts';
import { startSweeps } from './sweeps.ts';
import { contractOf, withRareTerms } from './world/contract.ts';
import { Io, type Kill } from './world/io.ts';
import { SimulatedShop } from './world/shop.ts';
import { TILLS, type Till } from './world/tills.ts';
import { type Chance, chanceOf, World } from './world/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Where the merchant's days end: with the channel's, before them, and long after them. */
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Pacific/Honolulu', 'Pacific/Auckland'] as const;
/** 2026-03-07, noon in Shanghai; in New York, clocks change in the night after. */
const START = Date.parse('2026-03-07T04:00:00.000Z');
const FAULTY = 6 * HOUR;
/** By whose days the channel makes its bills. */
const CHINA = 'Asia/Shanghai';
/**
 * Once the channel is well, a till code is without an outcome for no longer: the last visit in vain has put it off by 30 s, a
 * sweep comes every 60 s, and takes a while.
 */
const DEFINITE = 105 * SECOND;

/** A bill comes up to 28 hours after the last fault, what it finds has its line up to a day later, and the fee of that line is adjusted on the next. */
const LAST_LINES = 80 * HOUR;

export interface Setting {
  readonly seed: number;
  /** Fault classes to leave out, for shrinking. */
  readonly without?: ReadonlySet<FaultName>;
  /** No faults at all, but these kills. */
  readonly kills?: readonly Kill[];
}

export interface Outcome {
  readonly seed: number;
  readonly violation?: string;
  readonly digest: number;
  readonly points: number;
  readonly met: ReadonlyMap<string, number>;
  readonly story: readonly string[];
  readonly faults: Faults;
  /** The order that the violation names, as it was and was to be. */
  readonly items: readonly unknown[];
}

/** Some seeds have a merchant with more than Alipay: see channels.ts. */
export async function playHistory(setting: Setting): Promise<Outcome> {
  const { seed, kills, without = new Set() } = setting;
  return kills === undefined && hasChannels(seed) ? playSeveralChannels(seed, without) : playAlipay(setting);
}

async function playAlipay({ seed, without, kills }: Setting): Promise<Outcome> {
  const world = new World(seed, START);
  const { chance } = world;
  const drawn = faultsOf(chance);
  const faults = kills ? noFaults() : drawn;
  for (const name of without ?? []) faults[name] = 0;
  world.now = START + (kills ? 0 : chance.int(0, 12 * HOUR));
  const keepsLate = chance.hit(0.3);
  const zone = chance.pick(ZONES);
  // By a chance of its own, so that a story does not depend on what is agreed in it.
  const agreed = chanceOf(seed ^ 0x5bd1e995);
  if (!kills) world.now = beginOf(agreed, zone, world.now);
  const common = contractOf(agreed, keepsLate ? 'keep' : 'refund', zone, world.now);
  const rare = chanceOf(seed ^ 0x7f4a7c15);
  const contract = kills ? common : withRareTerms(common, rare);
  const { ordersPerSecond, ordersPerSecondPerTerminal } = contract.limits;
  const isSlow = ordersPerSecond !== undefined || ordersPerSecondPerTerminal !== undefined;
  const habits = kills ? NO_HABITS : habitsOf(rare, isSlow);
  if (!kills && contract.isCrossing) {
    world.now = midnightAfter(zone, world.now) - agreed.int(2 * MINUTE, 9 * MINUTE);
    // Only the bill tells what is paid without anybody's asking.
    if (agreed.hit(0.7)) faults.notificationDropped = 1;
  }
  const io = new Io(world, faults, kills ?? []);
  const found: { violation?: string; items: unknown[] } = { items: [] };
  const blame = (error: unknown, items: unknown[] = []) => {
    found.violation ??=
      error instanceof Violation ? error.message : `fault: ${error instanceof Error ? error.stack : error}`;
    if (found.items.length === 0) found.items = items;
  };
  let planSweep = () => {};
  const judge = (check: () => void, items: unknown[] = []) => {
    try {
      check();
    } catch (error) {
      blame(error, items);
    }
  };
  const judged = new Judge(contract, { io, isCalm: !kills && !habits.relapses }, chanceOf(seed ^ 0x2545f491));
  const shop: SimulatedShop = new SimulatedShop(io, contract, {
    written: () => planSweep(),
    onThanks: (news) => judge(() => checkThanks(shop.stores, shop.channel, news)),
    onTold: judge,
    onAlarm: (what) => judge(() => checkAlarm(what)),
    onFault: (what, error) => judge(() => checkFault(what, error)),
    onCount: (its, what) => judged.calls.counted(its, what),
    onDone: (its) => judge(() => judged.calls.ended(its)),
    onEnd: () => void judged.looksOn(shop).catch(blame),
    onBegun: (its) => judged.pace.began(its),
    onAsked: (asked) => judged.heard(asked),
    onReply: (its, reply) => judged.replies.judge(its, reply),
    onAnswer: (its, answer) => judge(() => judged.answered(its, answer)),
    onStatement: (after) => judged.decides(after, world.now),
    onOrder: (before, after, size, by) => {
      const isOrder = String(after.orderId).startsWith('ord_');
      const [was, is] = [before, after] as unknown as [OrderClaim | undefined, OrderClaim];
      if (isOrder) countMove(io, was, is);
      judge(() => {
        checkWrite(shop.channel, world.now, before, after, size);
        if (isOrder) judged.witness.written(was, is, by, world.now);
        if (isOrder) checkToldKept(was, is, by.told);
      }, [before, after]);
    },
  });
  judged.sitsOver(shop.channel);
  shop.channel.judge = judgeOf(shop.stores.orders, judged, io, blame);
  const broken = () => found.violation !== undefined;
  shop.channel.hides = !kills;
  shop.channel.papers.isShared = chance.hit(0.5);
  shop.channel.papers.isGarbled = chance.hit(0.3);
  shop.channel.papers.isOdd = habits.hasOddBills;
  shop.channel.papers.isKnown = knownBy(shop.stores);
  if (!kills) judge(await judged.looksFirst(shop));
  await shop.openStatements(world.now);
  play(shop, io, world.now, habits);
  planSweep = startSweeps(shop, io);
  planSweep();
  const healAt = world.now + (!kills && chance.hit(0.3) ? chance.int(5 * MINUTE, 20 * MINUTE) : FAULTY);
  await world.runUntil(healAt, broken);
  world.tell('everything heals');
  const ill = { ...faults };
  Object.assign(faults, noFaults());
  shop.channel.outUntil = 0;
  replaceToken(shop);
  const broke = new Set(shop.channel.poisoned);
  // What breaks us is mended in half of the histories; in the others, everybody else has to live with it.
  if (chance.hit(0.5)) shop.channel.poisoned.clear();
  await world.runUntil(healAt + DEFINITE, broken);
  judge(() => checkDefinite(shop.stores, broke, healAt), shop.stores.orders.all());
  if (habits.relapses) {
    // The first bill that can be had after it tells of the history's first day.
    const billAt = endOf(CHINA, dayIn(CHINA, START)) + 10 * HOUR;
    await world.runUntil(billAt - 10 * MINUTE, broken);
    Object.assign(faults, ill);
    await world.runUntil(billAt + 90 * MINUTE, broken);
    Object.assign(faults, noFaults());
  }
  await world.runUntil(endOf(zone, dayIn(zone, healAt + LAST_LINES)) + HOUR, broken);
  for (const till of TILLS) void lastClosing(shop, till);
  await world.runUntil(world.now + 5 * MINUTE, broken);
  if (!broken()) {
    try {
      await judged.end(shop);
    } catch (error) {
      blame(error, shop.stores.orders.all());
    }
  }
  const { met, points } = io;
  return {
    seed,
    ...(found.violation !== undefined && { violation: found.violation }),
    digest: world.digest,
    points,
    met,
    story: world.story,
    faults: drawn,
    items: found.items,
  };
}

function countMove(io: Io, before: OrderClaim | undefined, after: OrderClaim): void {
  const was = before && factsOf(before);
  for (const [name, holds] of Object.entries(factsOf(after))) if (holds && !was?.[name]) io.count(`move ${name}`);
}

const known = new WeakMap<OrderClaim, Readonly<Record<string, boolean>>>();

/** What is true of an order as it is stored; what was after one write is before the next. */
function factsOf(order: OrderClaim): Readonly<Record<string, boolean>> {
  const remembered = known.get(order);
  if (remembered) return remembered;
  const { attempts, payments, refunds, closed, closeRequested } = order;
  const facts = {
    created: true,
    attempt: attempts.length > 1,
    code: attempts.some(({ payload }) => payload !== undefined),
    refusedCode: attempts.some(({ refused }) => refused !== undefined),
    endedClosed: attempts.some(({ ended }) => ended?.why === 'closed'),
    endedCancelled: attempts.some(({ ended }) => ended?.why === 'cancelled'),
    stray: attempts.some(({ ended }) => ended?.inDoubtUntil !== undefined),
    strayFound: payments.some(({ attempt }) =>
      attempts.some((it) => it.n === attempt && it.ended?.inDoubtUntil !== undefined),
    ),
    tillCode: attempts.some(({ kind }) => kind === 'till_code'),
    waiting: attempts.some(({ waitingSince }) => waitingSince !== undefined),
    cancelRequested: attempts.some(({ cancelRequestedAt }) => cancelRequestedAt !== undefined),
    cancelUndid: attempts.some(({ reversed }) => reversed !== undefined),
    paidByTillCode: payments.some(({ source }) => source === 'pay_answer'),
    reversed: refunds.some(({ source, channelNo }) => source === 'automatic' && channelNo !== undefined),
    endedExpired: attempts.some(({ ended }) => ended?.why === 'expired'),
    closeRequestedByCashier: closeRequested?.by === 'cashier',
    closeRequestedByExpiry: closeRequested?.by === 'expiry',
    closed: closed !== undefined,
    paid: payments.length > 0,
    paidAfterClosed: closed !== undefined && payments.length > 0,
    surplus: payments.length > 1,
    refundRequested: refunds.some(({ source }) => source === 'till'),
    refundAutomatic: refunds.some(({ source }) => source === 'automatic'),
    openReport: order.reportedRefunds !== undefined,
    discounted: payments.some(({ received }) => received !== undefined),
    chargeWaits: order.feeCharges !== undefined,
    refundedElsewhere: refunds.some(({ terminalId }) => terminalId !== undefined),
    scannedElsewhere: attempts.some(({ terminalId }) => terminalId !== undefined),
    refundReported: refunds.some(({ source }) => source === 'channel'),
    refundRepeated: refunds.some(({ tries }) => tries > 1),
    refundDoubted: refunds.some(({ unconfirmedRefusal }) => unconfirmedRefusal !== undefined),
    refundSucceeded: refunds.some(({ result }) => result?.status === 'succeeded'),
    refundFailed: refunds.some(({ result }) => result?.status === 'failed'),
    postponed: order.failures !== undefined,
    posted: payments.some(({ posted }) => posted !== undefined),
    feeAdjusted: order.feeAdjustments !== undefined,
    foundByBill: payments.some(({ source }) => source === 'bill'),
  };
  known.set(order, facts);
  return facts;
}

/** A terminal repeats it until it is told. */
async function lastClosing(shop: SimulatedShop, till: Till): Promise<void> {
  while (!(await shop.closeShift(till, 'last')));
}

/** In some histories shortly before the merchant's midnight, so that a sale and what follows from it are of two days. */
function beginOf(chance: Chance, zone: string, now: number): number {
  if (!chance.hit(0.25)) return now;
  return midnightAfter(zone, START) - chance.int(0, 5 * MINUTE);
}

function midnightAfter(zone: string, at: number): number {
  return endOf(zone, dayIn(zone, at));
}
