/**
 * Holds our facts of one of the channel's days against its report. Pure, and one pass over each: what agrees is counted, what
 * does not is said with its reason. What stands on one side only is left to report-day.ts, which can ask.
 */
import type { ReportRow, UnreadRow } from '../channel/channel.ts';
import type { EpochMs } from '../time.ts';

/** Money that moved, as we have it: a payment under its attempt's number, a refund under its request's. */
export interface Fact {
  readonly type: 'payment' | 'refund';
  readonly orderId: string;
  readonly attemptNo: string;
  /** Null on a payment. */
  readonly requestNo: string | null;
  readonly at: EpochMs;
  readonly currency: string;
  /** Minor units, negative on a refund. */
  readonly gross: number;
  /** What the merchant receives of it before the fee, signed like `gross`; absent: not known. */
  readonly received?: number | undefined;
  /** Minor units, as its lines say; absent until it is computed. */
  readonly fee?: number;
  /** No line has this refund yet: one of the same payment that is learned before there is a line may change its share of the fee. */
  readonly isProvisional?: boolean;
  /** When we heard of it; absent where nothing says that it was later than usual. */
  readonly learnedAt?: EpochMs | undefined;
}

/** `received`: the channel says another sum before its fee (商家实收) than our line. */
export type Reason =
  | 'missing_here'
  | 'missing_at_channel'
  | 'amount'
  | 'fee'
  | 'status'
  | 'duplicate'
  | 'late'
  | 'unread'
  | 'received';
/**
 * `healed`: the channel was asked, and we have it now. `waiting`: near midnight, and perhaps on the next report. `accepted`: a
 * person has looked at it.
 */
export type Resolution = 'open' | 'healed' | 'waiting' | 'accepted';

interface Side {
  readonly gross: number;
  readonly fee: number | null;
  readonly at: EpochMs;
}

export interface Discrepancy {
  readonly reason: Reason;
  readonly resolution: Resolution;
  readonly type: Fact['type'];
  /** Null for a number of ours that no order has. */
  readonly orderId: string | null;
  readonly attemptNo: string;
  readonly requestNo: string | null;
  readonly tradeNo: string | null;
  readonly currency: string;
  readonly ours: Side | null;
  readonly channel: Side | null;
  /** What a person wrote who accepted it. */
  readonly note?: string;
  /** Of a row that cannot be read: what it may be worth, and why. */
  readonly unread?: Pick<UnreadRow, 'worth' | 'why'>;
}

export interface Comparison {
  readonly matched: number;
  /** Of what stands on both sides. */
  readonly differences: readonly Discrepancy[];
  /** Rows that agree with a refund of which no line says the fee yet. */
  readonly provisional: readonly ReportRow[];
  /** On one side only. */
  readonly onlyOurs: readonly Fact[];
  readonly unmatchedRows: readonly ReportRow[];
}

/**
 * What a fact and a row of the report have in common. A refund's number is one of its trade's, and two trades may both have
 * it, when another system chose it; a refund without a number of its own is the trade's only one.
 */
export function keyOf({ type, attemptNo, requestNo }: Pick<ReportRow, 'type' | 'attemptNo' | 'requestNo'>): string {
  return type === 'payment' ? `payment ${attemptNo}` : `refund ${attemptNo} ${requestNo ?? attemptNo}`;
}

/** `dueAt`: when the report was due. What we have learned of from then on was found by it. */
export function compare(
  facts: Iterable<Fact>,
  report: Iterable<ReportRow>,
  dueAt: EpochMs = Number.POSITIVE_INFINITY,
): Comparison {
  const ours = new Map<string, Fact>();
  for (const fact of facts) ours.set(keyOf(fact), fact);
  const found = new Set<Fact>();
  const posted = new Set<string>();
  const differences: Discrepancy[] = [];
  const provisional: ReportRow[] = [];
  const unmatchedRows: ReportRow[] = [];
  for (const row of report) {
    const key = keyOf(row);
    const fact = ours.get(key);
    if (fact ? found.has(fact) : posted.has(key)) differences.push(discrepancyOf('duplicate', 'open', fact, row));
    else if (fact) {
      found.add(fact);
      const disagreed = disagreements(fact, row);
      differences.push(...disagreed);
      if (fact.isProvisional && disagreed.length === 0) provisional.push(row);
      if (wasFound(fact, dueAt)) differences.push(discrepancyOf('missing_here', 'healed', fact, row));
    } else {
      posted.add(key);
      unmatchedRows.push(row);
    }
  }
  const onlyOurs = [...ours.values()].filter((fact) => !found.has(fact));
  return { matched: found.size, differences, provisional, onlyOurs, unmatchedRows };
}

export function wasFound({ learnedAt = 0 }: Fact, dueAt: EpochMs): boolean {
  return learnedAt >= dueAt;
}

/** What the two say differently of the same movement. */
export function disagreements(fact: Fact, row: ReportRow): Discrepancy[] {
  const differences: Discrepancy[] = [];
  if (fact.gross !== row.gross || fact.currency !== row.currency)
    differences.push(discrepancyOf('amount', 'open', fact, row));
  if (fact.received !== undefined && fact.received !== row.received && fact.gross === row.gross)
    differences.push(discrepancyOf('received', 'open', fact, row));
  if (fact.fee !== undefined && fact.fee !== row.fee) differences.push(discrepancyOf('fee', 'open', fact, row));
  return differences;
}

export function discrepancyOf(
  reason: Reason,
  resolution: Resolution,
  fact: Fact | undefined,
  row: ReportRow | undefined,
  orderId: string | null = fact?.orderId ?? null,
): Discrepancy {
  const { type, attemptNo, requestNo, currency } = fact ?? row ?? neither();
  return {
    reason,
    resolution,
    type,
    orderId,
    attemptNo,
    requestNo,
    tradeNo: row?.tradeNo ?? null,
    currency,
    ours: fact ? { gross: fact.gross, fee: fact.fee ?? null, at: fact.at } : null,
    channel: row ? { gross: row.gross, fee: row.fee, at: row.at } : null,
  };
}

function neither(): never {
  throw new Error('a difference of nothing');
}
