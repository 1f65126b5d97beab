/**
 * What an operator may change of a merchant. Pure: each function answers the changed merchant, the very same one if there
 * is nothing to change, or a text that says why not.
 */
import { isDeepStrictEqual } from 'node:util';
import { frozen, isSameAccount } from '../../functions/channel/account.ts';
import { currenciesTaken } from '../../functions/channel/channels.ts';
import type { Account, ChannelId } from '../../functions/channel/registry.ts';
import {
  type Agreement,
  agreedCurrencies,
  agreementAt,
  type ChannelState,
  channelState,
  currenciesOf,
  type Limits,
  limitedCurrencies,
  limitsIn,
  type Merchant,
  type MoneyLimits,
} from '../../functions/merchant/merchant.ts';
import { businessDay, type EpochMs, isZone, nextDay } from '../../functions/time.ts';
import { limitsWith } from '../directory/default-limits.ts';

/** The changed merchant, or why it cannot be changed so. */
export type Outcome = Merchant | string;

/** An item of this size is still far below DynamoDB's 400 KB; a merchant changes terms a few times a year. */
const AGREEMENTS_MAX = 200;
const FORMER_MAX = 20;
const NOTES_MAX = 20;

export interface Settings {
  readonly name?: string;
  readonly acquirer?: string;
  readonly zone?: string;
  readonly latePayment?: Merchant['latePayment'];
  readonly refundWindowDays?: number;
  /** `null` takes it away. */
  readonly supportPhone?: string | null;
  readonly referenceMayLookLikeCard?: boolean;
  /** By name; `null` takes a limit away. */
  readonly limits?: { readonly [limit in Exclude<keyof Limits, keyof MoneyLimits | 'money'>]?: Limits[limit] | null };
  /** In this order. */
  readonly moneyLimits?: readonly MoneyLimitChange[];
}

export interface MoneyLimitChange {
  readonly limit: keyof MoneyLimits;
  /** Absent: in every currency. */
  readonly currency?: string;
  /** Minor units; `null` takes the limit away. */
  readonly value: number | null;
}

export function changeSettings(merchant: Merchant, changes: Settings): Outcome {
  const { limits = {}, moneyLimits = [], supportPhone, referenceMayLookLikeCard, ...settings } = changes;
  if (settings.zone !== undefined && !isZone(settings.zone))
    return `${settings.zone} is no time zone: it is an IANA name such as Asia/Shanghai or an offset such as +08:00`;
  const before = moneyLimits.length === 0 ? merchant.limits : changeMoneyLimits(merchant, moneyLimits);
  const kept = Object.entries({ ...before, ...limits }).filter(([, value]) => value !== null);
  const { supportPhone: phoneBefore, referenceMayLookLikeCard: allowedBefore, ...rest } = merchant;
  const phone = supportPhone === undefined ? phoneBefore : supportPhone;
  const isAllowed = referenceMayLookLikeCard ?? allowedBefore;
  return unlessSame(merchant, {
    ...rest,
    ...settings,
    ...(phone && { supportPhone: phone }),
    ...(isAllowed && { referenceMayLookLikeCard: true }),
    limits: Object.fromEntries(kept) as Limits,
  });
}

/** The limits with every amount under its currency, changed. */
export function changeMoneyLimits(merchant: Merchant, changes: readonly MoneyLimitChange[]): Limits {
  const { money, largestOrder, refundedPerDay, largestTerminalRefund, ...others } = merchant.limits;
  const named = new Map(limitedCurrencies(merchant).map((currency) => [currency, limitsIn(merchant, currency)]));
  for (const { limit, currency, value } of changes)
    for (const each of currency === undefined ? [...named.keys()] : [currency]) {
      const { [limit]: _, ...kept } = named.get(each) ?? {};
      named.set(each, value === null ? kept : { ...kept, [limit]: value });
    }
  const left = [...named].filter(([, limits]) => Object.keys(limits).length > 0);
  return { ...others, ...(left.length > 0 && { money: Object.fromEntries(left) }) };
}

