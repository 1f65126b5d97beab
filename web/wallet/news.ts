/** What the wallet says of a code, of a payment and of a bill. Pure. */
import { type Lang, showMoney } from '../shared/say.ts';
import { say, type Word } from './messages.ts';
import type { Manner, Outcome, Trade } from './simulator.ts';

/** Why a code is not opened. `status`: the simulator's, or undefined without an answer. */
export function troubleOf(status: number | undefined): Word {
  if (status === 410) return 'expiredCode';
  return status === 404 ? 'unknownCode' : 'noAnswer';
}

export type Ending = Exclude<Outcome, 'wrong_password'> | 'declined';

/** What an ending means for the customer's money; a success needs no more words. */
export const ENDING_TEXTS = {
  success: undefined,
  closed: 'closedText',
  expired: 'expiredText',
  declined: 'declinedText',
} as const satisfies Record<Ending, Word | undefined>;

/** What the customer does wrong. `silence` is the channel's, and outlives the page. */
export const MISDEEDS = ['wrongPassword', 'late', 'noMoney', 'silence'] as const satisfies readonly Word[];
export type Misdeed = (typeof MISDEEDS)[number];

/** How the customer pays who does these. */
export const mannerOf = (misdeeds: readonly Misdeed[]): Manner => ({
  ...(misdeeds.includes('wrongPassword') && { wrongPassword: true }),
  ...(misdeeds.includes('late') && { force: true }),
});

/** So many are listed. */
const MOST = 30;

/** The latest bills. Codes that were never scanned are no trades yet. */
export const billsOf = (trades: readonly Trade[]): Trade[] =>
  trades
    .filter(({ tradeNo }) => tradeNo !== null)
    .reverse()
    .slice(0, MOST);

/** What was charged, and what became of it; empty where nothing has happened. */
export function billText({ status, totalAmount, refundedAmount }: Trade, lang: Lang) {
  const amount = showMoney(lang, totalAmount);
  if (refundedAmount.value > 0)
    return { amount, state: say(lang, 'refunded', { amount: showMoney(lang, refundedAmount) }) };
  return { amount, state: status === 'NONE' ? '' : say(lang, status) };
}
