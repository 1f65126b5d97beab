/** The shop's own discount of an order, told alike by the till, the console and the command line. */

import type { OrderView } from '../contract/answers.ts';
import type { Money } from '../money.ts';

interface ShopDiscount {
  readonly discount: Money;
  /** What the merchant receives of the payment, before the fee. */
  readonly received: Money;
}

/** Undefined while nothing was paid, and where the merchant receives all that was paid. */
export function shopDiscountOf({ amount, received }: Pick<OrderView, 'amount' | 'received'>): ShopDiscount | undefined {
  if (!received || received.value >= amount.value) return undefined;
  return { discount: { ...amount, value: amount.value - received.value }, received };
}
