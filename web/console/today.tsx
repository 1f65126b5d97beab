/** What was sold since midnight, live, and whether the channel takes new orders. */

import type { LiveTotalsView, TerminalTotalsView, TotalsView } from '../../functions/contract/totals-answers.ts';
import { Badge } from '../shared/badge.tsx';
import { channelName } from '../shared/say.ts';
import { useConsole, useLoad } from './context.ts';
import { Await, Figure, Table } from './parts.tsx';
import { byCurrency, type Column, cellsOf, columnsOf, receivableTexts, sumsOf } from './sums.ts';
import { CHANNEL_STATES } from './tones.ts';

export function Today() {
  const { client, say } = useConsole();
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
  const { say } = useConsole();
  return (
    <>
      {totals.withoutAgreement > 0 && <p role="alert">{say('withoutAgreement', { n: totals.withoutAgreement })}</p>}
      {totals.totals.length === 0 && <p class="quiet">{say('nothingSold')}</p>}
      {byCurrency(totals.totals).map(([currency, rows]) => (
        <Sums key={currency} rows={rows} />
      ))}
      <Receivable rows={totals.totals} />
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

/** What the merchant gets in each currency, where that is not the currency of the orders. */
export function Receivable({ rows }: { rows: readonly TotalsView[] }) {
  const { say, lang } = useConsole();
  const texts = receivableTexts(rows, lang);
  if (texts.length === 0) return null;
  return (
    <section aria-label={say('youReceive')}>
      <h3>{say('youReceive')}</h3>
      <dl class="figures">
        {texts.map(({ name, value, note }) => (
          <Figure key={name} name={name} value={value} note={note} strong />
        ))}
      </dl>
    </section>
  );
}

/** All stores of one currency as one row. */
export function Sums({ rows }: { rows: readonly TotalsView[] }) {
  const { lang } = useConsole();
  return (
    <dl class="figures">
      {sumsOf(rows, lang).map(({ name, value, note, isStrong = false }) => (
        <Figure key={name} name={name} value={value} note={note} strong={isStrong} />
      ))}
    </dl>
  );
}

function AmountCells({ row, columns }: { row: TotalsView; columns: readonly Column[] }) {
  const { lang } = useConsole();
  return (
    <>
      {cellsOf(row, columns, lang).map((amount, i) => (
        <td key={columns[i]} class="right">
          {amount}
        </td>
      ))}
    </>
  );
}

export function StoreTable({ rows }: { rows: readonly TotalsView[] }) {
  const { say } = useConsole();
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
  const { say, terminal } = useConsole();
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

function Channels() {
  const { client, say, time, lang } = useConsole();
  const [loaded, again] = useLoad(async () => (await client.call('listChannels', {})).body.data, [client]);
  return (
    <section>
      <h3>{say('channels')}</h3>
      <Await loaded={loaded} again={again}>
        {(channels) => (
          <ul class="plain">
            {channels.map(({ channel, state, until, reason, currencies }) => (
              <li key={channel}>
                <strong>{channelName(lang, channel)}</strong>{' '}
                <Badge tone={CHANNEL_STATES[state].tone}>{say(CHANNEL_STATES[state].word)}</Badge>{' '}
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
