/** What every part of the till works with. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ProblemView } from '../../functions/http/answers.ts';
import { ApiProblem } from '../../functions/http/client.ts';
import type { MerchantView } from '../../functions/http/operations/merchant.ts';
import { type Money, toDecimalText } from '../../functions/order/money.ts';
import { localTime } from '../../functions/time.ts';
import type { Lang } from '../page.ts';
import { showMoney } from '../shared/say.ts';
import type { TillKey } from './enrol.ts';
import type { Sale } from './sale.ts';
import type { SaleState } from './sale-state.ts';
import type { Server } from './server.ts';
import { say, type Word } from './words.ts';

/** What is asked for when the till opens; kept, so that it is there without a network, too. */
export type Shop = Pick<MerchantView, 'name' | 'zone' | 'supportPhone'>;

interface TillParts {
  readonly lang: Lang;
  readonly key: TillKey;
  readonly server: Server;
  readonly sale: Sale;
  readonly state: SaleState;
  readonly shop: Shop;
  readonly operatorId: string;
  setOperator(operatorId: string): void;
  /** The currency that is sold in. */
  readonly currency: string;
}

export const TillContext = createContext<TillParts | undefined>(undefined);

export function useTill() {
  const till = useContext(TillContext);
  if (!till) throw new Error('outside of the till');
  const { lang, shop } = till;
  return {
    ...till,
    say: (word: Word, values?: Readonly<Record<string, string | number>>) => say(lang, word, values),
    money: (money: Money) => showMoney(lang, money),
    /** `12:34:56`, in the merchant's zone. */
    time: (instant: string) => localTime(Date.parse(instant), shop.zone).slice(11, 19),
    dayTime: (instant: string) => localTime(Date.parse(instant), shop.zone).slice(0, 19).replace('T', ' '),
  };
}

/** Draws again every `ms`; answers the server's time. */
export function useNow(ms: number): number {
  const { server } = useTill();
  const [now, setNow] = useState(server.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(server.now()), ms);
    return () => clearInterval(timer);
  }, [server, ms]);
  return now;
}

/** What went wrong, in the words of the server where it has any for people. */
export function faultText(lang: Lang, fault: unknown): string {
  return fault instanceof ApiProblem ? problemText(lang, fault.problem) : say(lang, 'noAnswer');
}

export function problemText(lang: Lang, problem: ProblemView): string {
  const { message, reason, detail } = problem as Readonly<Record<string, unknown>>;
  return wordsIn(message, lang) ?? wordsIn(reason, lang) ?? String(detail);
}

function wordsIn(value: unknown, lang: Lang): string | undefined {
  const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[lang] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** An amount as it is being typed: digits, at most one point, no more decimals than the currency has. */
export function typed(text: string, key: string, currency: string): string {
  if (key === 'Backspace') return text.slice(0, -1);
  const next = key === '.' && text === '' ? '0.' : text === '0' && key !== '.' ? key : text + key;
  const [, decimals = ''] = toDecimalText({ currency, value: 0 }).split('.');
  const fraction = decimals.length > 0 ? `(\\.\\d{0,${decimals.length}})?` : '';
  return new RegExp(`^\\d{1,8}${fraction}$`).test(next) ? next : text;
}
