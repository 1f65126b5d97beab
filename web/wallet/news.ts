/** What the wallet says of a code, of a payment and of a bill. Pure. */
import type { Money } from '../../functions/money.ts';
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
  not_in_this_wallet: 'notInThisWalletText',
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

/** What a wallet is charged for an amount, where that is in another currency. */
export const chargedFor = (amount: Money, charged: Money | null | undefined): Money | undefined =>
  charged && charged.currency !== amount.currency ? charged : undefined;

/** In another currency than the shop's, what the customer is charged stands first. */
export function bothMoneys(lang: Lang, amount: Money, charged: Money | null | undefined): string {
  const other = chargedFor(amount, charged);
  return other ? `${showMoney(lang, other)} (${showMoney(lang, amount)})` : showMoney(lang, amount);
}

/** So many are listed. */
const MOST = 30;

/** The latest bills. Codes that were never scanned are no trades yet. */
export const billsOf = (trades: readonly Trade[]): Trade[] =>
  trades
    .filter(({ tradeNo }) => tradeNo !== null)
    .reverse()
    .slice(0, MOST);

/** What was charged, and what became of it; empty where nothing has happened. */
export function billText({ status, totalAmount, refundedAmount, charged }: Trade, lang: Lang) {
  const amount = bothMoneys(lang, totalAmount, charged);
  if (refundedAmount.value > 0)
    return { amount, state: say(lang, 'refunded', { amount: showMoney(lang, refundedAmount) }) };
  return { amount, state: status === 'NONE' ? '' : say(lang, status) };
}
