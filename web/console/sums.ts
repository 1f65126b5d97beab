/** Sums of a merchant's day: all stores of a currency together, and each for itself. Pure. */
import type { TotalsView } from '../../functions/contract/totals-answers.ts';
import { isSettledOtherwise, receivableBy, settlementNote } from '../../functions/statement/export/receivable.ts';
import { type Lang, showMoney } from '../shared/say.ts';
import { say } from './messages.ts';

const SUMMED = ['netSales', 'netReceived', 'fees', 'feesReturned', 'netFees', 'netReceivable'] as const;
const COLUMNS = ['payments', 'refunds', 'netSales', 'netReceived', 'netFees', 'netReceivable'] as const;
export type Column = (typeof COLUMNS)[number];

/** What was received is net sales, and not told a second time, unless the shop itself has paid discounts. */
const isTold = (name: string, rows: readonly TotalsView[]) =>
  name !== 'netReceived' || rows.some(({ netSales, netReceived }) => netReceived !== netSales);

export interface SumText {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly isStrong?: true;
}

/** The rows of each currency, in the order in which currencies come. */
export function byCurrency<Row extends { readonly currency: string }>(
  rows: readonly Row[],
): (readonly [string, Row[]])[] {
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  return currencies.map((currency) => [currency, rows.filter((row) => row.currency === currency)]);
}

/** All stores of one currency as one row. */
export function sumsOf(rows: readonly TotalsView[], lang: Lang): SumText[] {
  const currency = rows[0]?.currency ?? '';
  const sum = (pick: (row: TotalsView) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const show = (value: number) => showMoney(lang, { currency, value });
  const moved = (of: 'payments' | 'refunds'): SumText => ({
    name: say(lang, of),
    value: show(sum((row) => row[of].gross)),
    note: say(lang, 'count', { n: sum((row) => row[of].count) }),
  });
  const adjusted = sum((row) => row.feeAdjustments.count);
  return [
    moved('payments'),
    moved('refunds'),
    ...SUMMED.filter((name) => isTold(name, rows)).map(
      (name): SumText => ({
        name: say(lang, name),
        value: show(sum((row) => row[name])),
        ...(name === 'netReceivable' && { isStrong: true }),
      }),
    ),
    ...(adjusted > 0
      ? [
          {
            name: say(lang, 'feeAdjustments'),
            value: show(sum((row) => row.feeAdjustments.fee)),
            note: say(lang, 'count', { n: adjusted }),
          },
        ]
      : []),
  ];
}

/** What the merchant gets, by currency; empty where each currency is settled in itself, and the sums say it. */
export function receivableTexts(rows: readonly TotalsView[], lang: Lang): SumText[] {
  if (!isSettledOtherwise(rows)) return [];
  return receivableBy(rows).map((row): SumText => {
    const note = settlementNote(row, lang);
    const value = showMoney(lang, { currency: row.currency, value: row.net });
    return { name: row.currency, value, isStrong: true, ...(note !== '' && { note }) };
  });
}

export const columnsOf = (rows: readonly TotalsView[]): Column[] => COLUMNS.filter((name) => isTold(name, rows));

/** The amounts of a row, one for each column. */
export function cellsOf(row: TotalsView, columns: readonly Column[], lang: Lang): string[] {
  return columns.map((name) => {
    const of = row[name];
    return showMoney(lang, { currency: row.currency, value: typeof of === 'number' ? of : of.gross });
  });
}