/** When new terms in `currency` may begin, at the earliest. */
export function earliestStart(
  merchant: Merchant,
  currency: string,
  { now, lastDecided }: { readonly now: EpochMs; readonly lastDecided: string },
): string {
  const today = businessDay(now, merchant.zone);
  // A customer may have paid today under the terms in force; where there are none yet, none could.
  const open = agreementAt(merchant, currency, now) ? nextDay(today) : today;
  const undecided = nextDay(lastDecided);
  return open > undecided ? open : undecided;
}

/**
 * The merchant with one more agreement. Agreements are never edited and never overlap: each holds from its day until the
 * next one of its currency begins. None begins on a day for which a statement may stand or a payment may have been made.
 * `lastDecided` is the last business day that statements have decided.
 */
export function addAgreement(
  merchant: Merchant,
  agreement: Agreement,
  when: { readonly now: EpochMs; readonly lastDecided: string },
): Outcome {
  const { currency, validFrom, ratePpm, feeMinimum, feeCap } = agreement;
  if (ratePpm > 1_000_000) return 'a fee of more than 100 % is no fee';
  if (feeMinimum !== undefined && feeCap !== undefined && feeMinimum > feeCap)
    return 'the minimum of a fee cannot be above its cap';
  const twin = merchant.agreements.find((it) => it.currency === currency && it.validFrom === validFrom);
  if (twin) {
    const { agreementId } = twin;
    return isDeepStrictEqual(twin, { ...agreement, agreementId })
      ? merchant
      : `other terms in ${currency} begin on ${validFrom} (${agreementId}); an agreement is never edited, so choose another day`;
  }
  const earliest = earliestStart(merchant, currency, when);
  if (validFrom < earliest)
    return `terms in ${currency} can begin on ${earliest} at the earliest, not on ${validFrom}: payments before that day are or may be settled under other terms`;
  if (merchant.agreements.length >= AGREEMENTS_MAX) return `a merchant has ${AGREEMENTS_MAX} agreements at the most`;
  // Amounts without a currency stay in the one that they were set in, although the first terms may be in another.
  const before = merchant.agreements.length === 0 ? changeMoneyLimits(merchant, []) : merchant.limits;
  const limits = limitsWith({ ...merchant, limits: before }, currency);
  return { ...merchant, limits, agreements: [...merchant.agreements, agreement] };
}

export interface AccountAsk {
  readonly appId?: string | undefined;
  readonly sellerId?: string | undefined;
  /** `null`: the app is the merchant's own again. */
  readonly appAuthToken?: string | null | undefined;
}

/**
 * The merchant with its receiving account at `channel`. What is not named stays as it is. New orders use it; running ones
 * stay at the account before, which is kept among the former ones with its authorisation.
 */
export function connectAccount(merchant: Merchant, channel: ChannelId, ask: AccountAsk): Outcome {
  const { formerAccounts = [] } = merchant;
  const before = merchant.accounts.find((account) => account.channel === channel);
  const { appId = before?.appId, sellerId = before?.sellerId } = ask;
  if (merchant.acquirer === '') return 'name the licensed acquirer that settles to this merchant: --acquirer';
  if (appId === undefined) return 'name the app that signs: --app-id';
  if (sellerId === undefined)
    return `name the merchant's own account at the acquirer: --seller-id${ask.appAuthToken ? ' (every notification is checked against it, with an authorisation, too)' : ''}`;
  if (!/^[0-9]{8,32}$/.test(appId)) return `an app id consists of digits, such as 2021000000000001; ${appId} does not`;
  if (!/^2088[0-9]{12}$/.test(sellerId)) return `a seller id is 2088 and 12 more digits; ${sellerId} is not`;
  const named: Account = { channel, appId, sellerId };
  const known = [...merchant.accounts, ...formerAccounts].find((it) => isSameAccount(it, named));
  if (!known && before?.appAuthToken !== undefined && ask.appAuthToken === undefined)
    return `the authorisation so far is that of ${before.sellerId} for the app ${before.appId} only: name the new account's by --app-auth-token, or none`;
  const account = withToken(named, ask.appAuthToken === undefined ? known?.appAuthToken : ask.appAuthToken);
  if (typeof account === 'string') return account;
  const left = before && !isSameAccount(before, account) ? [before] : [];
  const others = merchant.accounts.filter((it) => it.channel !== channel);
  const former = [...left, ...formerAccounts.filter((it) => !isSameAccount(it, account))];
  return unlessSame(merchant, { ...merchant, accounts: [...others, account] }, former);
}

