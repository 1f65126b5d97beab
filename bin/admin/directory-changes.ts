/**
 * What an operator may change of a merchant. Pure: each function answers the changed merchant, the very same one if there
 * is nothing to change, or a text that says why not.
 */
import { isDeepStrictEqual } from 'node:util';
import { isSameAccount, payeeOf, settlementCurrency } from '../../functions/channel/account.ts';
import { currenciesTaken, traitsOf } from '../../functions/channel/channels.ts';
import type { Account, ChannelId } from '../../functions/channel/registry.ts';
import {
  type Agreement,
  type AuthorisationNote,
  agreedCurrencies,
  agreementAt,
  type ChannelState,
  channelOf,
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
import { faultOf, formOf, identityOf, membersOf, tokenFault, tokenOf, withTokenOf } from './account-forms.ts';

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

/** When new terms for payments in `currency` at `channel` may begin, at the earliest. */
export function earliestStart(
  merchant: Merchant,
  channel: ChannelId,
  currency: string,
  { now, lastDecided }: { readonly now: EpochMs; readonly lastDecided: string },
): string {
  const today = businessDay(now, merchant.zone);
  // A customer may have paid today under the terms in force; where there are none yet, none could.
  const open = agreementAt(merchant, channel, currency, now) ? nextDay(today) : today;
  const undecided = nextDay(lastDecided);
  return open > undecided ? open : undecided;
}

/**
 * The merchant with one more agreement. Agreements are never edited and never overlap: each holds from its day until the
 * next one of its channel and currency begins. None begins on a day for which a statement may stand or a payment may have been made.
 * `lastDecided` is the last business day that statements have decided.
 */
export function addAgreement(
  merchant: Merchant,
  agreement: Agreement,
  when: { readonly now: EpochMs; readonly lastDecided: string },
): Outcome {
  const { currency, validFrom, ratePpm, feeMinimum, feeCap } = agreement;
  const channel = channelOf(agreement);
  if (ratePpm > 1_000_000) return 'a fee of more than 100 % is no fee';
  if (feeMinimum !== undefined && feeCap !== undefined && feeMinimum > feeCap)
    return 'the minimum of a fee cannot be above its cap';
  const wrong = settlementFault(merchant, agreement);
  if (wrong !== undefined) return wrong;
  const twin = merchant.agreements.find(
    (it) => channelOf(it) === channel && it.currency === currency && it.validFrom === validFrom,
  );
  if (twin) {
    const { agreementId } = twin;
    return isDeepStrictEqual(twin, { ...agreement, agreementId })
      ? merchant
      : `other terms in ${currency} begin on ${validFrom} (${agreementId}); an agreement is never edited, so choose another day`;
  }
  const earliest = earliestStart(merchant, channel, currency, when);
  if (validFrom < earliest)
    return `terms in ${currency} can begin on ${earliest} at the earliest, not on ${validFrom}: payments before that day are or may be settled under other terms`;
  if (merchant.agreements.length >= AGREEMENTS_MAX) return `a merchant has ${AGREEMENTS_MAX} agreements at the most`;
  // Amounts without a currency stay in the one that they were set in, although the first terms may be in another.
  const before = merchant.agreements.length === 0 ? changeMoneyLimits(merchant, []) : merchant.limits;
  const limits = limitsWith({ ...merchant, limits: before }, currency);
  return { ...merchant, limits, agreements: [...merchant.agreements, agreement] };
}

/** Why the merchant is not settled as the terms say; `undefined`: it is, or has no account at the channel yet. */
function settlementFault(merchant: Merchant, agreement: Agreement): string | undefined {
  const { currency, settlementCurrency: wanted = currency } = agreement;
  const channel = channelOf(agreement);
  if (wanted !== currency && traitsOf(channel).account.settlement === undefined)
    return `the channel ${channel} settles each currency in itself, and ${currency} not in ${wanted}`;
  const account = merchant.accounts.find((it) => it.channel === channel);
  const settled = account && settlementCurrency(account, currency);
  if (settled === undefined || settled === wanted) return undefined;
  return `the account at ${channel} settles ${currency} in ${settled}, and these terms say ${wanted}`;
}

/** Members of an account, by name; of the token `null`: the app is the merchant's own again. */
export type AccountAsk = Readonly<Record<string, unknown>>;

/**
 * The merchant with its receiving account at `channel`. What is not named stays as it is. New orders use it; running ones
 * stay at the account before, which is kept among the former ones with its authorisation.
 */
export function connectAccount(merchant: Merchant, channel: ChannelId, ask: AccountAsk): Outcome {
  const { formerAccounts = [] } = merchant;
  const { token } = formOf(channel);
  const before = merchant.accounts.find((account) => account.channel === channel);
  if (merchant.acquirer === '') return 'name the licensed acquirer that settles to this merchant: --acquirer';
  const { [token.member]: asked, ...members } = {
    ...(before && membersOf(withTokenOf(before, undefined))),
    ...named(ask),
  };
  const fault = faultOf(channel, members);
  if (fault !== undefined) return fault;
  const unauthorised = { ...members, channel } as never as Account;
  const known = [...merchant.accounts, ...formerAccounts].find((it) => isSameAccount(it, unauthorised));
  if (!known && before && tokenOf(before) !== undefined && asked === undefined)
    return `the authorisation so far is that of ${whoseLong(before)} only: name the new account's by --${token.option}, or none`;
  const wanted = asked === undefined ? known && tokenOf(known) : (asked ?? undefined);
  const wrong = tokenFault(channel, wanted);
  if (wrong !== undefined) return wrong;
  const account = withTokenOf(unauthorised, wanted as string | undefined);
  const left = before && !isSameAccount(before, account) ? [before] : [];
  const others = merchant.accounts.filter((it) => it.channel !== channel);
  const former = [...left, ...formerAccounts.filter((it) => !isSameAccount(it, account))];
  return unlessSame(merchant, { ...merchant, accounts: [...others, account] }, former);
}

const named = (ask: AccountAsk) => Object.fromEntries(Object.entries(ask).filter(([, value]) => value !== undefined));

function whoseLong(account: Account): string {
  const { word, member } = formOf(account.channel).caller;
  return `${payeeOf(account)} for the ${word} ${membersOf(account)[member]}`;
}

/**
 * The merchant with another authorisation of one of its accounts, now or before; `null`: there is none. An account that it
 * does not name, because its orders are older than the list of former accounts, is added to that list. `at` is noted.
 */
export function authoriseAccount(merchant: Merchant, of: Account, token: string | null, at: EpochMs): Outcome {
  const wrong = tokenFault(of.channel, token ?? undefined);
  if (wrong !== undefined) return wrong;
  const { accounts, formerAccounts = [], authorisations = [] } = merchant;
  const known = [...accounts, ...formerAccounts].find((it) => isSameAccount(it, of));
  const account = withTokenOf(known ?? of, token ?? undefined);
  const put = (all: readonly Account[]) => all.map((it) => (isSameAccount(it, account) ? account : it));
  if (known && tokenOf(known) === tokenOf(account)) return merchant;
  const notes = [{ at, ...identityOf(account) } as AuthorisationNote, ...authorisations].slice(0, NOTES_MAX);
  const former = known ? put(formerAccounts) : [account, ...formerAccounts];
  return unlessSame(merchant, { ...merchant, accounts: put(accounts), authorisations: notes }, former);
}

/** The merchant whose orders in `currency` go to `channel` while that is open; `null`: to the first that takes them. */
export function preferChannel(merchant: Merchant, currency: string, channel: ChannelId | null): Outcome {
  const { [currency]: _, ...others } = merchant.preferred ?? {};
  if (channel !== null) {
    const account = merchant.accounts.find((it) => it.channel === channel);
    if (!account) return `${merchant.name} has no account at ${channel}: channel connect --channel ${channel}`;
    if (settlementCurrency(account, currency) === undefined)
      return `the account at ${channel} takes no orders in ${currency}, but ${takenBy(account).join(', ')}`;
  }
  const preferred = channel === null ? others : { ...others, [currency]: channel };
  const { preferred: __, ...rest } = merchant;
  return unlessSame(merchant, { ...rest, ...(Object.keys(preferred).length > 0 && { preferred }) });
}

/** The currencies that an account takes. */
const takenBy = (account: Account) =>
  currenciesTaken(account.channel).filter((currency) => settlementCurrency(account, currency) !== undefined);

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
  const states = merchant.accounts.map(({ channel }) => ({ channel, ...channelState(merchant, channel, now) }));
  const closed = states.every(({ state }) => state !== 'open') ? states : [];
  return [
    ...(merchant.acquirer === '' ? ['a licensed acquirer: merchant set --acquirer'] : []),
    ...(states.length > 0 ? [] : ['a receiving account: channel connect']),
    ...missingTermsOf(merchant, now),
    ...closed.map(({ channel, state }) => `an open channel: ${channel} is ${state}`),
  ];
}

function missingTermsOf(merchant: Merchant, now: EpochMs): string[] {
  const agreed = agreedCurrencies(merchant, now);
  if (agreed.length === 0) return ['an agreement in force today: agreement add'];
  if (currenciesOf(merchant, now).length > 0) return [];
  const taken = merchant.accounts.map((account) => `${account.channel} takes ${takenBy(account).join(', ')}`);
  return [`an agreement in a currency that is taken: ${taken.join('; ')}, not ${agreed.join(', ')}`];
}

/** `former`: the accounts before, where they may have changed. None is ever dropped: its orders would lose their authorisation. */
function unlessSame(before: Merchant, changed: Merchant, former = changed.formerAccounts ?? []): Outcome {
  if (former.length > FORMER_MAX) return `a merchant has ${FORMER_MAX} former accounts at the most`;
  const { formerAccounts: _, ...rest } = changed;
  const after = { ...rest, ...(former.length > 0 && { formerAccounts: former }) };
  return isDeepStrictEqual(before, after) ? before : after;
}
