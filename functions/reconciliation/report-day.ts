/** One of the channel's days of one account: its report beside our facts, kept as a reconciliation with what is different. */

import { payeeOf } from '../channel/account.ts';
import type { ReportAnswer } from '../channel/channel.ts';
import type { Account } from '../channel/registry.ts';
import { FAILURES_UNTIL_QUARANTINE } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import type { LogFields } from '../telemetry.ts';
import { DAY, dayAfter, MINUTE, type Millis } from '../time.ts';
import { adjustFees, keepFees } from './adjust-fees.ts';
import type { ReconciliationServices } from './context.ts';
import { byAccount, factsBetween, isUnnamed, stillUnnamed } from './ledger.ts';
import { compare, type Discrepancy, discrepancyOf, type Fact, keyOf } from './match.ts';
import {
  askedFrom,
  beginOf,
  type Compared,
  DISCREPANCIES_MAX,
  type Reconciliation,
  type ReportHead,
} from './reconciliations.ts';
import { comparedByLines, lookUp } from './recover.ts';
import { discrepanciesOf, tellApart } from './unread.ts';

/** A report that is not there by then will not come; what neither side's midnight explains is a difference by then. */
export const WAIT_MAX: Millis = 3 * DAY;
/** Two clocks at midnight: what lies so near may stand on the next report. */
const NEAR_MIDNIGHT: Millis = 5 * MINUTE;

/**
 * Keeps what the channel's answer for the day after the head's last one comes to. Answers the merchant's other accounts
 * whose facts were met and are for other reports, and whether the channel has answered definitely about every row.
 */
export async function store(
  services: ReconciliationServices,
  { lastReportDay, failures = 0, account: former }: ReportHead,
  merchant: Merchant,
  account: Account,
  answer: Exclude<ReportAnswer, { kind: 'unknown' }>,
): Promise<{ readonly elsewhere: readonly Account[]; readonly isSettled: boolean }> {
  const { merchantId } = merchant;
  const reportDay = dayAfter(lastReportDay, 1);
  const { channel } = account;
  const sellerId = payeeOf(account);
  const frame = { merchantId, channel, sellerId, reportDay, checkedAt: services.now() };
  if (answer.kind === 'unreadable') {
    const unread = { matched: 0, foreign: 0, differences: [], omitted: 0, crossDay: [] };
    const { hash: billHash, why } = answer;
    const kept = { ...frame, state: 'unreadable', billHash, why, ...unread } as const;
    await services.reconciliations.change(merchantId, reportDay, () => kept, sellerId);
    return { elsewhere: [], isSettled: true };
  }
  const report = answer.kind === 'lines' ? answer : NO_ROWS;
  const isLast = failures + 1 >= FAILURES_UNTIL_QUARANTINE;
  const { elsewhere, unsettled, ...found } = await reconcile(services, merchant, account, reportDay, report, isLast);
  // Before it is stored: killed in between, it is said twice and not never.
  await tellFresh(services, { merchantId, reportDay, sellerId, isFormer: former !== undefined }, found.differences);
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
      differences: differences.slice(0, DISCREPANCIES_MAX),
      omitted: Math.max(0, differences.length - DISCREPANCIES_MAX),
    };
  };
  await services.reconciliations.change(merchantId, reportDay, change, sellerId);
  return { elsewhere, isSettled: unsettled === 0 };
}

/** A day that is asked for again because the channel owes an answer tells each difference once. */
async function tellFresh(
  services: ReconciliationServices,
  {
    merchantId,
    reportDay,
    sellerId,
    isFormer,
  }: { merchantId: string; reportDay: string; sellerId: string; isFormer: boolean },
  differences: readonly Discrepancy[],
): Promise<void> {
  if (!differences.some(({ resolution }) => resolution === 'open')) return;
  const stored = await services.reconciliations.get(merchantId, reportDay, sellerId);
  const told = (stored?.unsettled ? stored.differences : []).filter(({ resolution }) => resolution !== 'waiting');
  const names = new Set(told.map(nameOf));
  const fresh = differences.filter((it) => !names.has(nameOf(it)));
  reportOpenDiscrepancies(services, { merchantId, ...(isFormer && { sellerId }), day: reportDay }, fresh);
}

/** Counts and says what a person has to look at. */
function reportOpenDiscrepancies(
  services: ReconciliationServices,
  whose: LogFields,
  differences: readonly Discrepancy[],
): void {
  const count = differences.filter(({ resolution }) => resolution === 'open').length;
  if (count === 0) return;
  services.metrics.count('discrepancies', count);
  services.log.error('discrepancies_found', { ...whose, count });
}

const nameOf = (it: Discrepancy) => `${it.reason} ${keyOf(it)}`;