/**
 * The merchant with another authorisation of one of its accounts, now or before; `null`: there is none. An account that it
 * does not name, because its orders are older than the list of former accounts, is added to that list. `at` is noted.
 */
export function authoriseAccount(merchant: Merchant, of: Account, token: string | null, at: EpochMs): Outcome {
  const account = withToken(frozen(of), token);
  if (typeof account === 'string') return account;
  const { accounts, formerAccounts = [], authorisations = [] } = merchant;
  const put = (all: readonly Account[]) => all.map((it) => (isSameAccount(it, account) ? account : it));
  const known = [...accounts, ...formerAccounts].find((it) => isSameAccount(it, account));
  if (known && known.appAuthToken === account.appAuthToken) return merchant;
  const { appId, sellerId } = account;
  const notes = [{ at, appId, sellerId }, ...authorisations].slice(0, NOTES_MAX);
  const former = known ? put(formerAccounts) : [account, ...formerAccounts];
  return unlessSame(merchant, { ...merchant, accounts: put(accounts), authorisations: notes }, former);
}

function withToken(account: Account, token: string | null | undefined): Account | string {
  if (token === undefined || token === null) return account;
  if (!/^[\x21-\x7e]{8,40}$/.test(token)) return 'an app-auth-token has 8 to 40 characters';
  return { ...account, appAuthToken: token };
}

/** The merchant with `channel` opened, or closed or drained as `state` says. */
export function setChannel(
  merchant: Merchant,
  channel: ChannelId,
  state: ChannelState,
  { now }: { readonly now: EpochMs },
): Outcome {
  if (state.until !== undefined && state.until <= now)
    return 'the end of a closure lies ahead: --until is over already';
  const { [channel]: _, ...others } = merchant.channels;
  // An open channel is one that is not named.
  const channels = state.state === 'open' ? others : { ...others, [channel]: state };
  return unlessSame(merchant, { ...merchant, channels });
}

/** What a merchant still lacks before an order is accepted; empty: it sells. */
export function missingOf(merchant: Merchant, now: EpochMs): string[] {
  const [account] = merchant.accounts;
  const channel = account && channelState(merchant, account.channel, now);
  return [
    ...(merchant.acquirer === '' ? ['a licensed acquirer: merchant set --acquirer'] : []),
    ...(account ? [] : ['a receiving account: channel connect']),
    ...missingTermsOf(merchant, now),
    ...(channel && channel.state !== 'open' ? [`an open channel: ${account.channel} is ${channel.state}`] : []),
  ];
}

function missingTermsOf(merchant: Merchant, now: EpochMs): string[] {
  const agreed = agreedCurrencies(merchant, now);
  if (agreed.length === 0) return ['an agreement in force today: agreement add'];
  if (currenciesOf(merchant, now).length > 0) return [];
  const taken = merchant.accounts.map(({ channel }) => `${channel} takes ${currenciesTaken(channel).join(', ')}`);
  return [`an agreement in a currency that is taken: ${taken.join('; ')}, not ${agreed.join(', ')}`];
}

/** `former`: the accounts before, where they may have changed. None is ever dropped: its orders would lose their authorisation. */
function unlessSame(before: Merchant, changed: Merchant, former = changed.formerAccounts ?? []): Outcome {
  if (former.length > FORMER_MAX) return `a merchant has ${FORMER_MAX} former accounts at the most`;
  const { formerAccounts: _, ...rest } = changed;
  const after = { ...rest, ...(former.length > 0 && { formerAccounts: former }) };
  return isDeepStrictEqual(before, after) ? before : after;
}
