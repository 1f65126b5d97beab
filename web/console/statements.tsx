/** Sealed fee statements: what they sum up to, when and where it was sold, and the files for the accountant. */
import { useState } from 'preact/hooks';
import type { LineView, StatementView } from '../../functions/contract/answers.ts';
import type { TerminalTotalsView } from '../../functions/contract/totals-answers.ts';
import { fileName } from '../../functions/statement/export/csv.ts';
import { Hours } from '../../functions/statement/export/hours.ts';
import { printStatement } from '../../functions/statement/export/print.ts';
import { Badge } from '../shared/badge.tsx';
import { allOf, wholeOf } from './all-of.ts';
import { BarChart } from './chart.tsx';
import { useConsole, useLoad } from './context.ts';
import { faultText } from './fault-text.ts';
import { Await } from './parts.tsx';
import { byCurrency } from './sums.ts';
import { Receivable, StoreTable, Sums } from './today.tsx';

export function Statements() {
  const { client, say, path, go } = useConsole();
  const [loaded, again] = useLoad(async () => {
    const rows = await allOf<StatementView>(client, 'listStatements', {}, 400);
    return rows.sort((a, b) => (a.day < b.day ? 1 : -1));
  }, [client]);
  return (
    <>
      <h2>{say('statements')}</h2>
      <Await loaded={loaded} again={again}>
        {(statements) => {
          const statement = statements.find(({ day }) => day === path[0]) ?? statements[0];
          if (!statement) return <p class="quiet">{say('noStatements')}</p>;
          return (
            <>
              <form class="filter">
                <label>
                  {say('day')}
                  <select
                    name="statement"
                    value={statement.day}
                    onChange={(event) => go('statements', event.currentTarget.value)}
                  >
                    {statements.map(({ day, lineCount }) => (
                      <option key={day} value={day}>
                        {day} · {say('lines', { n: lineCount })}
                      </option>
                    ))}
                  </select>
                </label>
              </form>
              <Statement key={statement.statementId} statement={statement} />
            </>
          );
        }}
      </Await>
    </>
  );
}

function Statement({ statement }: { statement: StatementView }) {
  const { say, time } = useConsole();
  const { totals, checks } = statement;
  const late = totals.reduce((sum, row) => sum + row.lateLines, 0);
  const holds = checks.every((check) => check.holds);
  return (
    <article>
      <p class="quiet">
        {statement.day} ({statement.zone}) · {say('sealed', { time: time(statement.sealedAt) })}
        {late > 0 && ` · ${say('lateLines', { n: late })}`}{' '}
        <Badge tone={holds ? 'good' : 'bad'}>{say(holds ? 'checksHold' : 'checksBroken')}</Badge>
      </p>
      {byCurrency(totals).map(([currency, rows]) => (
        <Sums key={currency} rows={rows} />
      ))}
      <Receivable rows={totals} />
      <Files statement={statement} />
      <Charts statement={statement} />
      <h3>{say('byStore')}</h3>
      <StoreTable rows={totals} />
      <p class="quiet">{say('holder')}</p>
      <p class="hash">SHA-256 {statement.hash}</p>
    </article>
  );
}

/** More lines than a browser wants to hold are drawn by the command line. */
const LINES_MAX = 20_000;

function linesOf(client: ReturnType<typeof useConsole>['client'], { statementId }: StatementView): Promise<LineView[]> {
  return wholeOf<LineView>(client, 'listStatementLines', { params: { statementId } }, LINES_MAX);
}

function hoursOf(statement: StatementView, lines: readonly LineView[]): Hours {
  const hours = new Hours(statement.zone);
  for (const line of lines) hours.add(line);
  return hours;
}

function Charts({ statement }: { statement: StatementView }) {
  const { client, say } = useConsole();
  const [loaded, again] = useLoad(
    async () => hoursOf(statement, await linesOf(client, statement)),
    [client, statement.statementId],
  );
  const stores = (currency: string) => statement.totals.filter((row) => row.currency === currency);
  return (
    <Await loaded={loaded} again={again}>
      {(hours) =>
        [...hours.rows].map(([currency, rows]) => (
          <div class="charts" key={currency}>
            <BarChart
              title={`${say('byHour')} (${currency})`}
              currency={currency}
              word="chartHour"
              bars={rows.map((hour, i) => ({ name: String(i).padStart(2, '0'), ...hour }))}
            />
            <BarChart
              title={`${say('byStore')} (${currency})`}
              currency={currency}
              word="chartStore"
              bars={stores(currency).map((row) => ({
                name: row.storeId,
                sales: row.payments.gross,
                refunds: row.refunds.gross,
                fees: row.fees,
                feesReturned: row.feesReturned,
              }))}
            />
          </div>
        ))
      }
    </Await>
  );
}

function Files({ statement }: { statement: StatementView }) {
  const { client, merchant, say, lang } = useConsole();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{ fault: unknown }>();
  const make = async (parts: () => Promise<BlobPart[]>, name: string, type: string) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      save(new Blob(await parts(), { type }), name);
    } catch (fault) {
      setTrouble({ fault });
    } finally {
      setBusy(false);
    }
  };
  const csv = async () => {
    const bytes: BlobPart[] = [];
    const query = { params: { statementId: statement.statementId }, query: { excel: 'true' as const } };
    for await (const page of client.csv('listStatementLines', query)) bytes.push(page as Uint8Array<ArrayBuffer>);
    return bytes;
  };
  const print = async () => {
    const params = { statementId: statement.statementId };
    const terminals = await wholeOf<TerminalTotalsView>(client, 'listStatementTotals', { params });
    const hours = hoursOf(statement, await linesOf(client, statement));
    return [printStatement({ statement, terminals, hours, merchantName: merchant.name }, lang)];
  };
  return (
    <p class="buttons">
      <button type="button" disabled={busy} onClick={() => make(csv, fileName(statement, 'lines.csv'), 'text/csv')}>
        {say('downloadCsv')}
      </button>
      <button
        type="button"
        disabled={busy}
        onClick={() => make(print, fileName(statement, 'statement.html'), 'text/html;charset=utf-8')}
      >
        {say('downloadPrint')}
      </button>
      {trouble && <span role="alert">{faultText(lang, trouble.fault)}</span>}
    </p>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
