/** A refund is kept with its number before the server hears of it: asked again after a lost answer, it is made once. */

import { ApiProblem, type Client } from '../../functions/client/client.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { type Money, toRecordText } from '../../functions/money.ts';
import { refundOf } from './amount.ts';
import type { Store } from './store.ts';

export interface RefundAsk {
  readonly refundNo: string;
  readonly amount: Money;
  readonly reason?: string;
  readonly operatorId?: string;
}

/** Paid in time and nothing else: a look-up says when, and not what to do with the goods. */
export function isOnlyPaid({ status, payment, refunds, nextAction }: OrderView): boolean {
  const isPaid = status === 'paid' && payment?.late === false && refunds.length === 0;
  return isPaid && nextAction !== 'do_not_hand_over_goods';
}

const slotOf = (orderId: string) => `refund of ${orderId}`;

function newRefundNo(): string {
  return `r-${[...crypto.getRandomValues(new Uint8Array(10))].map((byte) => (byte % 32).toString(32)).join('')}`;
}

/** Only what nothing went back of is offered in whole; a second refund is made on purpose, by an amount that is typed. */
export const offeredText = ({ refunds, refundable }: OrderView): string =>
  refunds.length === 0 ? toRecordText(refundable) : '';

/** What is to be asked for by what was typed; undefined if that is no amount that may go back. */
export function newAsk(
  { refundable }: Pick<OrderView, 'refundable'>,
  typed: { readonly text: string; readonly reason: string; readonly operatorId: string },
): RefundAsk | undefined {
  const amount = refundOf(refundable, typed.text);
  const reason = typed.reason.trim();
  return (
    amount && {
      refundNo: newRefundNo(),
      amount,
      ...(reason !== '' && { reason }),
      ...(typed.operatorId !== '' && { operatorId: typed.operatorId }),
    }
  );
}

/** A refund of this order that the server has not answered. */
export async function unanswered(store: Store, { orderId, refunds }: OrderView): Promise<RefundAsk | undefined> {
  const ask = await store.get<RefundAsk>(slotOf(orderId));
  if (!ask || !refunds.some(({ refundNo }) => refundNo === ask.refundNo)) return ask;
  await store.delete(slotOf(orderId));
  return undefined;
}

/** @throws ApiProblem: refused, nothing was refunded; OutcomeUnknown: ask again, with the same `ask` */
export async function refund(store: Store, client: Client, orderId: string, ask: RefundAsk): Promise<OrderView> {
  await store.put(slotOf(orderId), ask);
  try {
    const { body } = await client.call('createRefund', { params: { orderId }, body: ask });
    await store.delete(slotOf(orderId));
    return body.order;
  } catch (fault) {
    if (fault instanceof ApiProblem) await store.delete(slotOf(orderId));
    throw fault;
  }
}
