import { channelEntry, isTillCode, named } from '../channel/channels.ts';
import type { ChannelId } from '../channel/registry.ts';
import { orderOperations } from '../contract/orders.ts';
import { Problem } from '../contract/problem.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { RefusalName } from '../order/events.ts';
import { lastAttempt, type Order, openAttempt } from '../order/order.ts';
import { isOwed, orderView } from '../order/view.ts';
import { freeAttempt, payTillCode, syncOnRead } from '../payment/advance.ts';
import { hasTimeForCall } from '../payment/channel-call.ts';
import type { Services } from '../services.ts';
import { toInstant } from '../time.ts';
import { ownOrder } from './own-order.ts';

export { warmUp } from '../services.ts';

/**
 * Starts attempt n by the code that the terminal scanned. The attempt is stored before the channel hears of it, and the
 * code is not stored at all, so only this very invocation can pay with it: a replay starts nothing, whichever code it brings.
 */
export const payWithTillCode: Run<typeof orderOperations.payWithTillCode> = async (
  services,
  { params, body, caller, deadline },
) => {
  const { attempt: n, operatorId } = body;
  const stored = await ownOrder(services, caller, params.orderId);
  const { channel } = stored.account;
  if (!isTillCode(channel, body.tillCode)) throw otherWalletsCode(channel);
  const last = lastAttempt(stored)?.n ?? 0;
  if (n <= last) return replyOf(services, await syncOnRead(services, stored, deadline));

  const seen = n === last + 1 && openAttempt(stored) ? await freeAttempt(services, stored, deadline) : stored;
  // Making room may have taken long. What is not begun can be sent again; what is begun and not sent is unknown for 45 s.
  if (!hasTimeForCall(services, deadline)) throw refusalOf(services, seen, 'attempt_out_of_order');
  const by = { storeId: caller.storeId, terminalId: caller.terminalId };
  const verdict = await services.orders.apply(
    seen,
    { type: 'attempt_requested', n, kind: 'till_code', operatorId, by },
    services.now(),
  );
  if (verdict.kind === 'refused') throw refusalOf(services, verdict.order, verdict.reason);
  const attempt = openAttempt(verdict.order);
  // Unchanged: another request, perhaps an earlier try of this one, took the attempt while we looked, and only one may pay.
  const isOurs = verdict.kind === 'moved' && attempt?.n === n;
  const { tillCode } = body;
  return replyOf(
    services,
    isOurs ? await payTillCode(services, verdict.order, { n, tillCode }, deadline) : verdict.order,
  );
};

export const handler = endpoint(orderOperations.payWithTillCode, payWithTillCode);

function otherWalletsCode(channel: ChannelId): Problem {
  const { name, traits } = channelEntry(channel);
  return new Problem('other_wallets_code', {
    detail: `Ask the customer for the payment code of the ${name.en} app; ${traits.tillCode.hint}.`,
    message: named(
      {
        'zh-CN': '这不是{channel}付款码，请顾客打开{channel}出示付款码。',
        en: 'This is not a code of {channel}. Ask the customer to open {channel} and show the payment code.',
      },
      channel,
    ),
  });
}

function replyOf(services: Services, order: Order) {
  return { status: isOwed(order) ? 202 : 200, body: orderView(order, services.now(), { isLive: true }) };
}

function refusalOf(services: Services, order: Order, reason: RefusalName): Error {
  const members = { orderId: order.orderId, order: orderView(order, services.now(), { isLive: true }) };
  switch (reason) {
    case 'order_not_open':
    case 'too_many_attempts':
      return new Problem(reason, members);
    case 'attempt_out_of_order':
      return new Problem(reason, { detail: whyNotNow(order), ...members });
    default:
      return new Error(`an attempt is refused as ${reason}`);
  }
}

function whyNotNow(order: Order): string {
  const attempt = openAttempt(order);
  if (!attempt) return `The next attempt of this order is ${(lastAttempt(order)?.n ?? 0) + 1}.`;
  if (attempt.kind === 'till_code')
    return 'The code that was scanned before has no definite outcome yet. Do what nextAction of the order says, then scan again.';
  if (attempt.cancelRequestedAt !== undefined)
    return 'The QR code is being cancelled. Do what nextAction of the order says, then scan again.';
  return `The QR code can be paid until ${toInstant(attempt.expiresAt)} and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one.`;
}
