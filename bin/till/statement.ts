/** The back office's statements: on the screen, as CSV, zip or HTML files, page by page, however long the day was. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LineView, StatementView } from '../../functions/contract/answers.ts';
import type { TerminalTotalsView } from '../../functions/contract/totals-answers.ts';
import { toRecordText } from '../../functions/money.ts';
import { csvHeader, csvRows, fileName, totalsColumns } from '../../functions/statement/export/csv.ts';
import { Hours } from '../../functions/statement/export/hours.ts';
import { printStatement } from '../../functions/statement/export/print.ts';
import { isSettledOtherwise, receivableBy, settlementNote } from '../../functions/statement/export/receivable.ts';
import { Refused, UsageError } from '../cli/exit.ts';
import { allOf, type Terminal } from './terminal.ts';
import { writeZip } from './zip.ts';

export interface StatementOptions {
  /** Files to write, in place of the screen. */
  readonly csv?: string | undefined;
  readonly zip?: string | undefined;
  readonly html?: string | undefined;
  readonly excel?: boolean;
  /** The merchant's name on paper. */
  readonly name?: string | undefined;
}

export async function statement(till: Terminal, day: string | undefined, options: StatementOptions): Promise<number> {
  const files = [options.csv, options.zip, options.html].filter((file) => file !== undefined);
  if (files.length > 0 && !day) throw new UsageError('name the day of the statement: statement 2026-03-01 --csv FILE');
  if (!day) return listStatements(till);
  const statementId = `${till.holder.merchantId}.${day}`;
  const { body } = await till.client.call('getStatement', { params: { statementId } });
  if (files.length === 0) return showStatement(till, body);

  if (options.csv !== undefined) await intoPlace(options.csv, (part) => writeCsv(till, body, part, options));
  if (options.zip !== undefined) await intoPlace(options.zip, (part) => writeParts(till, body, part, options));
  if (options.html !== undefined) await intoPlace(options.html, (part) => writePrint(till, body, part, options));
  for (const file of files) till.say(`${file}: ${body.lineCount} lines of ${body.statementId}`);
  till.tell({ statementId, lineCount: body.lineCount, hash: body.hash, files });
  return 0;
}

async function listStatements(till: Terminal): Promise<number> {
  const data = await allOf((cursor) => till.client.call('listStatements', { query: { limit: '100', cursor } }));
  for (const row of data) till.say(`${row.day}  ${row.lineCount} lines  ${row.statementId}`);
  if (data.length === 0) till.say('No statements yet: a day is sealed 30 minutes after its end.');
  till.tell({ data, nextCursor: null });
  return 0;
}

async function showStatement(till: Terminal, body: StatementView): Promise<number> {
  const lines: LineView[] = [];
  for await (const some of pagesOf(till, 'listStatementLines', body)) lines.push(...some);
  for (const line of statementLines(body, lines)) till.say(line);
  till.tell({ ...body, lines });
  return 0;
}

export function statementLines(statement: StatementView, lines: readonly LineView[]): string[] {
  const cell = (currency: string, value: number) => toRecordText({ currency, value }).padStart(12);
  const several = new Set(lines.map(({ currency }) => currency)).size > 1;
  // A column of its own only where the shop has paid discounts: all of gross is received otherwise.
  const isDiscounted = lines.some(({ gross, received }) => received !== gross);
  const received = <T>(column: T): T[] => (isDiscounted ? [column] : []);
  const cells = (currency: string, values: readonly number[]) => values.map((value) => cell(currency, value)).join('');
  const rows = lines.map(({ occurredAt, type, merchantOrderNo, refundNo, currency, late, ...line }) => {
    const sums = cells(currency, [line.gross, ...received(line.received), line.fee, line.net]);
    const number = (refundNo ?? merchantOrderNo).padEnd(24);
    return `${occurredAt}  ${type.padEnd(7)} ${number}${sums}${several ? `  ${currency}` : ''}${late ? '  late' : ''}${settledIn(line)}`;
  });
  const totals = statement.totals.map(({ currency, channel, storeId, ...row }) => {
    const sums = [row.netSales, ...received(row.netReceived), row.netFees, row.netReceivable];
    return `${`${storeId} ${channel} ${currency}`.padEnd(58)}${cells(currency, sums)}`;
  });
  const heads = ['gross', ...received('received'), 'fee', 'net'].map((name) => name.padStart(12)).join('');
  const header = `${'time (UTC)'.padEnd(26)}${'type'.padEnd(8)}${'number'.padEnd(24)}${heads}`;
  return [
    `Fee statement ${statement.day} (${statement.zone})`,
    header,
    ...rows,
    '',
    ...totals,
    ...receivableLines(statement, cells),
    `SHA-256 ${statement.hash}`,
  ];
}

/** Behind a line: what the merchant gets of it in another currency. */
function settledIn({ settlement }: Pick<LineView, 'settlement'>): string {
  if (!settlement) return '';
  const { currency, net, state } = settlement;
  const amount = net === null ? 'not known yet' : toRecordText({ currency, value: net });
  return `  → ${currency} ${amount}${state === 'provisional' && net !== null ? ' (provisional)' : ''}`;
}

/** What the merchant gets, by currency, where that is not the currency of the orders: before fees, fees, and what is left. */
function receivableLines(
  { totals }: StatementView,
  cells: (currency: string, values: readonly number[]) => string,
): string[] {
  if (!isSettledOtherwise(totals)) return [];
  const rows = receivableBy(totals).map((row) => {
    const note = settlementNote(row, 'en');
    const sums = cells(row.currency, [row.gross, row.fees, row.net]);
    return `${`You receive ${row.currency}`.padEnd(58)}${sums}${note && `  ${note}`}`;
  });
  return ['', ...rows];
}

