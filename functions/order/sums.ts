/** What has come in, gone back and may go back of an order, in minor units of its currency. Pure. */
import { attemptNo, type Order, type Payment, type Refund } from './order.ts';

/** What the merchant receives of `payment`, before the fee: less than the amount where the shop pays a discount. */
export function receivedOf(order: Order, { received }: Payment): number {
  return received ?? order.request.amount.value;
}

/** Everything asked back or given back of the order's payment. */
export function reserved(order: Order): number {
  return reservedOf(order, order.payments[0]?.attempt);
}

export function refunded(order: Order): number {
  return succeededOf(order, order.payments[0]?.attempt);
}

/** What a refund may still ask for: neither asked back nor, as far as the channel reports, gone back without us. */
export function refundable(order: Order): number {
  const [payment] = order.payments;
  if (!payment) return 0;
  return Math.max(0, restOf(order, payment.attempt) - unexplained(order, payment.attempt));
}

/** Of the payment of attempt `n`: all refunds that have not failed. */
function reservedOf(order: Order, n: number | undefined): number {
  return sumOf(order, n, ({ result }) => result?.status !== 'failed');
}

export function succeededOf(order: Order, n: number | undefined): number {
  return sumOf(order, n, ({ result }) => result?.status === 'succeeded');
}

/** What the refunds of attempt `n` leave of its payment. */
function restOf(order: Order, n: number): number {
  return Math.max(0, order.request.amount.value - reservedOf(order, n));
}

/** What has gone back of attempt `n` by the channel's word alone, at the least. Where it told no sum, it may be all of the rest. */
export function unexplained(order: Order, n: number): number {
  const report = order.reportedRefunds?.find(({ attempt }) => attempt === n);
  if (!report) return 0;
  const { amount, numbers = [] } = report;
  const rest = restOf(order, n);
  const isUntold = amount === undefined && (numbers.length === 0 || numbers.some((it) => it.amount === undefined));
  const sum = numbers.reduce((total, it) => total + (it.amount ?? 0), 0);
  return isUntold ? rest : Math.min(rest, Math.max(amount ?? 0, sum));
}

/**
 * The channel's refund that was told without a number: of a trade that had gone back whole when it was asked about. It bears the
 * attempt's own number until the channel names what it consists of.
 */
export function unnamedRefund(order: Order, n: number): Refund | undefined {
  return order.refunds.find(
    ({ attempt, channelNo, result }) =>
      attempt === n && channelNo === attemptNo(order, n) && result?.status === 'succeeded',
  );
}

/** What of an unnamed refund the channel has not named yet. */
export function unnamedAmount({ amount, named = [] }: Refund): number {
  return named.reduce((rest, part) => rest - part.amount, amount);
}

function sumOf(order: Order, n: number | undefined, counts: (refund: Refund) => boolean): number {
  return order.refunds
    .filter((refund) => refund.attempt === n && counts(refund))
    .reduce((sum, refund) => sum + refund.amount, 0);
}
