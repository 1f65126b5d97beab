/** One of the channel's days of one account: its bill beside our facts, kept as a reconciliation with what is different. */
import type { Account, BillAnswer } from '../channel/channel.ts';
import { FAILURES_UNTIL_PARKED } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import type { LogFields } from '../observe.ts';
import { DAY, dayAfter, type EpochMs, MINUTE } from '../time.ts';
import { adjustFees, keepFees } from './adjust-fees.ts';
import type { ReconciliationServices } from './context.ts';
import { byAccount, factsBetween, isUnnamed, stillUnnamed } from './ledger.ts';
import { compare, type Difference, differenceOf, type Fact, keyOf } from './match.ts';
import {
  askedFrom,
  type BillHead,
  beginOf,
  type Compared,
  MOST_DIFFERENCES,
  type Reconciliation,
} from './reconciliations.ts';
import { comparedByLines, lookUp } from './recover.ts';
import { differencesOf, tellApart } from './unread.ts';

/** A bill that is not there by then will not come; what neither side's midnight explains is a difference by then. */
export const MOST_WAIT: EpochMs = 3 * DAY;
/** Two clocks at midnight: what lies so near may stand on the next bill. */
const NEAR_MIDNIGHT: EpochMs = 5 * MINUTE;

/**
 * Keeps what the channel's answer for the day after the head's last one comes to. Answers the merchant's other accounts
 * whose facts were met and are for other bills, and whether the channel has answered definitely about every row.
 */
export async function store(
  s: ReconciliationServices,
  { lastBillDay, failures = 0, account: former }: BillHead,
  merchant: Merchant,
  { channel, sellerId }: Account,
  answer: Exclude<BillAnswer, { kind: 'unknown' }>,
): Promise<{ readonly elsewhere: readonly Account[]; readonly isSettled: boolean }> {
  const { merchantId } = merchant;
  const billDay = dayAfter(lastBillDay, 1);
  const frame = { merchantId, channel, sellerId, billDay, checkedAt: s.now() };
  if (answer.kind === 'unreadable') {
    const unread = { matched: 0, foreign: 0, differences: [], omitted: 0, borrowed: [] };
    const { hash: billHash, why } = answer;
    const kept = { ...frame, state: 'unreadable', billHash, why, ...unread } as const;
    await s.reconciliations.change(merchantId, billDay, () => kept, sellerId);
    return { elsewhere: [], isSettled: true };
  }
  const bill = answer.kind === 'lines' ? answer : NO_ROWS;
  const isLast = failures + 1 >= FAILURES_UNTIL_PARKED;
  const { elsewhere, unsettled, ...found } = await reconcile(s, merchant, sellerId, billDay, bill, isLast);
  // Before it is stored: killed in between, it is said twice and not never.
  await tellFresh(s, { merchantId, billDay, sellerId, isFormer: former !== undefined }, found.differences);
  const change = (stored: Reconciliation | undefined, isFurther: boolean): Compared | undefined => {
    // On most days nothing happens at an account that the merchant does not sell by.
    const isIdle = found.matched === 0 && found.differences.length === 0;
    if (isIdle && !stored && (isFurther || former)) return undefined;
    const differences = withNotes(found.differences, stored);
    return {
      ...frame,
      state: answer.kind === 'lines' ? 'compared' : 'no_bill',
      billHash: answer.kind === 'lines' ? answer.hash : null,
      ...found,
      ...(unsettled > 0 && { unsettled }),
      differences: differences.slice(0, MOST_DIFFERENCES),
      omitted: Math.max(0, differences.length - MOST_DIFFERENCES),
    };
  };
  await s.reconciliations.change(merchantId, billDay, change, sellerId);
  return { elsewhere, isSettled: unsettled === 0 };
}

/** A day that is asked for again because the channel owes an answer tells each difference once. */
async function tellFresh(
  s: ReconciliationServices,
  {
    merchantId,
    billDay,
    sellerId,
    isFormer,
  }: { merchantId: string; billDay: string; sellerId: string; isFormer: boolean },
  differences: readonly Difference[],
): Promise<void> {
  if (!differences.some(({ resolution }) => resolution === 'open')) return;
  const stored = await s.reconciliations.get(merchantId, billDay, sellerId);
  const told = (stored?.unsettled ? stored.differences : []).filter(({ resolution }) => resolution !== 'waiting');
  const names = new Set(told.map(nameOf));
  const fresh = differences.filter((it) => !names.has(nameOf(it)));
  tellOpen(s, { merchantId, ...(isFormer && { sellerId }), day: billDay }, fresh);
}

/** Counts and says what a person has to look at. */
function tellOpen(s: ReconciliationServices, whose: LogFields, differences: readonly Difference[]): void {
  const count = differences.filter(({ resolution }) => resolution === 'open').length;
  if (count === 0) return;
  s.metrics.count('billDifferences', count);
  s.log.error('the bill and we differ', { ...whose, count });
}

