/**
 * Every duration that two parts of the system must agree on, in milliseconds. They are asserted against each other when
 * this file is loaded, because a lease shorter than the call it guards loses money without a sound. What a channel prescribes
 * is in its traits (channel/traits.ts), which are asserted against these.
 */
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from './time.ts';

/** One request to a table, and how often it is tried in all. */
export const TABLE_CALL = 1 * SECOND;
export const TABLE_TRIES = 3;

/** All tries and the pauses between them. */
export const TABLE_ANSWER = TABLE_CALL * TABLE_TRIES + 1 * SECOND;

/** The longest warm-up of an instance. Its first event waits for it. */
export const WARM_UP = 300;

/** One call to the channel; a longer silence is an unknown outcome. */
export const CHANNEL_CALL = 5 * SECOND;

/** One invocation of an API function. A step that may not end in time is not begun: the answer is 202 and the order is due. */
export const INVOCATION = 12 * SECOND;

/** How long a client waits for an answer before it asks again. */
export const CLIENT_CALL = 15 * SECOND;

/** The sweep's period and its longest run. */
export const SWEEP = 60 * SECOND;

/** How long after it was sent a refund call may still take effect. Until then it is not repeated, and a later refusal is not believed. */
export const LEASE = 60 * SECOND;

/** How far two clocks may be apart, and how long a payment may be under way at the channel when its code ends. */
export const SKEW = 30 * SECOND;
export const GRACE = 15 * SECOND;

/** What a terminal may ask for as the time to live of a code. */
export const SHORTEST_EXPIRY = 90 * SECOND;
export const LONGEST_EXPIRY = 15 * MINUTE;

/** How long the sweep and the till look up a scanned till code. One that is not paid by then is cancelled. */
export const TILL_CODE = 45 * SECOND;

/** How long after the scan the channel still takes a payment by a till code. */
export const TILL_CODE_TRADE = 90 * SECOND;

/** The sweep may come so long after a till code's time if the invocation that sent it was killed before it had an answer. */
export const TILL_CODE_FORGOTTEN = 4 * MINUTE;

/** Retry interval for a till code whose outcome is unknown. Constant, without back-off: a cashier is waiting. */
export const TILL_CODE_RETRY = 30 * SECOND;

/** Longer than so without an outcome, and a person is called. */
export const TILL_CODE_ALARM = 5 * MINUTE;

/** How long an order that shows no code stays open. */
export const ORDER_OPEN = 15 * MINUTE;

/** The least time for which a repeated createOrder is a replay. */
export const REPLAY_WINDOW = 15 * MINUTE;

/**
 * The terminal whose sale it is is told to hand over the goods for so long after we learned of the payment. Any other look
 * at the order is told so for a minute only: in a list or a refund it would be an order to hand them over twice.
 */
export const HAND_OVER_WINDOW = 1 * HOUR;
export const HAND_OVER_LOOK = 1 * MINUTE;

/** The least time between two questions of one instance about one order, however many terminals poll. */
export const HEAL_SPACING = 3 * SECOND;

/** An index hears of a write so long after it at the most. */
export const INDEX_LAG = 2 * MINUTE;

/** A closing of a shift names what it carried of so long before it, and the next one looks for what was not there yet. */
export const SHIFT_MARGIN = 5 * MINUTE;

/** After so many failures an order is quarantined: an alarm, and one try a day. */
export const FAILURES_UNTIL_QUARANTINE = 20;

/** How long to leave something alone that failed `failures` times: 1, 2, 4, 8, then 10 minutes; quarantined, a day. */
export function backOff(failures: number): number {
  if (failures >= FAILURES_UNTIL_QUARANTINE) return DAY;
  return Math.min(MINUTE * 2 ** (failures - 1), 10 * MINUTE);
}

function mustHold(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(`deadlines contradict each other: ${sentence}`);
}

mustHold(CHANNEL_CALL + TABLE_ANSWER < INVOCATION, 'one channel call and its write fit into an invocation');
mustHold(INVOCATION < CLIENT_CALL, 'a client waits longer than an invocation lasts');
mustHold(LEASE > 2 * INVOCATION, 'a lease outlives the call it guards, skew included');
mustHold(backOff(1) >= LEASE, 'nothing is repeated inside its lease');
mustHold(TILL_CODE > 2 * INVOCATION, 'the call that pays is over before its absence counts');
mustHold(HAND_OVER_LOOK > 2 * CLIENT_CALL, 'a terminal that polls hears that it was paid, one lost answer included');
mustHold(SHIFT_MARGIN > SWEEP + 2 * SKEW + INDEX_LAG, 'a fact that a closing cannot see yet is found by the next one');
mustHold(TILL_CODE_RETRY < SWEEP, 'every sweep looks at a till code without an outcome');

/** When this invocation must answer. A step is begun only if its longest course still fits. */
export interface Deadline {
  readonly endsAt: EpochMs;
}