type Lists = { listStatementLines: LineView; listStatementTotals: TerminalTotalsView };

async function* pagesOf<N extends keyof Lists>(
  till: Terminal,
  name: N,
  { statementId }: StatementView,
): AsyncGenerator<Lists[N][]> {
  let cursor: string | undefined;
  do {
    const { body } = await till.client.call(name, {
      params: { statementId },
      query: { limit: '100', cursor },
    } as never);
    const page = body as { data: Lists[N][]; nextCursor: string | null };
    yield page.data;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Writes beside the place and moves it there when it is whole: a file that was cut short is never taken for the day. */
async function intoPlace(file: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${file}.part`;
  try {
    await write(part);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof Error && 'syscall' in error ? new Refused(`cannot write ${file}: ${error.message}`) : error;
  }
}

type Excel = Pick<StatementOptions, 'excel'>;
type Bytes = AsyncGenerator<Uint8Array>;

function csvOf(till: Terminal, name: keyof Lists, { statementId }: StatementView, { excel }: Excel): Bytes {
  return till.client.csv(name, { params: { statementId }, query: { ...(excel && { excel: 'true' }) } });
}

/** The lines, counted: a line of the file ends with each CR LF, since no text of ours has one. */
async function* linesOf(till: Terminal, statement: StatementView, options: Excel): Bytes {
  let ends = 0;
  for await (const bytes of csvOf(till, 'listStatementLines', statement, options)) {
    for (const byte of bytes) if (byte === 0x0a) ends += 1;
    yield bytes;
  }
  if (ends !== statement.lineCount + 1)
    throw new Refused(`${ends - 1} lines came, and ${statement.statementId} has ${statement.lineCount}`);
}

async function writeCsv(till: Terminal, statement: StatementView, part: string, options: Excel): Promise<void> {
  await pipeline(Readable.from(linesOf(till, statement, options)), createWriteStream(part));
}

/** Detail, totals, totals per terminal and operator, the sealed statement itself, and the SHA-256 of each. */
async function writeParts(till: Terminal, statement: StatementView, part: string, options: Excel): Promise<void> {
  const sums: string[] = [];
  const totals = totalsColumns(statement);
  const whole = (content: string) => () => Readable.from([Buffer.from(content)]);
  const entries: [string, () => AsyncIterable<Uint8Array>][] = [
    ['lines.csv', () => linesOf(till, statement, options)],
    ['totals.csv', whole(csvHeader(totals, options) + csvRows(totals, statement.totals, options))],
    ['terminals.csv', () => csvOf(till, 'listStatementTotals', statement, options)],
    ['statement.json', whole(`${JSON.stringify(statement, null, 2)}\n`)],
  ];
  function* all() {
    for (const [what, open] of entries) {
      const name = fileName(statement, what);
      yield { name, content: hashed(open(), (sha256) => sums.push(`${sha256}  ${name}\n`)) };
    }
    // As `sha256sum --check` reads it.
    yield { name: 'SHA256SUMS', content: Readable.from([Buffer.from(sums.join(''))]) };
  }
  await writeZip(part, all());
}

async function* hashed(content: AsyncIterable<Uint8Array>, done: (sha256: string) => void): Bytes {
  const hash = createHash('sha256');
  for await (const bytes of content) {
    hash.update(bytes);
    yield bytes;
  }
  done(hash.digest('hex'));
}

async function writePrint(till: Terminal, statement: StatementView, part: string, options: StatementOptions) {
  const hours = new Hours(statement.zone);
  for await (const lines of pagesOf(till, 'listStatementLines', statement)) for (const line of lines) hours.add(line);
  const terminals: TerminalTotalsView[] = [];
  for await (const rows of pagesOf(till, 'listStatementTotals', statement)) terminals.push(...rows);
  const printable = { statement, terminals, hours, merchantName: options.name };
  await writeFile(part, printStatement(printable, till.settings.lang));
}

/** What the till, or for a back office the whole merchant, has sold since a time; by default since midnight there. */
export async function totals(till: Terminal, since: string | undefined): Promise<number> {
  const at = since === undefined ? undefined : Date.parse(since);
  if (Number.isNaN(at)) throw new UsageError('--since is a time such as 2026-03-01T09:00:00+08:00');
  const own = till.holder.storeId !== null;
  const { body } = await till.client.call('getTotals', {
    query: { ...(own && { terminal: 'self' as const }), ...(at !== undefined && { since: String(at) }) },
  });
  till.say(`Since ${body.since}, until ${body.until} (${body.zone})`);
  for (const row of body.terminals) till.say(totalsLine(row));
  if (body.terminals.length === 0) till.say('Nothing sold.');
  if (body.withoutAgreement > 0) till.say(`${body.withoutAgreement} payments have no fee agreement and are in no sum.`);
  till.tell(body);
  return 0;
}

function totalsLine({ currency, storeId, operatorId, payments, refunds, ...row }: TerminalTotalsView): string {
  const money = (value: number) => toRecordText({ currency, value });
  return [
    `${storeId} ${operatorId ?? '-'}`,
    currency,
    `payments ${payments.count}: ${money(payments.gross)}`,
    `refunds ${refunds.count}: ${money(refunds.gross)}`,
    ...(row.netReceived === row.netSales ? [] : [`received ${money(row.netReceived)}`]),
    `fees ${money(row.netFees)}`,
    `net ${money(row.netReceivable)}`,
  ].join('  ');
}