const nameOf = (it: Difference) => `${it.reason} ${keyOf(it)}`;

/** A day that is compared again keeps what people have accepted. */
function withNotes(differences: readonly Difference[], stored: Reconciliation | undefined): Difference[] {
  const notes = new Map(
    (stored?.differences ?? [])
      .filter(({ resolution }) => resolution === 'accepted')
      .map((it) => [nameOf(it), it.note]),
  );
  return differences.map((it) => {
    const note = notes.get(nameOf(it));
    return note === undefined ? it : { ...it, resolution: 'accepted', note };
  });
}

/** The rows of a bill that is not there. */
const NO_ROWS: Pick<Extract<BillAnswer, { kind: 'lines' }>, 'lines' | 'foreign' | 'unread'> = {
  ...{ lines: [], foreign: 0, unread: [] },
};

type Found = Pick<Reconciliation, 'matched' | 'foreign' | 'differences' | 'borrowed'> & {
  readonly elsewhere: readonly Account[];
  readonly unsettled: number;
};

/** `isLast`: what cannot be looked up is a difference by now, so that the days after this one need not wait for it. */
async function reconcile(
  s: ReconciliationServices,
  merchant: Merchant,
  sellerId: string,
  billDay: string,
  { lines, foreign, unread }: typeof NO_ROWS,
  isLast: boolean,
): Promise<Found> {
  const [from, to] = [beginOf(billDay), beginOf(dayAfter(billDay, 1))];
  const compared = compare(await factsBetween(s, merchant, from, to), lines, askedFrom(billDay));
  const neighbours = await s.reconciliations.getMany(
    merchant.merchantId,
    [-3, -2, -1, 1].map((days) => dayAfter(billDay, days)),
    sellerId,
  );
  const isWaiting = s.now() < askedFrom(billDay) + MOST_WAIT;
  const billed = await lookUp(s, merchant, compared.onlyBilled, billDay, isLast || !isWaiting);
  const onOtherDays = new Set(neighbours.flatMap(({ borrowed }) => borrowed));
  const isNear = ({ at }: Fact) => at - from < NEAR_MIDNIGHT || to - at < NEAR_MIDNIGHT;
  const { own, elsewhere } = await byAccount(
    s,
    (await stillUnnamed(s, compared.onlyOurs)).filter((fact) => !onOtherDays.has(keyOf(fact))),
    sellerId,
  );
  const { missing, about } = tellApart(own, unread);
  const owed = new Set(billed.differences.filter(isOwed).map(({ attemptNo }) => attemptNo));
  const ours = missing.map((fact) => {
    if (isNear(fact) && isWaiting) return differenceOf('late', 'waiting', fact, undefined);
    // The channel may yet say that this is what its bill names.
    const isAsked = isUnnamed(fact) && owed.has(fact.attemptNo);
    return differenceOf('missing_at_channel', isAsked ? 'waiting' : 'open', fact, undefined);
  });
  const doubtful = await differencesOf(s, merchant, about);
  await settleWaiting(s, neighbours, billed.borrowed, billDay);
  const looked = [...billed.differences, ...(await comparedByLines(s, merchant, billed.onLines))];
  await keepFees(s, compared.provisional);
  const agreed = await adjustFees(s, [...compared.differences, ...looked]);
  return {
    matched: compared.matched + billed.matched,
    foreign: foreign + billed.foreign + doubtful.foreign,
    differences: [...agreed, ...doubtful.differences, ...ours],
    borrowed: billed.borrowed,
    elsewhere,
    unsettled: billed.unsettled,
  };
}

/** A refund's row of which the channel has no definite answer yet. */
const isOwed = ({ type, resolution }: Difference) => type === 'refund' && resolution === 'waiting';

/** What waited near midnight for this bill stands on it, or waits no longer. What waits for an answer is its own day's. */
async function settleWaiting(
  s: ReconciliationServices,
  neighbours: readonly Reconciliation[],
  borrowed: readonly string[],
  billDay: string,
): Promise<void> {
  const found = new Set(borrowed);
  for (const { merchantId, sellerId, billDay: day, differences } of neighbours) {
    const isOver = dayAfter(day, 3) <= billDay;
    const settled = (it: Difference): Difference => {
      if (it.reason !== 'late' || it.resolution !== 'waiting') return it;
      if (found.has(keyOf(it))) return { ...it, resolution: 'healed' };
      return isOver ? { ...it, reason: 'missing_at_channel', resolution: 'open' } : it;
    };
    const changed = differences.map(settled).filter((it, i) => it !== differences[i]);
    if (changed.length === 0) continue;
    // Before it is stored: killed in between, it is said twice and not never.
    tellOpen(s, { merchantId, day }, changed);
    await s.reconciliations.change(
      merchantId,
      day,
      (stored) => stored && { ...stored, differences: stored.differences.map(settled) },
      sellerId,
    );
  }
}
