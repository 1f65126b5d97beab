/**
 * The numbers of a refund at the channel. It keeps one for ever, unless the channel says of that one that it failed and never moves
 * money any more: then what has to go back goes on under the next. Never are two of them open at once. Pure.
 */
import type { Refusal } from '../channel/channel.ts';
import { traitsOf } from '../channel/channels.ts';
import { type Order, type Refund, refundNumber, requestNo } from './order.ts';

/** Whether the channel knows, or has known, a refund by `no`. */
export function bearsNumber(order: Order, refund: Refund, no: string): boolean {
  return requestNo(order, refund) === no || wasNumber(order, refund, no);
}

/** Whether `no` is a number of the refund that has ended without moving money. */
export function wasNumber(order: Order, { numbers = [] }: Refund, no: string): boolean {
  return numbers.some((k) => refundNumber(order, k) === no);
}

/** Whether the channel has said that the refund failed under its newest number: it goes on under the next one. */
export function hasNumberEnded({ k, numbers = [] }: Refund): boolean {
  return k !== undefined && numbers.includes(k);
}

/** Whether the channel has refused the newest number where a refusal ends it: it is never sent again, and asked about alone. */
export function isNumberRefused({ account }: Order, { calledAt = 0, unconfirmedRefusal }: Refund): boolean {
  return traitsOf(account.channel).refusalEndsNumber && (unconfirmedRefusal?.at ?? -1) >= calledAt;
}

/** Whether the refund goes on although it was refused: unwanted money goes back until it is back, and cover comes again. */
export function isLasting({ source }: Refund, { reason }: Refusal): boolean {
  return source === 'automatic' || reason === 'no_cover';
}
