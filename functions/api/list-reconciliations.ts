import { payeeOf } from '../channel/account.ts';
import type { ReconciliationView } from '../contract/reconciliation-answers.ts';
import { statementOperations } from '../contract/statements.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { receivingAccount } from '../merchant/merchant.ts';
import type { Discrepancy } from '../reconciliation/match.ts';
import type { Reconciliation } from '../reconciliation/reconciliations.ts';
import { DAY, type EpochMs, toInstant } from '../time.ts';

export { warmUp } from '../services.ts';

/** What the channel's reports of a day came to for the caller's merchant, one for each account that had something to compare. */
export const listReconciliations: Run<typeof statementOperations.listReconciliations> = async (
  services,
  { query, caller },
) => {
  const found = await services.reconciliations.all(caller.merchantId, query.day);
  const merchant = found.length > 1 ? await services.directory.merchant(caller.merchantId) : undefined;
  const account = merchant && receivingAccount(merchant);
  const today = account && payeeOf(account);
  const sorted = [...found].sort((a, b) => Number(b.sellerId === today) - Number(a.sellerId === today));
  return { status: 200, body: { data: sorted.map((it) => viewOf(it, services.now())) } };
};

export const handler = endpoint(statementOperations.listReconciliations, listReconciliations);

function viewOf(it: Reconciliation, now: EpochMs): ReconciliationView {
  const { channel, reportDay, checkedAt, state, billHash, why = null, matched, foreign, omitted, sellerId } = it;
  const frame = { channel, day: reportDay, checkedAt: toInstant(checkedAt), state, billHash, why };
  const differences = it.differences.map((one) => discrepancyView(one, now));
  return { ...frame, matched, foreign, differences, omitted, account: sellerId };
}

function discrepancyView(it: Discrepancy, now: EpochMs): ReconciliationView['differences'][number] {
  const { reason, resolution, type, orderId, attemptNo, requestNo, tradeNo, currency, ours, channel } = it;
  const { note = null, unread = null } = it;
  const at = ours?.at ?? channel?.at ?? now;
  const side = (one: Discrepancy['ours']) => one && { gross: one.gross, fee: one.fee, at: toInstant(one.at) };
  const movement = { type, orderId, attemptNo, requestNo, tradeNo, currency };
  const ageDays = Math.floor((now - at) / DAY);
  return { reason, resolution, ageDays, ...movement, ours: side(ours), channelSays: side(channel), note, unread };
}
