/** Our days against the bills of the channel: what agrees, what does not, and why. */
import { useState } from 'preact/hooks';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import { dayAfter } from '../../functions/time.ts';
import { Badge } from '../shared/badge.tsx';
import { dayIn } from '../shared/route.ts';
import { useConsole, useLoad } from './context.ts';
import {
  areManyAccounts,
  byUrgency,
  countsOf,
  type Day,
  type Difference,
  dayRow,
  factsOf,
  keyOf,
  REASONS,
  RESOLUTION_TONES,
  shownDay,
  sidesOf,
} from './differences.ts';
import { OrderDetail } from './order-detail.tsx';
import { Await, DayInput, Facts, Figure, Table } from './parts.tsx';

/** So many days are seen at once. */
const WEEK = 7;

export function Reconciliations() {
  const { client, lastReportDay, say, path, go } = useConsole();
  const last = dayIn(path[0]) ?? lastReportDay;
  const [chosen, setChosen] = useState<string>();
  const [loaded, again] = useLoad(
    () =>
      Promise.all(
        [...Array(WEEK).keys()].map(async (back): Promise<Day[]> => {
          const day = dayAfter(last, -back);
          const { data } = (await client.call('listReconciliations', { query: { day } })).body;
          return data.length === 0 ? [{ day, found: undefined }] : data.map((found) => ({ day, found }));
        }),
      ).then((days) => days.flat()),
    [client, last],
  );
  if (path[1] !== undefined) return <OrderDetail orderId={path[1]} onBack={() => go('reconciliations', last)} />;
  return (
    <>
      <h2>{say('reconciliations')}</h2>
      <form class="filter">
        <DayInput
          word="upTo"
          day={last}
          max={lastReportDay}
          onDay={(day) => {
            setChosen(undefined);
            go('reconciliations', day);
          }}
        />
      </form>
      <p class="quiet">{say('reconciliationsNote')}</p>
      <Await loaded={loaded} again={again}>
        {(days) => {
          const shown = shownDay(days, chosen);
          return (
            <>
              <Week days={days} shown={shown && keyOf(shown)} onDay={setChosen} />
              {shown?.found && (
                <BillDay key={keyOf(shown)} of={shown.found} onOrder={(it) => go('reconciliations', last, it)} />
              )}
            </>
          );
        }}
      </Await>
    </>
  );
}

function Week(props: { days: readonly Day[]; shown: string | undefined; onDay: (day: string) => void }) {
  const { say } = useConsole();
  const areMany = areManyAccounts(props.days);
  return (
    <Table
      title={say('reconciliations')}
      heads={['reportDay', ...(areMany ? (['account'] as const) : []), 'status', 'matched', 'openDifference']}
      right={['matched', 'openDifference']}
    >
      {props.days.map((it) => {
        const { day, found } = it;
        const { tone, word, matched, open } = dayRow(it);
        return (
          <tr key={keyOf(it)}>
            <td>
              {found ? (
                <button
                  type="button"
                  class="link"
                  aria-current={keyOf(it) === props.shown ? 'true' : undefined}
                  onClick={() => props.onDay(keyOf(it))}
                >
                  {day}
                </button>
              ) : (
                day
              )}
            </td>
            {areMany && <td>{found?.account ?? '–'}</td>}
            <td>
              <Badge tone={tone}>{say(word)}</Badge>
            </td>
            <td class="right">{matched ?? '–'}</td>
            <td class="right">{open ? <strong class="bad">{open}</strong> : (open ?? '–')}</td>
          </tr>
        );
      })}
    </Table>
  );
}

function BillDay({ of, onOrder }: { of: ReconciliationView; onOrder: (orderId: string) => void }) {
  const { say, time } = useConsole();
  const { day, state, checkedAt, why, differences, omitted, billHash, account } = of;
  const counts = countsOf(of);
  return (
    <article>
      <h3>{day}</h3>
      <p class="quiet">
        {say('account')} {account} · {say('checked', { time: time(checkedAt) })}
      </p>
      {state !== 'compared' && (
        <p role={state === 'unreadable' ? 'alert' : undefined}>
          {say(state === 'unreadable' ? 'unreadableText' : 'noBillText')}
          {why && <small> {why}</small>}
        </p>
      )}
      {counts && (
        <dl class="figures">
          {counts.map(([word, n]) => (
            <Figure key={word} name={say(word)} value={String(n)} strong={word === 'openDifference' && n > 0} />
          ))}
        </dl>
      )}
      {state === 'compared' && differences.length === 0 && <p>{say('allAgree')}</p>}
      <ul class="differences">
        {byUrgency(differences).map((it) => (
          <DifferenceCard
            key={`${it.type} ${it.attemptNo} ${it.requestNo} ${it.reason}`}
            difference={it}
            day={day}
            onOrder={onOrder}
          />
        ))}
      </ul>
      {omitted > 0 && <p role="alert">{say('omitted', { n: omitted })}</p>}
      {billHash && (
        <p class="hash">
          {say('bill')} SHA-256 {billHash}
        </p>
      )}
    </article>
  );
}

function DifferenceCard(props: { difference: Difference; day: string; onOrder: (orderId: string) => void }) {
  const { difference, day, onOrder } = props;
  const { say, lang } = useConsole();
  const { reason, resolution, type, orderId, attemptNo, requestNo } = difference;
  const number = requestNo ?? attemptNo;
  return (
    <li>
      <h4>
        <span>
          {say(type)} · {say(REASONS[reason])}
        </span>
        <Badge tone={RESOLUTION_TONES[resolution]}>{say(`${resolution}Difference`)}</Badge>
      </h4>
      <p class="quiet">{say(`${REASONS[reason]}Text`)}</p>
      <Sides difference={difference} day={day} />
      <Facts
        facts={[
          [
            'number',
            orderId ? (
              <button type="button" class="link" onClick={() => onOrder(orderId)}>
                {number}
              </button>
            ) : (
              number
            ),
          ],
          ...factsOf(difference, lang),
        ]}
      />
    </li>
  );
}

/** What we say beside what the bill says; what the difference is about in bold. */
function Sides({ difference, day }: { difference: Difference; day: string }) {
  const { say, reader } = useConsole();
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{say('ours')}</th>
          <th scope="col">{say('bill')}</th>
        </tr>
      </thead>
      <tbody>
        {sidesOf(difference, day, reader.lang, reader.zone).map(({ word, ours, bill, differs }) => (
          <tr key={word} class={differs ? 'differs' : undefined}>
            <th scope="row">{say(word)}</th>
            <td>{ours}</td>
            <td>{bill}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
