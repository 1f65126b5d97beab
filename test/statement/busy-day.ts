/** A day at a busy merchant: stores, terminals, operators with names of all kinds, refunds in slices, late news. Seeded. */
import fc from 'fast-check';
import type { Agreement, Merchant } from '../../functions/merchant/merchant.ts';
import type { OrderEvent } from '../../functions/order/events.ts';
import type { Order } from '../../functions/order/order.ts';
import { DAY, type EpochMs, HOUR, MINUTE } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { aMerchant, anAgreement, aSale, refundRequested, type Shop } from './shop.ts';

/** What a cashier may be called, and what a spreadsheet must not compute. */
export const OPERATORS = [
  undefined,
  'anna',
  '王小明',
  '=1+1',
  '-2',
  '@home',
  "'quoted'",
  'a "b", c',
  '+86 21',
  '００１',
];
const STORES = ['main', 'west', '-3'];
const CURRENCIES = ['CNY', 'JPY', 'KWD'] as const;

const TERMS: readonly Agreement[] = [
  anAgreement({ agreementId: 'agr_cny' }),
  anAgreement({ agreementId: 'agr_jpy', currency: 'JPY', ratePpm: 15_000, feeMinimum: 5, feeOnRefund: 'kept' }),
  anAgreement({ agreementId: 'agr_kwd', currency: 'KWD', feeCap: 100, feeOnRefund: 'returned_same_day' }),
];

export function busyMerchant(overrides: Partial<Merchant> = {}): Merchant {
  return aMerchant({ agreements: TERMS, ...overrides });
}

const sale = fc.record({
  amount: fc.integer({ min: 1, max: 500_000 }),
  /** From midnight in Shanghai on. */
  paidAfter: fc.integer({ min: 0, max: DAY - 1 }),
  storeId: fc.constantFrom(...STORES),
  terminalId: fc.constantFrom(undefined, 'trm_aaaabbbbcccc', 'trm_ddddeeeeffff'),
  operatorId: fc.constantFrom(...OPERATORS),
  currency: fc.constantFrom('CNY', 'CNY', 'CNY', ...CURRENCIES),
  refunds: fc.oneof(
    { weight: 4, arbitrary: fc.constant<{ percent: number; after: number }[]>([]) },
    fc.array(fc.record({ percent: fc.integer({ min: 1, max: 33 }), after: fc.integer({ min: 0, max: 2 * DAY }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  ),
});

export const MIDNIGHT = NOON - 12 * HOUR;

/** An order just opened, and what happens to it, each at its time. */
export interface Story {
  readonly order: Order;
  readonly events: readonly (readonly [OrderEvent, EpochMs])[];
}

/** The stories of a day; the same for the same seed. Refunds may come on the next days. */
export function busyDay(merchant: Merchant, { seed, orders }: { seed: number; orders: number }): Story[] {
  return fc.sample(sale, { seed, numRuns: orders }).map((it, i) => {
    const paidAt = MIDNIGHT + it.paidAfter;
    const { order, payment } = aSale(merchant, { no: `-${seed}-${i}`, paidAt, ...it });
    const { operatorId: _, terminalId: __, ...request } = order.request;
    const who = {
      ...(it.operatorId !== undefined && { operatorId: it.operatorId }),
      ...(it.terminalId !== undefined && { terminalId: it.terminalId }),
    };
    const refunds = it.refunds.flatMap(({ percent, after }, k): [OrderEvent, EpochMs][] => {
      const amount = Math.floor((it.amount * percent) / 100);
      const at = paidAt + MINUTE + after;
      const refundNo = `r-${k}`;
      if (amount === 0) return [];
      return [
        [{ ...refundRequested(refundNo, amount, it.currency), ...who } as OrderEvent, at],
        [{ type: 'refund_succeeded', refundNo, at }, at],
      ];
    });
    return { order: { ...order, request: { ...request, ...who } }, events: [[payment, paidAt], ...refunds] };
  });
}

/** Lets the stories happen in the shop's tables, up to `until`. */
export async function play(shop: Shop, stories: readonly Story[], until = Number.POSITIVE_INFINITY): Promise<void> {
  for (const { order, events } of stories) {
    const { orderId: _, schema: __, version: ___, updatedAt: ____, dueAt: _____, payments, refunds, ...asked } = order;
    let { order: current } = await shop.orders.create(asked);
    for (const [event, at] of events) if (at <= until) current = (await shop.orders.apply(current, event, at)).order;
  }
}
