import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import { type Lang, showMoney } from '../shared/say.ts';
import type { Tone } from '../shared/status-tones.ts';
import { timeBeside } from '../shared/times.ts';
import type { Word } from './messages.ts';

export type Difference = ReconciliationView['differences'][number];
type Resolution = Difference['resolution'];

/** A day of one account; but for a merchant who has changed accounts there is one a day. */
export interface Day {
  readonly day: string;
  /** Absent: not compared yet. */
  readonly found: ReconciliationView | undefined;
}

export const keyOf = ({ day, found }: Day): string => `${day} ${found?.account}`;

/** The day that was chosen, or the latest that was compared, or the latest. */
export function shownDay(days: readonly Day[], chosen: string | undefined): Day | undefined {
  return days.find((it) => keyOf(it) === chosen) ?? days.find(({ found }) => found) ?? days[0];
}

const STATES = {
  compared: { tone: 'good', word: 'compared' },
  no_bill: { tone: 'busy', word: 'no_bill' },
  unreadable: { tone: 'bad', word: 'unreadable' },
} as const satisfies Record<ReconciliationView['state'], { tone: Tone; word: Word }>;

export const areManyAccounts = (days: readonly Day[]): boolean =>
  new Set(days.flatMap(({ found }) => found?.account ?? [])).size > 1;

/** A row of the week: its state, and what agrees and is open; null where that is not known. */
export function dayRow({ found }: Day): { tone: Tone; word: Word; matched: number | null; open: number | null } {
  if (!found) return { tone: 'calm', word: 'notCompared', matched: null, open: null };
  const isKnown = found.state !== 'unreadable';
  return {
    ...STATES[found.state],
    matched: isKnown ? found.matched : null,
    open: isKnown ? openOf(found) : null,
  };
}

const countOf = ({ differences }: ReconciliationView, wanted: Resolution) =>
  differences.filter(({ resolution }) => resolution === wanted).length;

/** What needs a person: those that are listed, and those beyond the list. */
const openOf = (found: ReconciliationView): number => countOf(found, 'open') + found.omitted;

/** How many of what; null of a bill that cannot be read, of which nothing is known, not even that nothing differs. */
export function countsOf(found: ReconciliationView): readonly (readonly [Word, number])[] | null {
  if (found.state === 'unreadable') return null;
  return [
    ['matched', found.matched],
    ['openDifference', openOf(found)],
    ['waitingDifference', countOf(found, 'waiting')],
    ['settled', countOf(found, 'healed') + countOf(found, 'accepted')],
    ['foreign', found.foreign],
  ];
}

/** What needs a person comes first, then what is the oldest. */
const ORDER: readonly Resolution[] = ['open', 'waiting', 'accepted', 'healed'];

export const byUrgency = (differences: readonly Difference[]): Difference[] =>
  [...differences].sort((a, b) => ORDER.indexOf(a.resolution) - ORDER.indexOf(b.resolution) || b.ageDays - a.ageDays);

export const RESOLUTION_TONES = {
  open: 'bad',
  waiting: 'busy',
  accepted: 'calm',
  healed: 'good',
} as const satisfies Record<Resolution, Tone>;

export const REASONS = {
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

/** What is known beside both sides; what is absent is left out. `age`: whole days, in words. */
export function factsOf(difference: Difference, lang: Lang): readonly (readonly [Word, string])[] {
  const { tradeNo, ageDays, note, unread, currency } = difference;
  const days = new Intl.NumberFormat(lang, { style: 'unit', unit: 'day', unitDisplay: 'long' });
  const worth = unread?.worth;
  const facts: [Word, string | null | undefined][] = [
    ['tradeNo', tradeNo],
    ['age', days.format(ageDays)],
    ['note', note],
    ['billReceived', typeof worth === 'number' ? showMoney(lang, { currency, value: worth }) : null],
    ['reasonWhy', unread?.why],
  ];
  return facts.flatMap(([word, text]): (readonly [Word, string])[] => (text ? [[word, text]] : []));
}

export interface Side {
  readonly word: 'amount' | 'fee' | 'time';
  readonly ours: string;
  readonly bill: string;
  /** The difference is about this one. */
  readonly differs: boolean;
}

/** What we say beside what the bill says; `day`: the bill's, whose times need no day. */
export function sidesOf(difference: Difference, day: string, lang: Lang, zone: string): Side[] {
  const { currency, reason, ours, channelSays } = difference;
  const show = (value: number | null | undefined) =>
    typeof value === 'number' ? showMoney(lang, { currency, value }) : '–';
  const time = (side: Difference['ours']) => (side ? timeBeside(zone, side.at, day) : '–');
  const rows = [
    ['amount', show(ours?.gross), show(channelSays?.gross)],
    ['fee', show(ours?.fee), show(channelSays?.fee)],
    ['time', time(ours), time(channelSays)],
  ] as const;
  return rows.map(([word, here, there]) => ({ word, ours: here, bill: there, differs: word === reason }));
}
