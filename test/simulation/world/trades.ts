/** What the channel answers about a trade, and does with one, as far as that is told by the simulator's books alone. */
import { type Books, refundedSum, type Trade } from '../../../bin/local/alipay-simulator/books.ts';
import { paidNews } from './deliveries.ts';
import type {
  CodeAnswer,
  CodeRequest,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  RefundRequest,
  Unknown,
} from './port.ts';
import { type Desk, orderOf, unknown } from './till-codes.ts';

/** Alipay wants a refund query to come so long after the refund at the earliest. */
const REFUND_KNOWN_AFTER = 10_000;

export function queryOf(trade: Trade | undefined): QueryAnswer {
  if (!trade || trade.status === 'NONE') return { kind: 'absent' };
  if (trade.status === 'WAIT_BUYER_PAY') return { kind: 'waiting' };
  if (trade.paidAt === null) return { kind: 'closed' };
  return { kind: 'paid', refundedInFull: trade.status === 'TRADE_CLOSED', ...paidNews(trade) };
}

export function closeOf(books: Books, trade: Trade | undefined, now: number) {
  if (!trade) return { kind: 'absent' as const };
  const closed = books.close(trade, now);
  if (!('no' in closed)) return { kind: 'closed' as const };
  return closed.no === 'TRADE_NOT_EXIST' ? { kind: 'absent' as const } : { kind: 'not_closable' as const };
}

export function precreateOf({ io, books, now }: Desk, request: CodeRequest): CodeAnswer {
  if (io.strikes('refuseCode')) return { kind: 'refused', refusal: { reason: 'amount_over_limit' } };
  const trade = books.precreate(orderOf(request), now);
  if (!('no' in trade)) return { kind: 'accepted', payload: trade.qrCode ?? '' };
  if (trade.no === 'TRADE_HAS_SUCCESS' || trade.no === 'TRADE_HAS_CLOSE') return unknown(trade.no);
  return { kind: 'refused', refusal: { reason: 'not_completed', subCode: trade.no } };
}

export function refundOf(
  { io, books, now, notify }: Desk,
  trade: Trade | undefined,
  request: RefundRequest,
): RefundAnswer {
  if (io.strikes('noCover')) return { kind: 'refused', refusal: { reason: 'no_cover' } };
  if (io.strikes('refuseRefund') || !trade) return { kind: 'refused', refusal: { reason: 'refund_not_possible' } };
  const result = books.refund(trade, request.requestNo, request.amount.value, now);
  if ('no' in result) return { kind: 'refused', refusal: { reason: 'refund_amount', subCode: result.no } };
  if (!result.moved) return { kind: 'pending' };
  notify(trade, request.requestNo);
  return { kind: 'succeeded', at: result.refund.at, returned: { currency: 'CNY', value: refundedSum(trade) } };
}

export function refundQueryOf({ io, now }: Desk, trade: Trade | undefined, requestNo: string): RefundQueryAnswer {
  if (io.strikes('refundQueryLost')) return unknown('the refund query is lost');
  const refund = trade?.refunds.find(({ outRequestNo }) => outRequestNo === requestNo);
  const isFresh = refund && now - refund.at < REFUND_KNOWN_AFTER;
  if (!refund || (isFresh && io.strikes('refundQueryEarly'))) return { kind: 'none' };
  return { kind: 'succeeded', at: refund.at, amount: { currency: 'CNY', value: refund.amount } };
}

const UNAUTHORISED = { blames: 'app', misconfiguration: 'authorisation_missing' } as const;

/** The gateway's own word, which nobody signed. */
export const TURNED_AWAY: Unknown = {
  ...unknown('the authorisation is not valid'),
  refusal: { reason: 'channel_unavailable', code: '20001', subCode: 'aop.invalid-app-auth-token', ...UNAUTHORISED },
};

/** The same, signed or not. Signed it is a fact where something was asked for, and no answer to a question. */
export function rejectionOf(what: string, isSigned: boolean) {
  const isFact = isSigned && (what === 'precreate' || what === 'refund');
  return isFact ? { kind: 'refused' as const, refusal: TURNED_AWAY.refusal } : TURNED_AWAY;
}
