/**
 * A shift of a terminal: what it took and gave back between two closings, as a document that is written once. Pure: which
 * facts belong to a closing, and what the document says of them. The protocol is close.ts, the store shifts.ts.
 *
 * A fact belongs to the first closing at or after the instant in which we learned of it, whenever the money itself moved: a
 * payment that the channel tells after a closing is in the next shift, and called late there. That instant alone does not
 * decide, because clocks differ, a write lands after the instant that it names, and an index lags. So each closing names
 * what it carried of its last {@link SHIFT_MARGIN}, and the next one takes what was learned since then and is not named:
 * a fact that could not be seen yet is in the next shift, and no fact is in two.
 */

import type { LateFactView, MoneyRowView } from '../contract/shift-answers.ts';
import type { TerminalTotalsView, TotalsView } from '../contract/totals-answers.ts';
import { SHIFT_MARGIN } from '../deadlines.ts';
import type { Agreement, Merchant } from '../merchant/merchant.ts';
import type { Order } from '../order/order.ts';
import type { Movement } from '../statement/lines.ts';
import { Tally } from '../statement/totals.ts';
import { type EpochMs, SECOND, toInstant } from '../time.ts';

/** A movement of money at a terminal. */
export interface Fact {
  readonly movement: Movement;
  readonly learnedAt: EpochMs;
}

/** What a document says of its facts. */
export interface Figures {
  readonly totals: readonly TotalsView[];
  /** The same money once more, per store and cashier. */
  readonly terminals: readonly TerminalTotalsView[];
  /** Money for which no fee is agreed: it is in no total. */
  readonly withoutAgreement: readonly MoneyRowView[];
  readonly late: {
    readonly count: number;
    readonly sums: readonly MoneyRowView[];
    readonly facts: readonly LateFactView[];
  };
}

export interface ClosedShift extends Figures {
  /** The caller's own number, unique per terminal for ever. */
  readonly shiftNo: string;
  /** 1, 2, … per terminal. */
  readonly sequence: number;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly storeId: string;
  /** Who closed it. */
  readonly operatorId?: string;
  readonly zone: string;
  /** Where the one before was cut; of a terminal's first one, when the terminal was made. */
  readonly openedAt: EpochMs;
  /** Where it is cut from the next one. */
  readonly closedAt: EpochMs;
  readonly previousShiftNo?: string;
  /** The facts of this shift and of those before it that were learned less than {@link SHIFT_MARGIN} before the cut. */
  readonly near: readonly string[];
}

/** What of a closing decides about the facts of the next one. */
export type Cut = Pick<ClosedShift, 'closedAt' | 'near'>;

/** Late facts that a document lists one by one; `late.count` and `late.sums` have all of them. */
const LATE_FACTS_MAX = 100;

/** An agreement without a fee, for money that has none: its movements are told apart by this id. */
const NO_AGREEMENT = 'none';

/** The terms of `order`, complete: where nothing is agreed for its currency and day, there is no fee. */
export function withTermsForAll(merchant: Merchant, { account, request }: Order): Merchant {
  const { currency } = request.amount;
  const free = {
    agreementId: NO_AGREEMENT,
    channel: account.channel,
    currency,
    validFrom: '0000-01-01',
    ratePpm: 0,
    feeOnRefund: 'kept',
  } as const;
  return { ...merchant, agreements: [free satisfies Agreement, ...merchant.agreements] };
}

/** When we learned of a movement of `order`. Refunds that were stored before that was noted say when they were carried out. */
export function learnedAt(order: Order, { type, attempt, refundNo, occurredAt }: Movement): EpochMs {
  if (type === 'fee_adjustment') return Date.parse(occurredAt);
  if (type === 'payment') return found(order.payments.find((it) => it.attempt === attempt)?.at, order);
  const { result, source, requestedAt } = found(
    order.refunds.find((it) => it.refundNo === refundNo),
    order,
  );
  if (result?.status !== 'succeeded') return found<EpochMs>(undefined, order);
  return result.learnedAt ?? (source === 'channel' ? requestedAt : result.at);
}

function found<T>(value: T | undefined, { orderId }: Order): T {
  if (value === undefined) throw new Error(`a movement of ${orderId} is none of its facts`);
  return value;
}

