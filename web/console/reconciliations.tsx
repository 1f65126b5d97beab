/** Our days against the bills of the channel: what agrees, what does not, and why. */
import { useState } from 'preact/hooks';
import type { ReconciliationView } from '../../functions/http/answers.ts';
import { dayAfter } from '../../functions/time.ts';
import { useDesk, useLoad } from './desk.ts';
import { OrderDetail } from './order-detail.tsx';
import { Await, Badge, DayInput, Facts, Figure, Table, type Tone } from './parts.tsx';
import type { Word } from './words.ts';

type Difference = ReconciliationView['differences'][number];
type Resolution = Difference['resolution'];
/** A day of one account; but for a merchant who has changed accounts there is one a day. */
interface Day {
  readonly day: string;
  /** Absent: not compared yet. */
  readonly found: ReconciliationView | undefined;
}

const keyOf = ({ day, found }: Day) => `${day} ${found?.account}`;

/** So many days are seen at once. */
const WEEK = 7;

export function Reconciliations() {
  const { client, lastBillDay, say } = useDesk();
  const [last, setLast] = useState(lastBillDay);
  const [chosen, setChosen] = useState<string>();
  const [open, setOpen] = useState<string>();
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
  if (open) return <OrderDetail orderId={open} onBack={() => setOpen(undefined)} />;
  return (
    <>
      <h2>{say('reconciliations')}</h2>
      <form class="filter">
        <DayInput
          word="upTo"
          day={last}
          max={lastBillDay}
          onDay={(day) => {
            setLast(day);
            setChosen(undefined);
          }}
        />
      </form>
      <p class="quiet">{say('reconciliationsNote')}</p>
      <Await loaded={loaded} again={again}>
        {(days) => {
          const shown = days.find((it) => keyOf(it) === chosen) ?? days.find(({ found }) => found) ?? days[0];
          return (
            <>
              <Week days={days} shown={shown && keyOf(shown)} onDay={setChosen} />
              {shown?.found && <BillDay key={keyOf(shown)} of={shown.found} onOrder={setOpen} />}
            </>
          );
        }}
      </Await>
    </>
  );
}

/** Of a bill that cannot be read nothing is known, not even that nothing differs. */
const isKnown = ({ state }: ReconciliationView) => state !== 'unreadable';

const countOf = ({ differences }: ReconciliationView, wanted: Resolution) =>
  differences.filter(({ resolution }) => resolution === wanted).length;

const STATES = {
  compared: { tone: 'good', word: 'compared' },
  no_bill: { tone: 'busy', word: 'no_bill' },
  unreadable: { tone: 'bad', word: 'unreadable' },
} as const satisfies Record<ReconciliationView['state'], { tone: Tone; word: Word }>;

function Week(props: { days: readonly Day[]; shown: string | undefined; onDay: (day: string) => void }) {
  const { say } = useDesk();
  const accounts = new Set(props.days.flatMap(({ found }) => found?.account ?? []));
  const areMany = accounts.size > 1;
  return (
    <Table
      title={say('reconciliations')}
      heads={['billDay', ...(areMany ? (['account'] as const) : []), 'status', 'matched', 'openDifference']}
      right={['matched', 'openDifference']}
    >
      {props.days.map(({ day, found }) => (
        <tr key={keyOf({ day, found })}>
          <td>
            {found ? (
              <button
                type="button"
                class="link"
                aria-current={keyOf({ day, found }) === props.shown ? 'true' : undefined}
                onClick={() => props.onDay(keyOf({ day, found }))}
              >
                {day}
              </button>
            ) : (
              day
            )}
          </td>
          {areMany && <td>{found?.account ?? '–'}</td>}
          <td>
            <Badge tone={found ? STATES[found.state].tone : 'calm'}>
              {say(found ? STATES[found.state].word : 'notCompared')}
            </Badge>
          </td>
          <td class="right">{found && isKnown(found) ? found.matched : '–'}</td>
          <td class="right">{found && isKnown(found) ? <OpenCount of={found} /> : '–'}</td>
        </tr>
      ))}
    </Table>
  );
}

