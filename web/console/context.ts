/** What every section works with: the signed client, the merchant's zone, the language, and how money and times are shown. */
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Client } from '../../functions/client/client.ts';
import type { MerchantView } from '../../functions/contract/merchant.ts';
import type { Scope } from '../../functions/merchant/key.ts';
import type { Money } from '../../functions/money.ts';
import type { Lang } from '../page.ts';
import { showMoney } from '../shared/say.ts';
import { timeBeside } from '../shared/times.ts';
import { say, type Word } from './messages.ts';
import { terminalName } from './tables.ts';

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
  readonly lastReportDay: string;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk() {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('outside of the desk');
  const { lang, merchant, names } = desk;
  return {
    ...desk,
    say: (word: Word, values?: Readonly<Record<string, string | number>>) => say(lang, word, values),
    /** A terminal as people know it. */
    terminal: (id: string | null) => terminalName(names, id),
    money: (money: Money) => showMoney(lang, money),
    /** With the day unless it is `day`. */
    time: (instant: string, day?: string) => timeBeside(merchant.zone, instant, day),
    reader: { lang, zone: merchant.zone },
  };
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
