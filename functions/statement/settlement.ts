/**
 * What a movement is in the currency in which the merchant is settled, where that is another one than the order's. Pure. What the
 * channel told stands; what it did not tell is computed by the rate that it told, or is not known yet.
 */
import { settlementCurrency } from '../channel/account.ts';
import type { Settlement } from '../channel/channel.ts';
import type { LineSettlementView } from '../contract/answers.ts';
import { settle } from '../exchange.ts';
import type { Agreement } from '../merchant/merchant.ts';
import type { Money } from '../money.ts';
import type { Order } from '../order/order.ts';
import { feeOf, returnedPart } from './fee.ts';

export type LineSettlement = Readonly<LineSettlementView>;

interface Told {
  readonly order: Order;
  /** In the order's currency, signed as the line's. */
  readonly received: number;
  readonly told: Settlement | undefined;
}

/** Of a payment; `undefined`: it is settled in the order's currency. The fee is the agreed rate of what it brings. */
export function settlementOfPayment(it: Told, { ratePpm }: Agreement): LineSettlement | undefined {
  return settlementOf(it, (gross) => feeOf({ ratePpm }, gross));
}

/** How much of a payment's `amount` has given back its part of the fee, before a refund and after it. */
export interface Returning {
  readonly before: number;
  readonly after: number;
  readonly amount: number;
}

/**
 * Of a refund, which has a rate of its own. It returns its part of the payment's fee in the settlement currency; where that is not
 * known, the agreed rate of what it takes itself.
 */
export function settlementOfRefund(
  it: Told,
  { ratePpm }: Agreement,
  { payment, before, after, amount }: Returning & { readonly payment: LineSettlement | undefined },
): LineSettlement | undefined {
  return settlementOf(it, (gross, currency) => {
    if (before === after) return 0;
    if (payment?.currency !== currency || payment.fee === null) return 0 - feeOf({ ratePpm }, 0 - gross);
    return returnedPart(payment.fee, before, amount) - returnedPart(payment.fee, after, amount);
  });
}

function settlementOf(
  { order, received, told }: Told,
  feeOn: (gross: number, currency: string) => number,
): LineSettlement | undefined {
  const own = order.request.amount.currency;
  const currency = told?.gross?.currency ?? settlementCurrency(order.account, own) ?? own;
  if (currency === own) return undefined;
  const { pair = null, price = null } = told ?? {};
  const gross = grossOf({ currency: own, value: received }, currency, told);
  if (gross === undefined) return { currency, gross: null, fee: null, net: null, pair, price, state: 'provisional' };
  const fee = feeOn(gross, currency);
  return { currency, gross, fee, net: gross - fee, pair, price, state: 'provisional' };
}

/** As it was told, signed as the line is; else by the rate that was told. */
function grossOf(received: Money, currency: string, told: Settlement | undefined): number | undefined {
  if (told?.gross) return received.value < 0 ? 0 - Math.abs(told.gross.value) : Math.abs(told.gross.value);
  if (told?.pair === undefined || told.price === undefined) return undefined;
  const settled = settle(received, told.pair, told.price);
  return settled?.currency === currency ? settled.value : undefined;
}
