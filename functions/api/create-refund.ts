import { currenciesTaken, takes } from '../channel/channels.ts';
import type { Parsed } from '../contract/operation.ts';
import { orderOperations } from '../contract/orders.ts';
import { Problem } from '../contract/problem.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { Reply } from '../http/reply.ts';
import { limitsIn, type Merchant, type MoneyLimits } from '../merchant/merchant.ts';
import { type RefundLimit, releaseRefund, reserveRefund } from '../merchant/refund-limits.ts';
import { equals, toDecimalText } from '../money.ts';
import { decide } from '../order/decide.ts';
import type { RefusalName, Verdict } from '../order/events.ts';
import type { Order, Refund } from '../order/order.ts';
import { refundable } from '../order/sums.ts';
import { orderView, refundView } from '../order/view.ts';
import { callRefund, syncOnRead } from '../payment/advance.ts';
import type { Services } from '../services.ts';
import { isSpeltAlike } from '../text.ts';
import { DAY, type EpochMs } from '../time.ts';
import { ownOrder } from './own-order.ts';

export { warmUp } from '../services.ts';

type Body = Parsed<typeof orderOperations.createRefund>['body'];

/**
 * Refunds a paid order to the payer. Safe to repeat: `refundNo` is the key. The amount is reserved and the channel's
 * number frozen in one write, before the channel is asked; silence leaves the refund `requested` and due.
 */
export const createRefund: Run<typeof orderOperations.createRefund> = async (
  services,
  { params, body, caller, deadline },
) => {
  const order = await ownOrder(services, caller, params.orderId);
  const known = order.refunds.find((refund) => refund.refundNo === body.refundNo);
  if (known) {
    mustBeTheSame(known, order, body);
    return replyOf(services, await syncOnRead(services, order, deadline), body.refundNo, 200);
  }
  mustBeTaken(order);
  const merchant = await services.directory.merchant(caller.merchantId);
  const until = (order.payments[0]?.paidAt ?? 0) + (merchant?.refundWindowDays ?? 0) * DAY;
  const now = services.now();
  // A back office has no terminal, and its refund is the approval.
  const atMost = caller.terminalId === undefined ? undefined : limitsOf(merchant, order).largestTerminalRefund;
  const by = { storeId: caller.storeId, terminalId: caller.terminalId };
  const asked = { type: 'refund_requested', ...body, by, until, atMost } as const;
  const foreseen = decide(order, asked, now);
  if (foreseen.kind === 'refused') throw refusalOf(order, foreseen.reason, merchant);
  const broken = merchant && (await reserveRefund(services.functionState, merchant, body.amount, now));
  if (broken) throw overLimit(merchant, order, broken);
  const verdict = await services.orders.apply(order, asked, now);
  if (merchant && !isOurWrite(verdict, body.refundNo, now))
    await releaseRefund(services.functionState, merchant, body.amount, now);
  if (verdict.kind === 'refused') throw refusalOf(verdict.order, verdict.reason, merchant);
  const refund = refundOf(verdict.order, body.refundNo);
  if (verdict.kind === 'unchanged') {
    // Another request has taken the same number while we looked.
    mustBeTheSame(refund, verdict.order, body);
    return replyOf(services, verdict.order, body.refundNo, 200);
  }
  const called =
    refund.tries === 1 ? await callRefund(services, verdict.order, body.refundNo, deadline) : verdict.order;
  return replyOf(services, called, body.refundNo, 201);
};

export const handler = endpoint(orderOperations.createRefund, createRefund);

/**
 * Whether this call has stored the refund. What is found stored may be our own write, whose answer was lost: it bears our
 * instant. Another call of the same millisecond is taken for ours as well: too much is counted then, never too little.
 */
function isOurWrite({ kind, order }: Verdict, refundNo: string, now: EpochMs): boolean {
  return kind === 'moved' || (kind === 'unchanged' && refundOf(order, refundNo).requestedAt === now);
}