/** One fact of all. A refund's time is not part of it: it may become known more exactly. */
export function keyOf({ type, orderId, attempt, refundNo, occurredAt }: Movement): string {
  const which = `${type} ${orderId} ${attempt} ${refundNo ?? ''}`;
  // Fees of one movement may be adjusted again; the instant tells the adjustments apart.
  return type === 'fee_adjustment' ? `${which} ${occurredAt}` : which;
}

/** Those of `seen` that a closing at `closedAt` carries. What a clock ahead of ours calls later is left to the next one. */
export function carriedBy(before: Cut, closedAt: EpochMs, seen: readonly Fact[]): Fact[] {
  const named = new Set(before.near.map((entry) => entry.slice(entry.indexOf(' ') + 1)));
  return seen.filter(
    (fact) =>
      fact.learnedAt > before.closedAt - SHIFT_MARGIN && fact.learnedAt <= closedAt && !named.has(keyOf(fact.movement)),
  );
}

/** What the next closing has to know of this one, and of those before it. */
export function nearOf(before: Cut, closedAt: EpochMs, carried: readonly Fact[]): string[] {
  const entries = carried.map(({ learnedAt, movement }) => `${learnedAt} ${keyOf(movement)}`);
  return [...before.near, ...entries].filter((entry) => Number.parseInt(entry, 10) > closedAt - SHIFT_MARGIN);
}

/** The sums of `facts` in a shift that began at `openedAt`. */
export function figuresOf(facts: readonly Fact[], openedAt: EpochMs): Figures {
  const tally = new Tally();
  const withoutAgreement = new MoneyRows();
  const late = new MoneyRows();
  const lateFacts: LateFactView[] = [];
  for (const { movement, learnedAt } of [...facts].sort(compareFacts)) {
    const isLate = movedBefore(openedAt, movement);
    if (movement.agreementId === NO_AGREEMENT) withoutAgreement.add(movement);
    else tally.add(inOrderCurrency({ ...movement, late: isLate }));
    if (!isLate) continue;
    late.add(movement);
    lateFacts.push(lateFactOf(movement, learnedAt));
  }
  const { totals, terminals } = tally;
  return {
    totals,
    terminals,
    withoutAgreement: withoutAgreement.rows,
    late: { count: lateFacts.length, sums: late.rows, facts: lateFacts.slice(0, LATE_FACTS_MAX) },
  };
}

/** A shift speaks of the money in the drawer's own currency: what it is settled in, the statement says. */
function inOrderCurrency({ settlement: _, ...movement }: Movement): Movement {
  return movement;
}

/** The channel tells whole seconds: what moved in the second of the opening is not late. */
function movedBefore(openedAt: EpochMs, { occurredAt }: Movement): boolean {
  return Math.floor(Date.parse(occurredAt) / SECOND) < Math.floor(openedAt / SECOND);
}

function compareFacts(a: Fact, b: Fact): number {
  if (a.movement.occurredAt !== b.movement.occurredAt) return a.movement.occurredAt < b.movement.occurredAt ? -1 : 1;
  return keyOf(a.movement) < keyOf(b.movement) ? -1 : 1;
}

function lateFactOf(movement: Movement, learnedAt: EpochMs): LateFactView {
  const { type, occurredAt, operatorId, orderId, merchantOrderNo, refundNo, currency, gross, received } = movement;
  const which = { type: type === 'refund' ? type : 'payment', orderId, merchantOrderNo, refundNo } as const;
  return { ...which, occurredAt, learnedAt: toInstant(learnedAt), operatorId, currency, gross, received };
}

/** Payments and refunds added up, a row per currency. */
class MoneyRows {
  private readonly byCurrency = new Map<string, MoneyRowView>();

  add({ type, currency, gross, received }: Movement): void {
    const nothing = () => ({ count: 0, gross: 0, received: 0 });
    const row = this.byCurrency.get(currency) ?? { currency, payments: nothing(), refunds: nothing() };
    this.byCurrency.set(currency, row);
    if (type === 'fee_adjustment') return;
    const sums = type === 'payment' ? row.payments : row.refunds;
    sums.count += 1;
    sums.gross += gross;
    sums.received += received;
  }

  get rows(): MoneyRowView[] {
    return [...this.byCurrency.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}
