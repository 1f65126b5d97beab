/**
 * Rows of ours on the channel's report that cannot be read. Each is one open difference. What we have and such a row may
 * tell of is neither missing at the channel nor matched.
 */
import type { UnreadRow } from '../channel/channel.ts';
import { groupsOf } from '../groups.ts';
import { ATTEMPT_NO } from '../ids.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { KEYS_MAX } from '../table/table.ts';
import type { ReconciliationServices } from './context.ts';
import { type Discrepancy, type Fact, keyOf } from './match.ts';

/** A row, and our fact that it tells of, if there is only one that it can be. */
interface About {
  readonly row: UnreadRow;
  readonly fact: Fact | undefined;
}

/** Takes what a row may tell of out of what only we have. Pure. */
export function tellApart(
  onlyOurs: readonly Fact[],
  unread: readonly UnreadRow[],
): { readonly missing: readonly Fact[]; readonly about: readonly About[] } {
  const rows = Map.groupBy(unread, ({ attemptNo }) => attemptNo);
  const facts = new Map<UnreadRow, Fact[]>();
  const missing = onlyOurs.filter((fact) => {
    const tellers = (rows.get(fact.attemptNo) ?? []).filter((row) => mayTellOf(row, fact));
    for (const row of tellers) facts.set(row, [...(facts.get(row) ?? []), fact]);
    return tellers.length === 0;
  });
  const only = (row: UnreadRow) => {
    const [fact, ...others] = facts.get(row) ?? [];
    return others.length === 0 ? fact : undefined;
  };
  return { missing, about: unread.map((row) => ({ row, fact: only(row) })) };
}

/** As far as the row can be read. */
function mayTellOf({ attemptNo, type, requestNo }: UnreadRow, fact: Fact): boolean {
  if (type !== null && type !== fact.type) return false;
  return requestNo === null || keyOf({ type: 'refund', attemptNo, requestNo }) === keyOf(fact);
}

/** The differences; a number of ours that no order of this merchant has is another system's. */
export async function discrepanciesOf(
  services: Pick<ReconciliationServices, 'orders'>,
  merchant: Merchant,
  about: readonly About[],
): Promise<{ readonly differences: Discrepancy[]; readonly foreign: number }> {
  const differences: Discrepancy[] = [];
  for (const group of groupsOf(about, KEYS_MAX)) {
    const ids = new Set(group.flatMap(({ row }) => ATTEMPT_NO.exec(row.attemptNo)?.[1] ?? []));
    const orders = new Map((await services.orders.getMany([...ids])).map((order) => [order.orderId, order]));
    for (const { row, fact } of group) {
      const [, orderId = '', n] = ATTEMPT_NO.exec(row.attemptNo) ?? [];
      const order = orders.get(orderId);
      if (order?.merchantId !== merchant.merchantId || !order.attempts.some((it) => it.n === Number(n))) continue;
      differences.push(discrepancyOf(row, fact, orderId, order.request.amount.currency));
    }
  }
  return { differences, foreign: about.length - differences.length };
}

function discrepancyOf(row: UnreadRow, fact: Fact | undefined, orderId: string, currency: string): Discrepancy {
  const { attemptNo, worth, why } = row;
  return {
    reason: 'unread',
    resolution: 'open',
    // Of a row whose kind is not certain, the attempt is: it is told under its payment.
    type: row.type ?? fact?.type ?? 'payment',
    orderId,
    attemptNo,
    requestNo: row.requestNo ?? fact?.requestNo ?? null,
    tradeNo: null,
    currency,
    ours: fact ? { gross: fact.gross, fee: fact.fee ?? null, at: fact.at } : null,
    channel: null,
    unread: { worth, why },
  };
}
