/** An order by the channel's own number of its trade, which is what a report, a customer's app and the channel's support name. */

import type { TradeAnswer } from '../channel/channel.ts';
import { Problem } from '../contract/problem.ts';
import { CHANNEL_CALL, type Deadline } from '../deadlines.ts';
import type { Caller } from '../http/caller.ts';
import { type Merchant, receivingAccounts } from '../merchant/merchant.ts';
import type { Order } from '../order/order.ts';
import { hasTimeForCall } from '../payment/channel-call.ts';
import type { Services } from '../services.ts';
import { searchTrade, TooMuchToLookThrough } from '../statement/search-trade.ts';
import { findOwnOrder } from './own-order.ts';

/**
 * No index has these numbers: an entry would cost every payment a write, for what is asked once a day. The channel knows
 * whose its trade is, so it is asked first: one call, and one read of the order. Where it does not say, or knows no such
 * trade (the merchant may have had another account then), our own facts of the days around the number's are looked through.
 * `undefined` is said only after a definite answer: the channel's that it is another's, or that there is none and we have none.
 */
export async function orderOfTrade(
  services: Services,
  caller: Caller,
  tradeNo: string,
  deadline: Deadline,
): Promise<Order | undefined> {
  const merchant = await services.directory.merchant(caller.merchantId);
  if (!merchant) throw new Error(`key ${caller.keyid} belongs to no merchant`);
  const answer = await askChannels(services, merchant, tradeNo, deadline);
  if (answer.kind === 'found') return findOwnOrder(services, caller, answer.attemptNo);
  const orderId = await searchTrade(services, merchant, tradeNo, deadline).catch((error: unknown) => {
    if (!(error instanceof TooMuchToLookThrough)) throw error;
    throw new Problem('too_much_to_look_through', {
      detail:
        'The sales around that day are too many to look through: look it up by merchantOrderNo, or on the statement.',
    });
  });
  if (orderId !== undefined) return findOwnOrder(services, caller, orderId);
  if (answer.kind === 'unknown')
    throw new Problem('channel_silent', {
      detail: 'No sale that we know of has that number, and the channel does not say whose it is. Ask again.',
    });
  return undefined;
}

/** The merchant's channels, one after the other, until one knows the trade: a number does not say whose it is. */
async function askChannels(
  services: Services,
  merchant: Merchant,
  tradeNo: string,
  deadline: Deadline,
): Promise<TradeAnswer> {
  let answer: TradeAnswer = { kind: 'absent' };
  for (const [i, account] of receivingAccounts(merchant).entries()) {
    const its: TradeAnswer =
      i === 0 || hasTimeForCall(services, deadline)
        ? await services.channels[account.channel].findTrade(account, tradeNo, CHANNEL_CALL)
        : { kind: 'unknown', why: 'there was no time left to ask' };
    if (its.kind === 'found') return its;
    if (its.kind === 'absent') continue;
    answer = its;
    services.metrics.count('channelUnknown');
    services.log.warn('channel_unknown', { merchantId: merchant.id, channelOperation: 'findTrade', reason: its.why });
  }
  return answer;
}
