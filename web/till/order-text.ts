/** What the till says of an order that is looked up: in the list, on its own page, and of its refunds. Pure. */

import { shopDiscountOf } from '../../functions/client/shop-discount.ts';
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import { isOnlyPaid } from '../shared/refund.ts';
import { channelName, type Lang, showMoney } from '../shared/say.ts';
import { dayTimeIn, timeIn } from '../shared/times.ts';
import type { Sound } from '../shared/tones.ts';
import { say, type Word } from './messages.ts';
import type { Named } from './receipt-text.ts';

interface Reader {
  readonly lang: Lang;
  readonly zone: string;
}

/** What happened to it in a sentence. `isLive`: its goods wait for this till's word. */
export function outcomeOf(order: OrderView, isLive: boolean, { lang, zone }: Reader): string {
  return order.payment && isOnlyPaid(order) && !isLive
    ? say(lang, 'wasPaid', { time: dayTimeIn(zone, order.payment.paidAt) })
    : order.message[lang];
}

export function factsOf(order: OrderView, { lang, zone }: Reader): Named[] {
  const { payment } = order;
  const named = { channel: channelName(lang, order.channel) };
  const paidByShop = shopDiscountOf(order);
  const facts: [Word, string | null | undefined][] = [
    ['orderNo', order.merchantOrderNo],
    ['time', dayTimeIn(zone, order.createdAt)],
    ['paidAt', payment && dayTimeIn(zone, payment.paidAt)],
    ['tradeNo', payment?.tradeNo],
    ['cashier', order.operatorId],
    ['shopDiscount', paidByShop && showMoney(lang, paidByShop.discount)],
    ['received', paidByShop && showMoney(lang, paidByShop.received)],
    ['refundable', payment && showMoney(lang, order.refundable)],
  ];
  return facts.flatMap(([word, text]): Named[] => (text ? [[say(lang, word, named), text]] : []));
}

export const RESULT_SOUNDS = {
  requested: 'neutral',
  succeeded: 'success',
  failed: 'failure',
} as const satisfies Record<RefundView['status'], Sound>;

const REFUND_WORDS = {
  requested: 'requested',
  succeeded: 'succeeded',
  failed: 'refundFailed',
} as const satisfies Record<RefundView['status'], Word>;

/** `small`: when, and why not. */
export function refundText(refund: RefundView, { lang, zone }: Reader) {
  const { status, amount, source, failure, finishedAt, requestedAt } = refund;
  return {
    amount: showMoney(lang, amount),
    state: [say(lang, REFUND_WORDS[status]), ...(source === 'till' ? [] : [say(lang, 'automatic')])].join(' · '),
    small: [dayTimeIn(zone, finishedAt ?? requestedAt), ...(failure ? [failure.text[lang]] : [])].join(' · '),
  };
}

const STATUS_WORDS = {
  created: 'statusCreated',
  awaiting_payment: 'statusAwaiting',
  closing: 'statusClosing',
  closed: 'statusClosed',
  paid: 'statusPaid',
} as const satisfies Record<OrderView['status'], Word>;

/** A row of the list of orders. */
export function listed({ createdAt, subject, amount, refunded, status }: OrderView, { lang, zone }: Reader) {
  return {
    time: timeIn(zone, createdAt),
    subject,
    amount: showMoney(lang, amount),
    state:
      refunded.value > 0 ? `${say(lang, 'refunded')} ${showMoney(lang, refunded)}` : say(lang, STATUS_WORDS[status]),
  };
}
