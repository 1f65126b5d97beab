/** What stands on a receipt. Pure. */

import { shopDiscountOf } from '../../functions/client/shop-discount.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { type EpochMs, toInstant } from '../../functions/time.ts';
import { channelName, type Lang, showMoney } from '../shared/say.ts';
import { dayTimeIn } from '../shared/times.ts';
import { say, type Word } from './messages.ts';

/** A name and what belongs to it, as they are printed. */
export type Named = readonly [name: string, text: string];

/** Who prints, when, and in which language. */
export interface Printing {
  readonly lang: Lang;
  readonly shop: { readonly name: string; readonly zone: string };
  readonly terminalId: string;
  readonly now: EpochMs;
  /** It was printed before, and says so. */
  readonly isReprint: boolean;
}

/** Everything on the slip, in the order in which it is printed. */
export interface ReceiptText {
  readonly shop: string;
  readonly store: string;
  readonly title: string;
  readonly sale: Named;
  readonly total: string;
  /** The shop's own discount and what is left of the total for the shop; empty without one. */
  readonly received: readonly Named[];
  readonly facts: readonly Named[];
  /** What has gone back or is on its way, and what remains; empty where nothing was asked back. */
  readonly refunds: readonly Named[];
  readonly number: string;
}

export const reprintTitle = ({ lang, shop, now }: Printing): string =>
  say(lang, 'reprint', { time: dayTimeIn(shop.zone, toInstant(now)) });

/** Undefined while nothing was paid. */
export function receiptOf(order: OrderView, printing: Printing): ReceiptText | undefined {
  const { lang, shop, terminalId, isReprint } = printing;
  const { payment, amount } = order;
  if (!payment) return undefined;
  const facts: [Word, string | null][] = [
    ['orderNo', order.merchantOrderNo],
    ['tradeNo', payment.tradeNo],
    ['paidAt', `${dayTimeIn(shop.zone, payment.paidAt)} ${shop.zone}`],
    ['method', channelName(lang, order.channel)],
    ['terminal', order.terminalId ?? terminalId],
    ['cashier', order.operatorId],
  ];
  return {
    shop: shop.name,
    store: `${say(lang, 'store')} ${order.storeId}`,
    title: isReprint ? reprintTitle(printing) : say(lang, 'receipt'),
    sale: [order.subject, showMoney(lang, amount)],
    total: showMoney(lang, amount),
    received: receivedOf(order, lang),
    facts: facts.flatMap(([word, text]): Named[] =>
      text ? [[say(lang, word, { channel: channelName(lang, order.channel) }), text]] : [],
    ),
    refunds: refundsOf(order, printing),
    number: order.merchantOrderNo,
  };
}

function receivedOf(order: OrderView, lang: Lang): Named[] {
  const paidByShop = shopDiscountOf(order);
  if (!paidByShop) return [];
  const { discount, received } = paidByShop;
  return [
    [say(lang, 'shopDiscount'), showMoney(lang, { ...discount, value: -discount.value })],
    [say(lang, 'received'), showMoney(lang, received)],
  ];
}

function refundsOf(order: OrderView, { lang, shop }: Printing): Named[] {
  const asked = order.refunds.filter(({ status }) => status !== 'failed');
  if (asked.length === 0) return [];
  return [
    ...asked.map(
      ({ amount, status, requestedAt }): Named => [
        `${say(lang, status === 'succeeded' ? 'succeeded' : 'requested')} ${dayTimeIn(shop.zone, requestedAt)}`,
        showMoney(lang, { ...amount, value: -amount.value }),
      ],
    ),
    // What is on its way has its line above, and is off this sum as well.
    [say(lang, 'remaining'), showMoney(lang, order.refundable)],
  ];
}
