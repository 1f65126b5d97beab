/**
 * The simulator's own books as sums, by an arithmetic of their own: what every screen has to say. Fen. Nothing here is asked of
 * the product but which order a number is of.
 */
import type { TestShop } from './shop.ts';

/** A trade that was paid, and where it was sold. */
interface Sold {
  readonly where: string;
  readonly gross: number;
  readonly received: number;
  readonly refunds: readonly number[];
}

export interface Sums {
  readonly payments: readonly [count: number, gross: number];
  readonly refunds: readonly [count: number, gross: number];
  readonly netSales: number;
  readonly received: number;
  readonly fees: number;
  readonly feesReturned: number;
  readonly netFees: number;
  readonly netReceivable: number;
}

interface SimulatedTrade {
  readonly outTradeNo: string;
  readonly receivedAmount: { readonly value: number };
  readonly totalAmount: { readonly value: number };
  readonly refunds: readonly { readonly amount: { readonly value: number } }[];
}

/** 0.6 %, as the demo merchant has agreed. */
const RATE_PPM = 6_000n;

/** `value × part / whole`, half a unit rounded up. */
const share = (value: number, part: bigint, whole: bigint) =>
  Number((2n * BigInt(value) * part + whole) / (2n * whole));
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** All that the shop has sold at the channel, in the order of its trades; `whereOf` says where an order was sold; undefined: not in this test. */
export async function soldBy(shop: TestShop, whereOf: (orderId: string) => string | undefined): Promise<Sold[]> {
  const { data } = (await shop.wallet('trades')) as unknown as { data: SimulatedTrade[] };
  return data.flatMap(({ outTradeNo, receivedAmount, totalAmount, refunds }): Sold[] => {
    const where = whereOf(outTradeNo.replace(/_\d+$/, ''));
    if (where === undefined || receivedAmount.value === 0) return [];
    const back = refunds.map(({ amount }) => amount.value);
    return [{ where, gross: totalAmount.value, received: receivedAmount.value, refunds: back }];
  });
}

/** Part by part: what has gone back of `whole` is rounded as a running total, so that all parts together are the whole. */
function returned({ gross, refunds }: Sold, whole: number): number {
  return share(whole, BigInt(total(refunds)), BigInt(gross));
}

export function sumsOf(sold: readonly Sold[]): Sums {
  const fee = ({ received }: Sold) => share(received, RATE_PPM, 1_000_000n);
  const refunds = sold.flatMap((it) => it.refunds);
  const fees = total(sold.map(fee));
  const feesReturned = -total(sold.map((it) => returned(it, fee(it))));
  const received = total(sold.map((it) => it.received - returned(it, it.received)));
  const gross = total(sold.map((it) => it.gross));
  return {
    payments: [sold.length, gross],
    refunds: [refunds.length, -total(refunds)],
    netSales: gross - total(refunds),
    received,
    fees,
    feesReturned,
    netFees: fees + feesReturned,
    netReceivable: received - fees - feesReturned,
  };
}

/** As the screens write it: `-¥1,234.05`. */
export function shown(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0 ? '-' : ''}¥${whole}.${digits.slice(-2)}`;
}

/** The merchant's sums as the console's figures, where a shop has paid a discount. */
export const asFigures = ({ payments, refunds, ...sums }: Sums): Record<string, string> => ({
  Payments: `${shown(payments[1])}×${payments[0]}`,
  Refunds: `${shown(refunds[1])}×${refunds[0]}`,
  'Net sales': shown(sums.netSales),
  ...(sums.received !== sums.netSales && { Received: shown(sums.received) }),
  Fees: shown(sums.fees),
  'Fees returned': shown(sums.feesReturned),
  'Net fees': shown(sums.netFees),
  'Net receivable': shown(sums.netReceivable),
});

/** One store's, as a row of a table that tells what was received. */
export const asRow = ({ payments, refunds, ...sums }: Sums): string[] =>
  [payments[1], refunds[1], sums.netSales, sums.received, sums.netFees, sums.netReceivable].map(shown);
