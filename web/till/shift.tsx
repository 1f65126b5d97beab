/** What this till has taken since the shift began, who stands at it, and its key. */

import { useEffect, useState } from 'preact/hooks';
import type { Client } from '../../functions/http/client.ts';
import { DAY } from '../../functions/time.ts';
import { Fit } from '../shared/fit.tsx';
import { store } from './enrol.ts';
import { faultText, useTill } from './use-till.ts';

type Totals = Awaited<ReturnType<typeof askTotals>>;

const SINCE = 'shift since';
/** The server adds up no more than a week. */
const LONGEST_SHIFT = 6 * DAY;

async function askTotals(client: Client, since: number | undefined) {
  const query = { terminal: 'self', ...(since !== undefined && { since: String(since) }) } as const;
  return (await client.call('getTotals', { query })).body;
}

export function Shift({ forget }: { forget: () => void }) {
  const { say, lang, server, dayTime, key } = useTill();
  const [totals, setTotals] = useState<Totals>();
  const [fault, setFault] = useState<unknown>();
  const load = async () => {
    setFault(undefined);
    try {
      const kept = await store.get<number>(SINCE);
      const isOver = kept === undefined || kept < server.now() - LONGEST_SHIFT;
      setTotals(await askTotals(server.client, isOver ? undefined : kept));
    } catch (error) {
      setFault(error);
    }
  };
  useEffect(() => {
    load();
  }, []);
  const start = async () => {
    // The server takes no instant that it has not reached, and its clock is known to a second.
    await store.put(SINCE, Math.floor(server.now() / 1_000) * 1_000 - 1_000);
    await load();
  };
  return (
    <section class="card stack narrow">
      <h2>{say('shift')}</h2>
      <p>
        <a href="/help" target="_blank" rel="noopener">
          {say('help')}
        </a>
      </p>
      {fault !== undefined && (
        <div class="fault" role="alert">
          <p>{faultText(lang, fault)}</p>
          <button type="button" onClick={load}>
            {say('retry')}
          </button>
        </div>
      )}
      {!totals && fault === undefined && (
        <p class="quiet" role="status">
          {say('loading')}
        </p>
      )}
      {totals && (
        <>
          <p class="quiet">{say('shiftSince', { time: dayTime(totals.since) })}</p>
          <Figures totals={totals} />
          <button type="button" onClick={start}>
            {say('shiftStart')}
          </button>
        </>
      )}
      <Cashier />
      <dl class="facts">
        <div>
          <dt>{say('terminal')}</dt>
          <dd>{key.keyid}</dd>
        </div>
        <div>
          <dt>{say('store')}</dt>
          <dd>{key.storeId}</dd>
        </div>
      </dl>
      <Forget forget={forget} />
    </section>
  );
}

function Figures({ totals }: { totals: Totals }) {
  const { say, money, currency } = useTill();
  const sums = totals.totals.length > 0 ? totals.totals : [nothing(currency)];
  return (
    <>
      {sums.map((sum) => (
        <dl class="figures" key={`${sum.currency} ${sum.channel}`}>
          <Figure
            name={say('payments')}
            note={say('count', { n: sum.payments.count })}
            value={money({ currency: sum.currency, value: sum.payments.gross })}
          />
          <Figure
            name={say('refundSum')}
            note={say('count', { n: sum.refunds.count })}
            value={money({ currency: sum.currency, value: sum.refunds.gross })}
          />
          <Figure name={say('net')} value={money({ currency: sum.currency, value: sum.netSales })} />
        </dl>
      ))}
      {totals.terminals.length > 1 && (
        <ul class="list">
          {totals.terminals.map((sum) => (
            <li key={`${sum.operatorId} ${sum.currency}`} class="line">
              <span>
                <bdi>{sum.operatorId ?? say('nobody')}</bdi> <small>{say('count', { n: sum.payments.count })}</small>
              </span>
              <span class="money">{money({ currency: sum.currency, value: sum.netSales })}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const nothing = (currency: string) => ({
  currency,
  channel: 'alipay',
  payments: { count: 0, gross: 0 },
  refunds: { count: 0, gross: 0 },
  netSales: 0,
});

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <dt>
        {name} {note && <small>{note}</small>}
      </dt>
      <dd class="money">
        <Fit text={value} />
      </dd>
    </div>
  );
}

function Cashier() {
  const { say, operatorId, setOperator } = useTill();
  const [name, setName] = useState(operatorId);
  const [isSaved, setSaved] = useState(false);
  const save = (event: Event) => {
    event.preventDefault();
    setOperator(name.trim());
    setSaved(true);
  };
  return (
    <form class="search" onSubmit={save}>
      <label>
        {say('cashierText')}
        <input
          name="cashier"
          autocomplete="off"
          maxLength={28}
          value={name}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setSaved(false);
          }}
        />
      </label>
      <button type="submit">{say('save')}</button>
      {isSaved && (
        <p class="quiet" role="status">
          {say('saved')}
        </p>
      )}
    </form>
  );
}

function Forget({ forget }: { forget: () => void }) {
  const { say, state } = useTill();
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" class="plain" disabled={state.intent !== undefined} onClick={() => setAsked(true)}>
        {say('forget')}
      </button>
    );
  return (
    <div class="ask stack">
      <p>{say('forgetAsk')}</p>
      <div class="row">
        <button type="button" class="danger" onClick={forget}>
          {say('forget')}
        </button>
        <button type="button" onClick={() => setAsked(false)}>
          {say('back')}
        </button>
      </div>
    </div>
  );
}
