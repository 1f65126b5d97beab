/**
 * A statement on paper: HTML that a browser prints, in Chinese or English, on one page for a normal day. Pure, and without
 * anything of Node or of a table, so that the command line and a console in the browser print the same page. It loads
 * nothing from anywhere, and what a person wrote is escaped.
 */
import type { StatementView } from '../../contract/answers.ts';
import type { TerminalTotalsView, TotalsView } from '../../contract/totals-answers.ts';
import { toRecordText } from '../../money.ts';
import { isolated } from '../../text.ts';
import { localTime } from '../../time.ts';
import { chart } from './chart.ts';
import { escapeHtml } from './escape.ts';
import type { Hours } from './hours.ts';
import { type Lang, words } from './messages.ts';
import { isSettledOtherwise, receivableBy, settlementNote } from './receivable.ts';

export interface Printable {
  readonly statement: StatementView;
  readonly terminals: readonly TerminalTotalsView[];
  /** Every line of the statement has been added to it. */
  readonly hours: Hours;
  /** As the merchant calls itself; its id if absent. */
  readonly merchantName?: string | undefined;
}

/** Rows of a table that fit on the page; the rest is said to be in the CSV files. */
const ROWS_MAX = 10;

export function printStatement(printable: Printable, lang: Lang): string {
  const { statement, terminals, hours, merchantName } = printable;
  const say = (name: keyof typeof words) => escapeHtml(words[name][lang]);
  const [merchantId = ''] = statement.statementId.split('.');
  const name = escapeHtml(isolated(merchantName ?? merchantId));
  const title = `${say('title')} ${statement.day} · ${name}`;
  const charts = [...hours.rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, rows]) =>
      chart(currency, rows, {
        title: words.hours[lang],
        sales: words.sales[lang],
        fees: words.fees[lang],
      }),
    );
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${say('title')}<small>${name}</small></h1>
<dl>
${term(say('day'), `${statement.day} (${escapeHtml(statement.zone)})`)}
${term(say('sealed'), shownTime(statement.sealedAt, statement.zone))}
${term(say('lines'), String(statement.lineCount))}
</dl>
<h2>${say('byStore')}</h2>
${storeTable(statement.totals, lang)}
${receivableTable(statement.totals, lang)}
${notes(statement, lang)}
${charts.length > 0 ? `<h2>${say('hours')}</h2>\n${charts.join('\n')}` : ''}
<h2>${say('byTerminal')}</h2>
${terminalTable(terminals, lang)}
<h2>${say('checks')}</h2>
${checkList(statement, lang)}
<footer>
<p>${say('holder')}</p>
${hashLine(say('hash'), statement.hash)}
${hashLine(say('previous'), statement.previousHash ?? words.first[lang])}
</footer>
</body>
</html>
`;
}

const STYLE = `
@page { size: A4; margin: 12mm; }
body { font: 10px/1.35 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #111; max-width: 186mm; margin: 0 auto; }
h1 { font-size: 18px; margin: 0 0 6px; display: flex; justify-content: space-between; align-items: baseline; }
h1 small { font-size: 13px; font-weight: normal; }
h2 { font-size: 12px; margin: 12px 0 3px; }
dl { display: flex; gap: 24px; margin: 0; } dt { color: #555; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; } th, td { padding: 2px 3px; text-align: right; border-bottom: 0.5px solid #bbb; }
th { font-weight: 600; } th.text, td.text { text-align: left; } tr.total td { border-top: 1px solid #111; font-weight: 600; }
td { font-variant-numeric: tabular-nums; } td.text { overflow-wrap: anywhere; }
svg { width: 100%; display: block; } p { margin: 4px 0; } ul { margin: 0; padding: 0; list-style: none; columns: 2; }
footer { margin-top: 10px; color: #444; font-size: 9px; } code { font-size: 9px; overflow-wrap: anywhere; }
table, svg, footer { break-inside: avoid; }
`;

function term(name: string, value: string): string {
  return `<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function hashLine(name: string, hash: string): string {
  return `<p>${name}: <code>${escapeHtml(hash)}</code></p>`;
}

function shownTime(instant: string, zone: string): string {
  return localTime(Date.parse(instant), zone).slice(0, 19).replace('T', ' ');
}

type Sums = Pick<
  TotalsView,
  'payments' | 'refunds' | 'netSales' | 'netReceived' | 'fees' | 'feesReturned' | 'netFees' | 'netReceivable'
>;

const SUMS = [
  'payments',
  'refunds',
  'netSales',
  'netReceived',
  'fees',
  'feesReturned',
  'netFees',
  'netReceivable',
] as const;

function sumCells(currency: string, sums: Sums): string {
  const money = (value: number) => toRecordText({ currency, value });
  return SUMS.map((name) => {
    const value = sums[name];
    return typeof value === 'number'
      ? cell(money(value))
      : cell(`${money(value.gross)} <small>(${value.count})</small>`);
  }).join('');
}

const cell = (content: string) => `<td>${content}</td>`;
const textCell = (content: string) => `<td class="text">${escapeHtml(content)}</td>`;

function head(names: readonly (keyof typeof words)[], lang: Lang): string {
  const texts = names.map((name) => `<th class="text">${escapeHtml(words[name][lang])}</th>`);
  const amounts = SUMS.map((name) => `<th>${escapeHtml(words[name][lang])}</th>`);
  return `<thead><tr>${texts.join('')}<th class="text"></th>${amounts.join('')}</tr></thead>`;
}

function storeTable(totals: readonly TotalsView[], lang: Lang): string {
  const rows = totals
    .slice(0, ROWS_MAX)
    .map(
      (it) =>
        `<tr>${textCell(it.storeId)}${textCell(it.channel)}${textCell(it.currency)}${sumCells(it.currency, it)}</tr>`,
    );
  const byCurrency = Map.groupBy(totals, ({ currency }) => currency);
  const sums = [...byCurrency].map(
    ([currency, its]) =>
      `<tr class="total">${textCell(words.total[lang])}${textCell('')}${textCell(currency)}${sumCells(currency, sumOf(its))}</tr>`,
  );
  const table = `<table>${head(['store', 'channel'], lang)}<tbody>${rows.join('\n')}\n${sums.join('\n')}</tbody></table>`;
  return table + moreThan(totals.length, lang);
}

/** Empty where each currency is settled in itself. */
function receivableTable(totals: readonly TotalsView[], lang: Lang): string {
  if (!isSettledOtherwise(totals)) return '';
  const names = ['settlementGross', 'settlementFees', 'settlementNet'] as const;
  const heads = names.map((name) => `<th>${escapeHtml(words[name][lang])}</th>`);
  const rows = receivableBy(totals).map((row) => {
    const { currency, gross, fees, net } = row;
    const amounts = [gross, fees, net].map((value) => cell(toRecordText({ currency, value })));
    return `<tr>${textCell(currency)}${amounts.join('')}${textCell(settlementNote(row, lang))}</tr>`;
  });
  const head = `<thead><tr><th class="text">${escapeHtml(words.settledIn[lang])}</th>${heads.join('')}<th></th></tr></thead>`;
  return `<h2>${escapeHtml(words.youReceive[lang])}</h2>\n<table>${head}<tbody>${rows.join('\n')}</tbody></table>`;
}

function terminalTable(terminals: readonly TerminalTotalsView[], lang: Lang): string {
  const who = (id: string | null) => textCell(id ?? words.nobody[lang]);
  // The busiest first: what is left out is the least.
  const moved = ({ payments, refunds }: Sums) => payments.gross - refunds.gross;
  const rows = [...terminals]
    .sort((a, b) => moved(b) - moved(a))
    .slice(0, ROWS_MAX)
    .map(
      (it) =>
        `<tr>${textCell(it.storeId)}${who(it.terminalId)}${who(it.operatorId)}${textCell(it.currency)}${sumCells(it.currency, it)}</tr>`,
    );
  const table = `<table>${head(['store', 'terminal', 'operator'], lang)}<tbody>${rows.join('\n')}</tbody></table>`;
  return table + moreThan(terminals.length, lang);
}

function moreThan(count: number, lang: Lang): string {
  if (count <= ROWS_MAX) return '';
  return `<p>${escapeHtml(words.more[lang].replace('{n}', String(count - ROWS_MAX)))}</p>`;
}

function sumOf(rows: readonly TotalsView[]): Sums {
  const sum = (of: (row: TotalsView) => number) => rows.reduce((total, row) => total + of(row), 0);
  const countOf = (of: (row: TotalsView) => TotalsView['payments']) => ({
    count: sum((it) => of(it).count),
    gross: sum((it) => of(it).gross),
    received: sum((it) => of(it).received),
  });
  return {
    payments: countOf((it) => it.payments),
    refunds: countOf((it) => it.refunds),
    netSales: sum((it) => it.netSales),
    netReceived: sum((it) => it.netReceived),
    fees: sum((it) => it.fees),
    feesReturned: sum((it) => it.feesReturned),
    netFees: sum((it) => it.netFees),
    netReceivable: sum((it) => it.netReceivable),
  };
}

/** What must not be overlooked: late lines, adjusted fees, and a day on which more went back than came in. */
function notes({ totals }: StatementView, lang: Lang): string {
  const late = totals.reduce((sum, { lateLines }) => sum + lateLines, 0);
  const byCurrency = [...Map.groupBy(totals, ({ currency }) => currency)];
  const adjusted = byCurrency.flatMap(([currency, its]) => {
    const count = its.reduce((sum, { feeAdjustments }) => sum + feeAdjustments.count, 0);
    const value = its.reduce((sum, { feeAdjustments }) => sum + feeAdjustments.fee, 0);
    const amount = `${currency} ${toRecordText({ currency, value })}`;
    return count > 0 ? [words.adjusted[lang].replace('{n}', String(count)).replace('{amount}', amount)] : [];
  });
  const negative = byCurrency.flatMap(([currency, its]) => {
    const { netReceivable: value } = sumOf(its);
    return value < 0
      ? [words.negative[lang].replace('{amount}', `${currency} ${toRecordText({ currency, value })}`)]
      : [];
  });
  return [...(late > 0 ? [words.late[lang].replace('{n}', String(late))] : []), ...adjusted, ...negative]
    .map((note) => `<p>${escapeHtml(note)}</p>`)
    .join('\n');
}

function checkList({ checks }: StatementView, lang: Lang): string {
  const items = [...Map.groupBy(checks, ({ check }) => check)].map(([check, its]) => {
    const sides = its.map(({ currency, left, right }) => {
      const [a, b] = [left, right].map((value) =>
        check === 'every_line_is_counted' ? String(value) : toRecordText({ currency, value }),
      );
      return `${currency} ${a} = ${b}`;
    });
    const verdict = its.every(({ holds }) => holds) ? `✓ ${words.holds[lang]}` : `✗ ${words.broken[lang]}`;
    return `<li>${escapeHtml(`${words[check][lang]}: ${sides.join(', ')} ${verdict}`)}</li>`;
  });
  return `<ul>${items.join('\n')}</ul>`;
}
