/** What the parts of a page share: what the page puts in, and how texts and amounts are said in its language. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Money } from '../../functions/money.ts';
import { type Lang, showMoney } from './say.ts';

export type Values = Readonly<Record<string, string | number>>;
type Say<W> = (lang: Lang, word: W, values?: Values) => string;

/** A page's session. `say` says the page's own messages. */
export function createSession<S extends { readonly lang: Lang }, W extends string>(say: Say<W>) {
  const context = createContext<S | undefined>(undefined);
  /** @throws Error outside of the provider */
  const useSession = () => {
    const session = useContext(context);
    if (!session) throw new Error('a part of a page stands outside of its session');
    const { lang } = session;
    return {
      ...session,
      say: (word: W, values?: Values) => say(lang, word, values),
      money: (money: Money) => showMoney(lang, money),
    };
  };
  return { SessionContext: context, useSession };
}