/** A day that is compared again keeps what people have accepted. */
function withNotes(differences: readonly Discrepancy[], stored: Reconciliation | undefined): Discrepancy[] {
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

/** The rows of a report that is not there. */
const NO_ROWS: Pick<Extract<ReportAnswer, { kind: 'lines' }>, 'lines' | 'foreign' | 'unread'> = {
  ...{ lines: [], foreign: 0, unread: [] },
};

type Found = Pick<Reconciliation, 'matched' | 'foreign' | 'differences' | 'crossDay'> & {
  readonly elsewhere: readonly Account[];
  readonly unsettled: number;
};

/** `isLast`: what cannot be looked up is a difference by now, so that the days after this one need not wait for it. */
async function reconcile(
  services: ReconciliationServices,
  merchant: Merchant,
  account: Account,
  reportDay: string,
  { lines, foreign, unread }: typeof NO_ROWS,
  isLast: boolean,
): Promise<Found> {
  const { channel } = account;
  const sellerId = payeeOf(account);
  const [from, to] = [beginOf(channel, reportDay), beginOf(channel, dayAfter(reportDay, 1))];
  const compared = compare(await factsBetween(services, merchant, from, to), lines, askedFrom(channel, reportDay));
  const neighbours = await services.reconciliations.getMany(
    merchant.merchantId,
    [-3, -2, -1, 1].map((days) => dayAfter(reportDay, days)),
    sellerId,
  );
  const isWaiting = services.now() < askedFrom(channel, reportDay) + WAIT_MAX;
  const posted = await lookUp(services, merchant, compared.unmatchedRows, reportDay, isLast || !isWaiting);
  const onOtherDays = new Set(neighbours.flatMap(({ crossDay }) => crossDay));
  const isNear = ({ at }: Fact) => at - from < NEAR_MIDNIGHT || to - at < NEAR_MIDNIGHT;
  const { own, elsewhere } = await byAccount(
    services,
    (await stillUnnamed(services, compared.onlyOurs)).filter((fact) => !onOtherDays.has(keyOf(fact))),
    sellerId,
  );
  const { missing, about } = tellApart(own, unread);
  const owed = new Set(posted.differences.filter(isOwed).map(({ attemptNo }) => attemptNo));
  const ours = missing.map((fact) => {
    if (isNear(fact) && isWaiting) return discrepancyOf('late', 'waiting', fact, undefined);
    // The channel may yet say that this is what its report names.
    const isAsked = isUnnamed(fact) && owed.has(fact.attemptNo);
    return discrepancyOf('missing_at_channel', isAsked ? 'waiting' : 'open', fact, undefined);
  });
  const doubtful = await discrepanciesOf(services, merchant, about);
  await settleWaiting(services, neighbours, posted.crossDay, reportDay);
  const looked = [...posted.differences, ...(await comparedByLines(services, merchant, posted.onLines))];
  await keepFees(services, compared.provisional);
  const agreed = await adjustFees(services, [...compared.differences, ...looked]);
  return {
    matched: compared.matched + posted.matched,
    foreign: foreign + posted.foreign + doubtful.foreign,
    differences: [...agreed, ...doubtful.differences, ...ours],
    crossDay: posted.crossDay,
    elsewhere,
    unsettled: posted.unsettled,
  };
}

/** A refund's row of which the channel has no definite answer yet. */
const isOwed = ({ type, resolution }: Discrepancy) => type === 'refund' && resolution === 'waiting';

/** What waited near midnight for this report stands on it, or waits no longer. What waits for an answer is its own day's. */
async function settleWaiting(
  services: ReconciliationServices,
  neighbours: readonly Reconciliation[],
  crossDay: readonly string[],
  reportDay: string,
): Promise<void> {
  const found = new Set(crossDay);
  for (const { merchantId, sellerId, reportDay: day, differences } of neighbours) {
    const isOver = dayAfter(day, 3) <= reportDay;
    const settled = (it: Discrepancy): Discrepancy => {
      if (it.reason !== 'late' || it.resolution !== 'waiting') return it;
      if (found.has(keyOf(it))) return { ...it, resolution: 'healed' };
      return isOver ? { ...it, reason: 'missing_at_channel', resolution: 'open' } : it;
    };
    const changed = differences.map(settled).filter((it, i) => it !== differences[i]);
    if (changed.length === 0) continue;
    // Before it is stored: killed in between, it is said twice and not never.
    reportOpenDiscrepancies(services, { merchantId, day }, changed);
    await services.reconciliations.change(
      merchantId,
      day,
      (stored) => stored && { ...stored, differences: stored.differences.map(settled) },
      sellerId,
    );
  }
}
