import type { ReconciliationView } from '../http/answers.ts';
import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { Difference } from '../statement/reconcile.ts';
import type { Reconciliation } from '../statement/reconciliations.ts';
import { DAY, type EpochMs, toInstant } from '../time.ts';

/** What the channel's bill of a day came to for the caller's merchant. */
export const listReconciliations: Run<typeof contract.listReconciliations> = async (s, { query, caller }) => {
  const found = await s.reconciliations.get(caller.merchantId, query.day);
  return { status: 200, body: { data: found ? [viewOf(found, s.now())] : [] } };
};

export const handler = endpoint(contract.listReconciliations, listReconciliations);

function viewOf(it: Reconciliation, now: EpochMs): ReconciliationView {
  const { channel, billDay, checkedAt, state, billHash, why = null, matched, foreign, differences, omitted } = it;
  const frame = { channel, day: billDay, checkedAt: toInstant(checkedAt), state, billHash, why };
  return { ...frame, matched, foreign, differences: differences.map((one) => differenceView(one, now)), omitted };
}

function differenceView(it: Difference, now: EpochMs): ReconciliationView['differences'][number] {
  const { reason, resolution, type, orderId, attemptNo, requestNo, tradeNo, currency, ours, channel } = it;
  const { note = null, unread = null } = it;
  const at = ours?.at ?? channel?.at ?? now;
  const side = (one: Difference['ours']) => one && { gross: one.gross, fee: one.fee, at: toInstant(one.at) };
  const movement = { type, orderId, attemptNo, requestNo, tradeNo, currency };
  const ageDays = Math.floor((now - at) / DAY);
  return { reason, resolution, ageDays, ...movement, ours: side(ours), channelSays: side(channel), note, unread };
}
