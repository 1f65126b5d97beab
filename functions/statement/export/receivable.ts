/** What a merchant gets, by the currencies in which it gets it. Pure; paper, console and command line show the same. */
import type { SettlementTotalsView, TotalsView } from '../../contract/totals-answers.ts';
import { type Lang, words } from './messages.ts';

/** Whether any of it is settled in another currency than the orders': otherwise the sums themselves say it. */
export function isSettledOtherwise(totals: readonly TotalsView[]): boolean {
  return totals.some(({ settlement }) => settlement !== undefined);
}

/** A row per settlement currency, in their order: those of the orders, where they are settled in themselves, among them. */
export function receivableBy(totals: readonly TotalsView[]): SettlementTotalsView[] {
  const rows = totals.flatMap((row) => row.settlement ?? [ownOf(row)]);
  return [...Map.groupBy(rows, ({ currency }) => currency)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, its]) => {
      const sum = (of: (row: SettlementTotalsView) => number) => its.reduce((total, row) => total + of(row), 0);
      return {
        currency,
        gross: sum(({ gross }) => gross),
        fees: sum(({ fees }) => fees),
        net: sum(({ net }) => net),
        provisionalLines: sum(({ provisionalLines }) => provisionalLines),
        unknownLines: sum(({ unknownLines }) => unknownLines),
      };
    });
}

function ownOf({ currency, netReceived: gross, netFees: fees, netReceivable: net }: TotalsView): SettlementTotalsView {
  return { currency, gross, fees, net, provisionalLines: 0, unknownLines: 0 };
}

/** What of it is provisional, and of what no amount is known; empty: it is final. */
export function settlementNote(
  { provisionalLines, unknownLines }: Pick<SettlementTotalsView, 'provisionalLines' | 'unknownLines'>,
  lang: Lang,
): string {
  const say = (name: 'provisionalLines' | 'unknownLines', n: number) =>
    n > 0 ? [words[name][lang].replace('{n}', String(n))] : [];
  const notes = [...say('provisionalLines', provisionalLines - unknownLines), ...say('unknownLines', unknownLines)];
  return notes.join(lang === 'en' ? '; ' : '；');
}
