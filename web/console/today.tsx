/** What was sold since midnight, live, and whether the channel takes new orders. */
import type { LiveTotalsView, TerminalTotalsView, TotalsView } from '../../functions/http/answers.ts';
import { useDesk, useLoad } from './desk.ts';
import { Await, Badge, Figure, Table, type Tone } from './parts.tsx';
import type { Word } from './words.ts';

export function Today() {
  const { client, say } = useDesk();
  const [totals, again] = useLoad(async () => (await client.call('getTotals', {})).body, [client]);
  return (
    <>
      <header class="line">
        <h2>{say('today')}</h2>
        <button type="button" onClick={again}>
          {say('reload')}
        </button>
      </header>
      <Await loaded={totals} again={again}>
        {(value) => <Live totals={value} />}
      </Await>
      <Channels />
    </>
  );
}

function Live({ totals }: { totals: LiveTotalsView }) {
  const { say } = useDesk();
  const currencies = [...new Set(totals.totals.map(({ currency }) => currency))];
  return (
    <>
      {totals.withoutAgreement > 0 && <p role="alert">{say('withoutAgreement', { n: totals.withoutAgreement })}</p>}
      {currencies.length === 0 && <p class="quiet">{say('nothingSold')}</p>}
      {currencies.map((currency) => (
        <Sums key={currency} rows={totals.totals.filter((row) => row.currency === currency)} />
      ))}
      {totals.totals.length > 1 && (
        <>
          <h3>{say('byStore')}</h3>
          <StoreTable rows={totals.totals} />
        </>
      )}
      {totals.terminals.length > 0 && (
        <>
          <h3>{say('byTerminal')}</h3>
          <TerminalTable rows={totals.terminals} />
        </>
      )}
    </>
  );
}

const SUMMED = ['netSales', 'netReceived', 'fees', 'feesReturned', 'netFees', 'netReceivable'] as const;

/** What was received is net sales, and not told a second time, unless the shop itself has paid discounts. */
const isTold = (name: string, rows: readonly TotalsView[]) =>
  name !== 'netReceived' || rows.some(({ netSales, netReceived }) => netReceived !== netSales);

/** All stores of one currency as one row. */
export function Sums({ rows }: { rows: readonly TotalsView[] }) {
  const { say, money } = useDesk();
  const currency = rows[0]?.currency ?? '';
  const sum = (pick: (row: TotalsView) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const count = (of: 'payments' | 'refunds') => say('count', { n: sum((row) => row[of].count) });
  const show = (value: number) => money({ currency, value });
  const adjusted = sum((row) => row.feeAdjustments.count);
  return (
    <dl class="figures">
      <Figure name={say('payments')} value={show(sum((row) => row.payments.gross))} note={count('payments')} />
      <Figure name={say('refunds')} value={show(sum((row) => row.refunds.gross))} note={count('refunds')} />
      {SUMMED.filter((name) => isTold(name, rows)).map((name) => (
        <Figure key={name} name={say(name)} value={show(sum((row) => row[name]))} strong={name === 'netReceivable'} />
      ))}
      {adjusted > 0 && (
        <Figure
          name={say('feeAdjustments')}
          value={show(sum((row) => row.feeAdjustments.fee))}
          note={say('count', { n: adjusted })}
        />
      )}
    </dl>
  );
}

const COLUMNS = ['payments', 'refunds', 'netSales', 'netReceived', 'netFees', 'netReceivable'] as const;
const columnsOf = (rows: readonly TotalsView[]) => COLUMNS.filter((name) => isTold(name, rows));

function AmountCells({ row, columns }: { row: TotalsView; columns: ReturnType<typeof columnsOf> }) {
  const { money } = useDesk();
  return (
    <>
      {columns.map((name) => {
        const of = row[name];
        return (
          <td key={name} class="right">
            {money({ currency: row.currency, value: typeof of === 'number' ? of : of.gross })}
          </td>
        );
      })}
    </>
  );
}

export function StoreTable({ rows }: { rows: readonly TotalsView[] }) {
  const { say } = useDesk();
  const columns = columnsOf(rows);
  return (
    <Table title={say('byStore')} heads={['store', ...columns]} right={columns}>
      {rows.map((row) => (
        <tr key={`${row.storeId} ${row.currency}`}>
          <td>{row.storeId}</td>
          <AmountCells row={row} columns={columns} />
        </tr>
      ))}
    </Table>
  );
}

function TerminalTable({ rows }: { rows: readonly TerminalTotalsView[] }) {
  const { say, terminal } = useDesk();
  const columns = columnsOf(rows);
  return (
    <Table title={say('byTerminal')} heads={['store', 'terminal', 'operator', ...columns]} right={columns}>
      {rows.map((row) => (
        <tr key={`${row.storeId} ${row.terminalId} ${row.operatorId} ${row.currency}`}>
          <td>{row.storeId}</td>
          <td>{terminal(row.terminalId)}</td>
          <td>{row.operatorId ?? '–'}</td>
          <AmountCells row={row} columns={columns} />
        </tr>
      ))}
    </Table>
  );
}

const STATES = {
  open: { tone: 'good', word: 'open' },
  draining: { tone: 'busy', word: 'draining' },
  closed: { tone: 'bad', word: 'channelClosed' },
} as const satisfies Record<string, { tone: Tone; word: Word }>;

function Channels() {
  const { client, say, time, lang } = useDesk();
  const [loaded, again] = useLoad(async () => (await client.call('listChannels', {})).body.data, [client]);
  return (
    <section>
      <h3>{say('channels')}</h3>
      <Await loaded={loaded} again={again}>
        {(channels) => (
          <ul class="plain">
            {channels.map(({ channel, state, until, reason, currencies }) => (
              <li key={channel}>
                <strong>{say(channel)}</strong> <Badge tone={STATES[state].tone}>{say(STATES[state].word)}</Badge>{' '}
                <span class="quiet">
                  {[currencies.join(', '), until && say('until', { time: time(until) }), reason?.[lang]]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </section>
  );
}
