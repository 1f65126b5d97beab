/** What every part of the wallet works with. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Money } from '../../functions/money.ts';
import type { Lang } from '../page.ts';
import { showMoney } from '../shared/say.ts';
import { say, type Word } from './messages.ts';
import type { Manner } from './simulator.ts';

interface WalletParts {
  readonly lang: Lang;
  /** How this customer pays, by the menu. */
  readonly manner: Manner;
  readonly noMoney: boolean;
}

export const WalletContext = createContext<WalletParts | undefined>(undefined);

export function useWallet() {
  const wallet = useContext(WalletContext);
  if (!wallet) throw new Error('outside of the wallet');
  const { lang } = wallet;
  return {
    ...wallet,
    say: (word: Word, values?: Readonly<Record<string, string | number>>) => say(lang, word, values),
    money: (money: Money) => showMoney(lang, money),
  };
}