function refundOf(order: Order, refundNo: string): Refund {
  const refund = order.refunds.find((it) => it.refundNo === refundNo);
  if (!refund) throw new Error(`refund ${refundNo} of ${order.orderId} has gone`);
  return refund;
}

function replyOf(services: Services, order: Order, refundNo: string, whenFinished: 200 | 201): Reply {
  const refund = refundOf(order, refundNo);
  return {
    status: refund.result ? whenFinished : 202,
    body: { refund: refundView(order, refund), order: orderView(order, services.now()) },
    ...(whenFinished === 200 && { headers: { 'idempotency-replayed': 'true' } }),
  };
}

function mustBeTheSame(refund: Refund, order: Order, { amount, reason, operatorId, refundNo }: Body): void {
  const sameAmount = equals(amount, { ...order.request.amount, value: refund.amount });
  const difference = !sameAmount
    ? 'amount'
    : !isSpeltAlike(reason, refund.reason)
      ? 'reason'
      : !isSpeltAlike(operatorId, refund.operatorId)
        ? 'operatorId'
        : undefined;
  if (difference) throw new Problem(`refund_exists_with_different_${difference}`, { orderId: order.orderId, refundNo });
}

/** An earlier version took orders in currencies that the channel reads as its own: no amount of such an order is sent. */
function mustBeTaken({ orderId, account: { channel }, request: { amount } }: Order): void {
  if (takes(channel, amount.currency)) return;
  throw new Problem('different_currency', {
    detail: `The order is in ${amount.currency}, and ${channel} takes ${currenciesTaken(channel).join(', ')}: look up at the channel what was paid, and return it there.`,
    orderId,
  });
}

function limitsOf(merchant: Merchant | undefined, { request }: Order): MoneyLimits {
  return merchant ? limitsIn(merchant, request.amount.currency) : {};
}

function overLimit(merchant: Merchant, order: Order, limit: RefundLimit): Problem {
  const { orderId, request } = order;
  const { zone, limits } = merchant;
  const { refundsPerDay } = limits;
  const { refundedPerDay = 0 } = limitsOf(merchant, order);
  const day = `per business day (${zone})`;
  if (limit === 'refundsPerDay')
    return new Problem('refund_count_limit', {
      detail: `This merchant makes ${refundsPerDay} refunds at the most ${day}.`,
      orderId,
      limit: { refundsPerDay },
    });
  return new Problem('refund_amount_limit', {
    detail: `This merchant refunds ${refundedPerDay} minor units at the most ${day}.`,
    orderId,
    limit: { refundedPerDay: { ...request.amount, value: refundedPerDay } },
  });
}

function refusalOf(order: Order, reason: RefusalName, merchant: Merchant | undefined): Error {
  const { orderId } = order;
  const { refundWindowDays: windowDays = 0 } = merchant ?? {};
  const { currency } = order.request.amount;
  switch (reason) {
    case 'order_not_paid':
      return new Problem(reason, { orderId });
    case 'too_many_refunds': {
      const rest = { currency, value: refundable(order) };
      return new Problem(reason, {
        detail: `An order has 50 refunds, and the last is for all the rest: refund ${currency} ${toDecimalText(rest)} at once.`,
        orderId,
        refundable: rest,
      });
    }
    case 'different_currency':
      return new Problem(reason, { detail: `The order is in ${currency}.`, orderId });
    case 'refund_window_closed':
      return new Problem(reason, { detail: `A payment can be refunded for ${windowDays} days.`, orderId, windowDays });
    case 'refund_exceeds_refundable':
      return new Problem(reason, { orderId, refundable: { currency, value: refundable(order) } });
    case 'refund_needs_approval': {
      const largestTerminalRefund = { currency, value: limitsOf(merchant, order).largestTerminalRefund ?? 0 };
      return new Problem(reason, {
        detail: `A terminal of this merchant refunds ${largestTerminalRefund.value} minor units of an order at the most.`,
        orderId,
        limit: { largestTerminalRefund },
      });
    }
    default:
      return new Error(`a refund is refused as ${reason}`);
  }
}
