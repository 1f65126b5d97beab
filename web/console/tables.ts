/** Rows of the console's tables as they are read. Pure. */
import type { OrderView, RefundView } from '../../functions/contract/answers.ts';
import type { LateFactView, MoneyRowView } from '../../functions/contract/shift-answers.ts';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import type { TerminalTotalsView } from '../../functions/contract/totals-answers.ts';
import { isolated } from '../../functions/text.ts';
import { type Lang, showMoney } from '../shared/say.ts';
import { timeBeside } from '../shared/times.ts';
import { say } from './messages.ts';
import { askedBy, type TerminalName } from './trail.ts';

export interface Reader {
  readonly lang: Lang;
  readonly zone: string;
}

/** `day`: the one that is listed, whose times need no day. */
export function orderRow(order: OrderView, day: string, { lang, zone }: Reader) {
  const { createdAt, merchantOrderNo, amount, refunded, subject, operatorId } = order;
  return {
    time: timeBeside(zone, createdAt, day),
    number: merchantOrderNo,
    amount: showMoney(lang, amount),
    refunded: refunded.value > 0 ? showMoney(lang, refunded) : '–',
    subject,
    operator: operatorId ?? '–',
  };
}

export interface OrderRefund {
  readonly order: OrderView;
  readonly refund: RefundView;
}

/** The refunds of these orders, the latest first. */
export const refundsOf = (orders: readonly OrderView[]): OrderRefund[] =>
  orders
    .flatMap((order) => order.refunds.map((refund) => ({ order, refund })))
    .sort((a, b) => (a.refund.requestedAt < b.refund.requestedAt ? 1 : -1));

/** `failure`: why nothing went back, or empty; `more`: whose it was and why, or empty. */
export function refundRow({ order, refund }: OrderRefund, day: string, { lang, zone }: Reader, terminal: TerminalName) {
  return {
    time: timeBeside(zone, refund.requestedAt, day),
    number: order.merchantOrderNo,
    amount: showMoney(lang, refund.amount),
    failure: refund.failure?.text[lang] ?? '',
    refundNo: refund.refundNo,
    more: [...askedBy(refund, order, terminal), ...(refund.reason ? [refund.reason] : [])].map(isolated).join(' · '),
  };
}

/** What a shift has kept, in each currency; a shift without money has a dash. */
export const shiftSum = ({ totals }: Pick<ShiftView, 'totals'>, lang: Lang): string =>
  totals.map(({ currency, netSales }) => showMoney(lang, { currency, value: netSales })).join(' ') || '–';

export function cashierRow(
  { operatorId, currency, payments, refunds, netSales, netReceived }: TerminalTotalsView,
  lang: Lang,
) {
  const show = (value: number) => showMoney(lang, { currency, value });
  const moved = ({ gross, count }: { gross: number; count: number }) => ({
    amount: show(gross),
    count: say(lang, 'count', { n: count }),
  });
  return {
    operator: operatorId ?? '–',
    payments: moved(payments),
    refunds: moved(refunds),
    netSales: show(netSales),
    netReceived: show(netReceived),
  };
}

/** Payments less refunds, which are negative, in each currency; undefined if there are none. */
export function besideText(rows: readonly MoneyRowView[], lang: Lang): string | undefined {
  const sums = rows.map(({ currency, payments, refunds }) =>
    showMoney(lang, { currency, value: payments.gross + refunds.gross }),
  );
  return sums.length > 0 ? sums.join(' ') : undefined;
}

export function lateRow(
  { occurredAt, merchantOrderNo, refundNo, operatorId, currency, gross }: LateFactView,
  { lang, zone }: Reader,
) {
  return {
    time: timeBeside(zone, occurredAt),
    number: merchantOrderNo,
    refundNo: refundNo ?? '–',
    operator: operatorId ?? '–',
    amount: showMoney(lang, { currency, value: gross }),
  };
}

/** Two terminals may have one name: the end of the id tells them apart. */
export function terminalName(names: ReadonlyMap<string, string>, id: string | null): string {
  return id && names.has(id) ? `${names.get(id)} (${id.slice(-4)})` : (id ?? '–');
}
