/** Finds a trade by the channel's number in our own facts: those that no statement carries yet, then the lines of statements. */

import { channelIds, traitsOf } from '../channel/channels.ts';
import type { Deadline } from '../deadlines.ts';
import type { Merchant } from '../merchant/merchant.ts';
import { unpostedShards } from '../order/orders.ts';
import { businessDay, DAY, dayAfter, type EpochMs, HOUR, type Millis } from '../time.ts';
import type { StatementServices } from './context.ts';

type Reading = Pick<StatementServices, 'now' | 'orders' | 'statements'>;

/** There are more facts than can be read in the time of one request: whether it is among them is unknown. */
export class TooMuchToLookThrough extends Error {}

/** A payment may be learned of from the report alone, which the channel may give out days later, and stands on a statement of that day. */
const LEARNED_WITHIN: Millis = 4 * DAY;

/**
 * The order that trade `tradeNo` paid, by its id; `undefined`: none of these days did. A number that tells the channel's day of the
 * trade is looked for from that day on, any other since yesterday. Reads all unposted orders of the merchant (one read unit
 * and more for each) and the statements of up to seven days (300 KB, some 700 lines, for 75 read units each).
 * @throws TooMuchToLookThrough at the deadline
 */
export async function searchTrade(
  services: Reading,
  { merchantId, zone }: Merchant,
  tradeNo: string,
  { endsAt }: Deadline,
): Promise<string | undefined> {
  const mustBeInTime = () => {
    if (services.now() > endsAt) throw new TooMuchToLookThrough('the facts are more than one request can read');
  };
  let found: string | undefined;
  const searchUnposted = async (shard: number) => {
    for await (const orders of services.orders.unposted(merchantId, [shard])) {
      found ??= orders.find(({ payments }) => payments.some((payment) => payment.tradeNo === tradeNo))?.orderId;
      if (found !== undefined) return;
      mustBeInTime();
    }
  };
  // What is sealed in between leaves the one and is on the other by then; the other way round it would be on neither.
  await Promise.all(unpostedShards.map(searchUnposted));
  if (found !== undefined) return found;
  for (const decision of (
    await services.statements.decisions(merchantId, daysOf(tradeNo, zone, services.now()))
  ).values()) {
    if (decision.kind === 'empty') continue;
    for await (const lines of services.statements.linesByChunk(decision.statement)) {
      const line = lines.find(({ channelTradeNo }) => channelTradeNo === tradeNo);
      if (line) return line.orderId;
      mustBeInTime();
    }
  }
  return undefined;
}

/** When the channel's day begins that the number tells; not a number: no channel's numbers look like it. */
function beginOf(tradeNo: string): EpochMs {
  for (const { dayOfTrade, dayZone } of channelIds.map(traitsOf)) {
    const day = dayOfTrade?.(tradeNo);
    if (day !== undefined) return Date.parse(`${day}T00:00:00${dayZone}`);
  }
  return Number.NaN;
}

/** The business days, in the merchant's zone, on whose statements the trade can stand. */
function daysOf(tradeNo: string, zone: string, now: EpochMs): string[] {
  const began = beginOf(tradeNo);
  const isDay = began <= now;
  const last = businessDay(isDay ? Math.min(began + DAY + LEARNED_WITHIN, now) : now, zone);
  const days: string[] = [];
  for (let it = businessDay(isDay ? began - HOUR : now - DAY, zone); it <= last; it = dayAfter(it, 1)) days.push(it);
  return days;
}
