/** What every section works with: the signed client, the merchant's zone, the language, and how money and times are shown. */
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem, type Callable, type Client } from '../../functions/http/client.ts';
import type { Scope } from '../../functions/http/operation.ts';
import type { MerchantView } from '../../functions/http/operations/merchant.ts';
import type { Money } from '../../functions/order/money.ts';
import { localTime } from '../../functions/time.ts';
import type { Lang } from '../page.ts';
import { showMoney } from '../shared/say.ts';
import { say, type Word } from './words.ts';

export interface Desk {
  readonly client: Client;
  readonly merchant: MerchantView;
  readonly lang: Lang;
  /** Whether the key allows it, as far as is known; the server has the last word. */
  readonly may: (scope: Scope) => boolean;
  /** The business day that it is. */
  readonly today: string;
  /** Names of terminals by id; those that the key may not see are absent. */
  readonly names: ReadonlyMap<string, string>;
  /** The last day of the channel that is over. */
  readonly lastBillDay: string;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk() {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('outside of the desk');
  const { lang, merchant, names } = desk;
  return {
    ...desk,
    say: (word: Word, values?: Readonly<Record<string, string | number>>) => say(lang, word, values),
    /** A terminal as people know it; two of them may have one name. */
    terminal: (id: string | null) => (id && names.has(id) ? `${names.get(id)} (${id.slice(-4)})` : (id ?? '–')),
    money: (money: Money) => showMoney(lang, money),
    /** With the day unless it is `day`. */
    time: (instant: string, day?: string) => showTime(instant, merchant.zone, day),
  };
}

function showTime(instant: string, zone: string, day?: string): string {
  const [date, time = ''] = localTime(Date.parse(instant), zone).split('T');
  return date === day ? time.slice(0, 8) : `${date} ${time.slice(0, 8)}`;
}

/** What a fault is called on the screen. */
export function faultText(lang: Lang, fault: unknown): string {
  if (!(fault instanceof ApiProblem)) return say(lang, 'offline');
  if (fault.status === 401) return say(lang, 'keyGone');
  if (fault.code === 'scope_missing') return say(lang, 'scopeMissing');
  return fault.problem.detail;
}

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'fault'; readonly fault: unknown };

/** Asks when it is first shown and whenever `keys` change; an answer that comes too late for its question is dropped. */
export function useLoad<T>(ask: () => Promise<T>, keys: readonly unknown[]): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const asked = useRef(0);
  const load = useCallback(() => {
    asked.current += 1;
    const mine = asked.current;
    const unlessLate = (value: Loaded<T>) => mine === asked.current && setLoaded(value);
    setLoaded({ state: 'loading' });
    ask().then(
      (value) => unlessLate({ state: 'there', value }),
      (fault: unknown) => unlessLate({ state: 'fault', fault }),
    );
  }, keys);
  useEffect(load, [load]);
  return [loaded, load];
}

interface Page<Row> {
  readonly data: Row[];
  readonly nextCursor: string | null;
}

/** All rows of a list, at most `most` of them. */
export async function allOf<Row>(
  client: Client,
  name: Callable,
  sent: { readonly params?: object; readonly query?: object },
  most = 1_000,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...sent.query, limit: '100', cursor };
    const { body } = await client.call(name, { ...sent, query } as never);
    const page = body as unknown as Page<Row>;
    rows.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && rows.length < most);
  return rows;
}
