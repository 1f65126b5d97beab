/**
 * What a paid trade consists of, as each message tells it: the customer's own money, and the shop's own discount (a coupon that
 * the shop issued). The merchant receives the first only; amounts are fen here and yuan in the messages.
 */
import type { Trade } from './books.ts';
import { yuan } from './wire.ts';

/** Before the fee. */
export function receivedOf({ amount, received }: Pick<Trade, 'amount' | 'received'>): number {
  return received ?? amount;
}

/** What the shop's coupon pays of it: 0 where there was none. */
function discountOf(trade: Pick<Trade, 'amount' | 'received'>): number {
  return trade.amount - receivedOf(trade);
}

/** What answers and notifications say alike. */
export function paidSums(trade: Trade): Record<string, string> {
  const own = yuan(receivedOf(trade));
  return { receipt_amount: own, invoice_amount: own, buyer_pay_amount: own, point_amount: '0.00' };
}

/** What an answer says of a trade that the customer has not paid. */
export const UNPAID_SUMS = {
  receipt_amount: '0.00',
  invoice_amount: '0.00',
  buyer_pay_amount: '0.00',
  point_amount: '0.00',
};

/** How an answer tells of the discount and of the money: in snake_case, the lists as lists. */
export function answeredParts(trade: Trade): Record<string, unknown> {
  const discount = discountOf(trade);
  const fund_bill_list = fundsOf(trade).map(({ amount, channel }) => ({ amount, fund_channel: channel }));
  if (discount === 0) return { fund_bill_list };
  const { name, type, memo, ...value } = voucherOf(discount);
  return {
    mdiscount_amount: yuan(discount),
    fund_bill_list,
    voucher_detail_list: [
      { ...{ name, type, amount: value.amount }, merchant_contribute: value.own, other_contribute: value.other, memo },
    ],
  };
}

/** How a notification tells it: in camelCase, the lists as JSON text. */
export function notifiedParts(trade: Trade): Record<string, string> {
  const discount = discountOf(trade);
  const funds = fundsOf(trade).map(({ amount, channel }) => ({ amount, fundChannel: channel }));
  if (discount === 0) return { fund_bill_list: JSON.stringify(funds) };
  const { name, type, memo, amount, own, other } = voucherOf(discount);
  const voucher = { amount, merchantContribute: own, name, otherContribute: other, type, memo };
  return { fund_bill_list: JSON.stringify(funds), voucher_detail_list: JSON.stringify([voucher]) };
}

/** By which means the trade was paid. */
export function fundsOf(trade: Trade): { amount: string; channel: string }[] {
  const parts = [
    { fen: receivedOf(trade), channel: 'ALIPAYACCOUNT' },
    { fen: discountOf(trade), channel: 'MDISCOUNT' },
  ];
  return parts.filter(({ fen }) => fen > 0).map(({ fen, channel }) => ({ amount: yuan(fen), channel }));
}

function voucherOf(discount: number) {
  const amount = yuan(discount);
  return { name: '商家优惠券', type: 'ALIPAY_BIZ_VOUCHER', memo: '', amount, own: amount, other: '0.00' };
}
