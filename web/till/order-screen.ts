/** What the screen of the sale that is open says and offers. Pure. */

import { TILL_CODE_FORM } from '../../functions/channel/channels.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { type EpochMs, SECOND } from '../../functions/time.ts';
import type { Lang } from '../shared/say.ts';
import { say, type Word } from './messages.ts';
import { isOpen } from './sale-state.ts';
import type { Screen } from './screen.ts';

/** After this time without a code, the cashier may ask for it again. */
const SLOW: EpochMs = 5 * SECOND;

/** Whether money may have moved that the till does not know of: nothing is handed over, and nothing charged again. */
export const isUnsure = (screen: Screen): boolean =>
  screen === 'unknown' || screen === 'checking' || screen === 'cancelling';

/** The sentence under the title, of the server where the order is what the screen is about; none beside a code. */
export function sentenceOf(lang: Lang, screen: Screen, order: OrderView | undefined): string | undefined {
  if (screen === 'code') return undefined;
  // The server speaks of the code for as long as it lasts, which is a little longer than the till shows it.
  const isOurs = screen !== 'checking' || order?.nextAction === 'show_qr_code';
  const own = OWN_SENTENCES[screen];
  if (own && isOurs) return say(lang, own);
  return order ? order.message[lang] : say(lang, 'openingText');
}

/** What the till says itself. Of a paid order for as long as it is on the screen; the server says it once. */
const OWN_SENTENCES: Partial<Record<Screen, Word>> = {
  paid: 'paidText',
  offline: 'offlineText',
  cancelling: 'cancellingText',
  checking: 'checkingText',
  starting: 'startingText',
  opening: 'openingText',
};

export type Deed = 'again' | 'cancel' | 'check' | 'next' | 'newCode' | 'scan' | 'switch' | 'park' | 'print' | 'detail';

/** A button, the most important one first. */
export interface Offer {
  readonly deed: Deed;
  readonly word: Word;
  readonly isPrimary?: true;
  /** There, and cannot be pressed. */
  readonly isOff?: true;
}

interface Waiting {
  readonly now: EpochMs;
  readonly waitingSince?: EpochMs | undefined;
  /** The cashier has asked for the cancel already. */
  readonly isCancelled?: boolean | undefined;
  /** Another channel could take the sale. */
  readonly canSwitch?: boolean | undefined;
}

/** What may be done on `screen`. */
export function offersOf(screen: Screen, { now, waitingSince, isCancelled, canSwitch }: Waiting): Offer[] {
  const cancel: Offer = { deed: 'cancel', word: 'askCancel', ...(isCancelled && { isOff: true }) };
  const check: Offer = { deed: 'check', word: 'checkNow', isPrimary: true };
  const next: Offer = { deed: 'next', word: 'newSale', isPrimary: true };
  const other: Offer[] = canSwitch && !isCancelled ? [{ deed: 'switch', word: 'takeWith' }] : [];
  const print: Offer = { deed: 'print', word: 'print' };
  switch (screen) {
    case 'starting':
      return [];
    case 'opening': {
      const isSlow = waitingSince !== undefined && now - waitingSince > SLOW;
      return [...(isSlow ? [{ deed: 'again', word: 'retry', isPrimary: true } as const, ...other] : []), cancel];
    }
    case 'code':
      return [...other, cancel];
    case 'confirming':
      return [cancel];
    case 'scan':
    case 'failed': {
      const isFirst = screen === 'failed' && other.length > 0;
      const switches = other.map((offer): Offer => ({ ...offer, ...(isFirst && { isPrimary: true }) }));
      return [
        ...(isFirst ? switches : []),
        { deed: 'newCode', word: 'newCode', ...(!isFirst && { isPrimary: true }) },
        { deed: 'scan', word: screen === 'scan' ? 'scanCustomer' : 'scanAgain' },
        ...(isFirst ? [] : switches),
        cancel,
      ];
    }
    case 'checking':
      return [check, cancel];
    case 'unknown':
      return [check, { deed: 'park', word: 'park' }];
    case 'cancelling':
    case 'offline':
      return [check];
    case 'paid':
    case 'settled':
      return [next, print, { deed: 'detail', word: 'refundDo' }];
    case 'late':
      return [next, { deed: 'detail', word: 'seeOrder' }];
    default:
      return [next];
  }
}

/** What else is said of an order that took the place of another one; while it is open the customer may have both codes. */
export function noteOf(screen: Screen, isReplacement: boolean): Word | undefined {
  return isReplacement && NOTED.includes(screen) ? 'oldCode' : undefined;
}
const NOTED: readonly Screen[] = ['opening', 'code', 'scan', 'failed', 'confirming', 'checking'];

/** Screens of a sale that was paid: its receipt is beside the page. */
export const hasReceipt = (screen: Screen): boolean => screen === 'paid' || screen === 'settled' || screen === 'late';

/**
 * What becomes of a scanned code that no screen asked for: it is the next attempt where one is wanted, and everywhere else the till
 * says why nothing was charged. While our own code can be paid, the customer might pay twice.
 */
export function strayCode(code: string, screen: Screen, order: OrderView | undefined): 'next attempt' | Word {
  if (!TILL_CODE_FORM.test(code)) return 'scanBad';
  if (screen === 'scan' || screen === 'failed') return 'next attempt';
  if (screen === 'code') return 'scanCodeOpen';
  return order && !isOpen(order) ? 'scanOver' : 'scanUnsure';
}

/** How long the code can still be paid: ms of `whole`, and as minutes and seconds. `end`: the code's. */
export function countdownOf({ createdAt }: OrderView, end: EpochMs, now: EpochMs) {
  const whole = Math.max(1, end - Date.parse(createdAt));
  // The server's clock is known to a second: never more than there was.
  const left = Math.min(whole, Math.max(0, end - now));
  const seconds = Math.floor(left / SECOND);
  return { whole, left, text: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` };
}

/** In how many whole seconds the server is asked again; 0 if it is being asked. */
export function secondsUntil(retryAt: EpochMs | undefined, now: EpochMs): number {
  return retryAt === undefined ? 0 : Math.max(0, Math.ceil((retryAt - now) / SECOND));
}
