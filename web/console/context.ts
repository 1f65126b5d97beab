/** What every section works with: the signed client, the merchant's zone, the language, and how money and times are shown. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Client } from '../../functions/client/client.ts';
import type { MerchantView } from '../../functions/contract/merchant.ts';
import type { Scope } from '../../functions/merchant/key.ts';
import type { Lang } from '../page.ts';
import { createSession } from '../shared/session.ts';
import { timeBeside } from '../shared/times.ts';
import { say, type Word } from './messages.ts';
import { terminalName } from './tables.ts';

/** What a section asks of the key. */
export const SECTIONS = {
  today: 'orders:read',
  orders: 'orders:read',
  refunds: 'orders:read',
  statements: 'statements:read',
  reconciliations: 'statements:read',
  terminals: 'terminals:read',
} as const satisfies Record<string, Scope>;
export type Section = keyof typeof SECTIONS;

export interface ConsoleContext {
  readonly client: Client;
  readonly merchant: MerchantView;
  readonly lang: Lang;
  /** Whether the key allows it, as far as is known; the server has the last word. */
  readonly may: (scope: Scope) => boolean;
  /** The business day that it is. */
  readonly today: string;
  /** Names of terminals by id; those that the key may not see are absent. */
  readonly names: ReadonlyMap<string, string>;
  /** What the page's address names behind its section. */
  readonly path: readonly string[];
  /** Goes to a section, and to what it is to show there. */
  readonly go: (section: Section, ...path: (string | undefined)[]) => void;
  /** The last day of the channel that is over. */
  readonly lastReportDay: string;
}

const { SessionContext, useSession } = createSession<ConsoleContext, Word>(say);

export { SessionContext };

export function useConsole() {
  const session = useSession();
  const { lang, merchant, names } = session;
  return {
    ...session,
    /** A terminal as people know it. */
    terminal: (id: string | null) => terminalName(names, id),
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
