/** What a shift has taken and given back, running or closed: on the screen and on its slip. Pure. */

import type { LateFactView, MoneyRowView } from '../../functions/contract/shift-answers.ts';
import type { ShiftView } from '../../functions/contract/shifts.ts';
import { type Lang, showMoney } from '../shared/say.ts';
import { dayTimeIn } from '../shared/times.ts';
import { say } from './messages.ts';
import { type Named, type Printing, reprintTitle } from './receipt-text.ts';

export interface ShiftSums extends Pick<ShiftView, 'totals' | 'terminals' | 'withoutAgreement' | 'late'> {}

const none = () => ({ count: 0, gross: 0, received: 0 });

/** Totals of one store are a row per currency; a shift without money has one of nothing. */
export function rowsOf({ totals }: Pick<ShiftSums, 'totals'>, currency: string) {
  return totals.length > 0 ? totals : [{ currency, payments: none(), refunds: none(), netSales: 0, netReceived: 0 }];
}

export interface FigureText {
  readonly name: string;
  readonly note?: string;
  readonly value: string;
}

/** Per currency what was taken, given back and kept; what was received where that is something else. */
export function figuresOf(
  sums: ShiftSums,
  currency: string,
  lang: Lang,
): { currency: string; figures: FigureText[] }[] {
  return rowsOf(sums, currency).map(({ currency, payments, refunds, netSales, netReceived }) => {
    const show = (value: number) => showMoney(lang, { currency, value });
    const count = ({ count: n }: { count: number }) => say(lang, 'count', { n });
    const figures: FigureText[] = [
      { name: say(lang, 'payments'), note: count(payments), value: show(payments.gross) },
      { name: say(lang, 'refundSum'), note: count(refunds), value: show(refunds.gross) },
      { name: say(lang, 'net'), value: show(netSales) },
    ];
    if (netReceived !== netSales) figures.push({ name: say(lang, 'received'), value: show(netReceived) });
    return { currency, figures };
  });
}

/** Net sales of each cashier, where there are several. */
export function cashiersOf({ terminals }: ShiftSums, lang: Lang): FigureText[] {
  if (terminals.length < 2) return [];
  return terminals.map(({ operatorId, currency, payments, netSales }) => ({
    name: operatorId ?? say(lang, 'nobody'),
    note: say(lang, 'count', { n: payments.count }),
    value: showMoney(lang, { currency, value: netSales }),
  }));
}

/** Payments less refunds, which are negative, per currency. */
export const besideOf = (rows: readonly MoneyRowView[], lang: Lang): string[] =>
  rows.map(({ currency, payments, refunds }) => showMoney(lang, { currency, value: payments.gross + refunds.gross }));

export function lateFactText({ occurredAt, merchantOrderNo, currency, gross }: LateFactView, lang: Lang, zone: string) {
  return { time: dayTimeIn(zone, occurredAt), merchantOrderNo, amount: showMoney(lang, { currency, value: gross }) };
}

/** What is counted of late money and not listed. */
export function moreLate({ late }: Pick<ShiftSums, 'late'>, lang: Lang): string | undefined {
  const n = late.count - late.facts.length;
  return n > 0 ? say(lang, 'shiftLateMore', { n }) : undefined;
}

export interface ShiftSlip {
  readonly shop: string;
  readonly store: string;
  readonly title: string;
  readonly reprint: string | undefined;
  readonly facts: readonly Named[];
  /** Per currency: lines, and what is left. */
  readonly sums: readonly { readonly currency: string; readonly lines: readonly Named[]; readonly total: string }[];
  readonly cashiers: readonly Named[];
  readonly withoutAgreement: readonly Named[];
  /** Each with the order that it is of. */
  readonly late: readonly { readonly line: Named; readonly order: Named }[];
  readonly more: string | undefined;
}

export function shiftSlipOf(shift: ShiftView, currency: string, printing: Printing): ShiftSlip {
  const { lang, shop, isReprint } = printing;
  const at = (instant: string) => `${dayTimeIn(shop.zone, instant)} ${shift.zone}`;
  const count = (n: number) => say(lang, 'count', { n });
  return {
    shop: shop.name,
    store: `${say(lang, 'store')} ${shift.storeId}`,
    title: say(lang, 'shiftSlip'),
    reprint: isReprint ? reprintTitle(printing) : undefined,
    facts: [
      [say(lang, 'shiftNo'), `${shift.shiftNo} (${shift.sequence})`],
      [say(lang, 'terminal'), shift.terminalId],
      [say(lang, 'cashier'), shift.operatorId ?? say(lang, 'nobody')],
      [say(lang, 'shiftOpenedAt'), at(shift.openedAt)],
      [say(lang, 'shiftClosedAt'), at(shift.closedAt)],
    ],
    sums: rowsOf(shift, currency).map((row) => {
      const show = (value: number) => showMoney(lang, { currency: row.currency, value });
      return {
        currency: row.currency,
        lines: [
          [`${say(lang, 'payments')} ${count(row.payments.count)}`, show(row.payments.gross)],
          [`${say(lang, 'refundSum')} ${count(row.refunds.count)}`, show(row.refunds.gross)],
          [say(lang, 'received'), show(row.netReceived)],
        ],
        total: show(row.netSales),
      };
    }),
    cashiers: shift.terminals.map(
      ({ operatorId, currency, payments, refunds, netSales }): Named => [
        `${operatorId ?? say(lang, 'nobody')} ${count(payments.count + refunds.count)}`,
        showMoney(lang, { currency, value: netSales }),
      ],
    ),
    withoutAgreement: shift.withoutAgreement.map(
      ({ currency, payments, refunds }): Named => [
        count(payments.count + refunds.count),
        showMoney(lang, { currency, value: payments.gross + refunds.gross }),
      ],
    ),
    late: shift.late.facts.map((fact) => {
      const { time, merchantOrderNo, amount } = lateFactText(fact, lang, shop.zone);
      return {
        line: [`${time} ${say(lang, fact.type === 'payment' ? 'payments' : 'refundSum')}`, amount],
        order: [say(lang, 'orderNo'), merchantOrderNo],
      };
    }),
    more: moreLate(shift, lang),
  };
}