function OpenCount({ of }: { of: ReconciliationView }) {
  const n = countOf(of, 'open') + of.omitted;
  return n > 0 ? <strong class="bad">{n}</strong> : <>0</>;
}

/** What needs somebody comes first, then what is the oldest. */
const ORDER: readonly Resolution[] = ['open', 'waiting', 'accepted', 'healed'];
const byUrgency = (a: Difference, b: Difference) =>
  ORDER.indexOf(a.resolution) - ORDER.indexOf(b.resolution) || b.ageDays - a.ageDays;

function BillDay({ of, onOrder }: { of: ReconciliationView; onOrder: (orderId: string) => void }) {
  const { say, time } = useDesk();
  const { day, state, checkedAt, why, matched, foreign, differences, omitted, billHash, account } = of;
  const settled = countOf(of, 'healed') + countOf(of, 'accepted');
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
      {isKnown(of) && (
        <dl class="figures">
          <Figure name={say('matched')} value={String(matched)} />
          <Figure name={say('openDifference')} value={String(countOf(of, 'open'))} strong={countOf(of, 'open') > 0} />
          <Figure name={say('waitingDifference')} value={String(countOf(of, 'waiting'))} />
          <Figure name={say('settled')} value={String(settled)} />
          <Figure name={say('foreign')} value={String(foreign)} />
        </dl>
      )}
      {state === 'compared' && differences.length === 0 && <p>{say('allAgree')}</p>}
      <ul class="differences">
        {[...differences].sort(byUrgency).map((it) => (
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

const RESOLUTIONS = {
  open: 'bad',
  waiting: 'busy',
  accepted: 'calm',
  healed: 'good',
} as const satisfies Record<Resolution, Tone>;

const REASONS = {
  missing_here: 'missing_here',
  missing_at_channel: 'missing_at_channel',
  amount: 'different_amount',
  fee: 'different_fee',
  status: 'different_status',
  duplicate: 'duplicate',
  late: 'around_midnight',
  unread: 'unread_row',
  received: 'different_received',
} as const satisfies Record<Difference['reason'], Word>;

function DifferenceCard(props: { difference: Difference; day: string; onOrder: (orderId: string) => void }) {
  const { difference, day, onOrder } = props;
  const { say, lang, money } = useDesk();
  const { reason, resolution, type, orderId, attemptNo, requestNo, tradeNo, currency, ageDays, note, unread } =
    difference;
  const worth = unread?.worth;
  const number = requestNo ?? attemptNo;
  const days = new Intl.NumberFormat(lang, { style: 'unit', unit: 'day', unitDisplay: 'long' });
  return (
    <li>
      <h4>
        <span>
          {say(type)} · {say(REASONS[reason])}
        </span>
        <Badge tone={RESOLUTIONS[resolution]}>{say(`${resolution}Difference`)}</Badge>
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
          ['tradeNo', tradeNo],
          ['age', days.format(ageDays)],
          ['note', note],
          ['billReceived', typeof worth === 'number' ? money({ currency, value: worth }) : null],
          ['reasonWhy', unread?.why],
        ]}
      />
    </li>
  );
}

/** What we say beside what the bill says; what the difference is about in bold. */
function Sides({ difference, day }: { difference: Difference; day: string }) {
  const { say, money, time } = useDesk();
  const { currency, reason, ours, channelSays } = difference;
  const show = (value: number | null | undefined) => (typeof value === 'number' ? money({ currency, value }) : '–');
  const rows = [
    ['amount', show(ours?.gross), show(channelSays?.gross)],
    ['fee', show(ours?.fee), show(channelSays?.fee)],
    ['time', ours ? time(ours.at, day) : '–', channelSays ? time(channelSays.at, day) : '–'],
  ] as const;
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
        {rows.map(([word, here, there]) => (
          <tr key={word} class={word === reason ? 'differs' : undefined}>
            <th scope="row">{say(word)}</th>
            <td>{here}</td>
            <td>{there}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
