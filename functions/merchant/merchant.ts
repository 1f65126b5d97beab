/** Who sells, and on which terms. Pure: the store is directory.ts. */
import { filledUp, isReportAskedFor, isSameAccount, settlementCurrency } from '../channel/account.ts';
import { channelIds, DEFAULT_CHANNEL, HOME_CURRENCY, takes } from '../channel/channels.ts';
import type { Account, ChannelId, NotedAccount } from '../channel/registry.ts';
import { businessDay, type EpochMs } from '../time.ts';
import type { Words } from '../words.ts';

/** Negotiated fee terms, dated and never edited. Amounts are minor units of `currency`. */
export interface Agreement {
  readonly agreementId: string;
  /** Of which channel's payments; absent: of those of {@link DEFAULT_CHANNEL}, which was the only one. */
  readonly channel?: ChannelId;
  /** That of the orders. */
  readonly currency: string;
  /** What the merchant gets for them; absent: `currency` itself. */
  readonly settlementCurrency?: string;
  /** The first business day, in the merchant's zone, on which payments fall under it. */
  readonly validFrom: string;
  /** Parts per million of what the merchant receives: 6000 is 0.6 %. */
  readonly ratePpm: number;
  readonly feeMinimum?: number;
  readonly feeCap?: number;
  readonly feeOnRefund: 'kept' | 'returned' | 'returned_same_day';
}

export interface ChannelState {
  readonly state: 'open' | 'draining' | 'closed';
  readonly until?: EpochMs;
  readonly reason?: Words;
}

/** Limits of one currency, in its minor units; an absent limit does not limit. */
export interface MoneyLimits {
  readonly largestOrder?: number;
  /** Per business day in the merchant's zone, over all terminals; automatic refunds do not count. */
  readonly refundedPerDay?: number;
  /** What a terminal may refund of one order without a back office; a back office refunds more. */
  readonly largestTerminalRefund?: number;
}

/**
 * What a merchant may do at most; an absent limit does not limit. An amount that stands here itself was stored by an
 * earlier version and is in the merchant's {@link firstCurrency}.
 */
export interface Limits extends MoneyLimits {
  readonly money?: { readonly [currency: string]: MoneyLimits };
  /** Token buckets in each function instance, beside the API's own throttling: approximate. */
  readonly ordersPerSecond?: number;
  readonly ordersPerSecondPerTerminal?: number;
  /** Orders that may be open at once, over all terminals: open-orders.ts says how they are counted. */
  readonly openOrders?: number;
  /** Per business day in the merchant's zone, over all terminals; automatic refunds do not count. */
  readonly refundsPerDay?: number;
  /** The longest time to live of a code, in seconds. */
  readonly longestExpirySeconds?: number;
  /** A terminal's new order first asks to close the one before. */
  readonly oneOpenOrderPerTerminal?: boolean;
}

export interface Merchant {
  readonly id: string;
  /** The same as `id`: the index by merchant finds the merchant itself, too. */
  readonly merchantId: string;
  readonly kind: 'merchant';
  readonly version: number;
  readonly name: string;
  /** The licensed acquirer that settles to this merchant, by name. */
  readonly acquirer: string;
  /** IANA name or offset; business days are cut by it. */
  readonly zone: string;
  readonly agreements: readonly Agreement[];
  /** The receiving accounts at licensed acquirers, each with today's authorisation. Without one no order is accepted. */
  readonly accounts: readonly Account[];
  /** Those before them, the newest first: their orders are refunded, asked about and compared with their reports as before. */
  readonly formerAccounts?: readonly Account[];
  /** When the operator mended an authorisation, and whose; the newest first. The token itself is not among it. */
  readonly authorisations?: readonly AuthorisationNote[];
  /** By currency, the channel that takes its orders where several could; absent: the first of the registry that can. */
  readonly preferred?: { readonly [currency: string]: ChannelId };
  /** A channel that is not named here is open. */
  readonly channels: { readonly [channel in ChannelId]?: ChannelState };
  readonly latePayment: 'refund' | 'keep';
  readonly refundWindowDays: number;
  /** Whom a cashier calls while a payment is unclear. */
  readonly supportPhone?: string;
  readonly limits: Limits;
  /** The merchant's own system makes references that look like card numbers; absent: one that does is refused. */
  readonly referenceMayLookLikeCard?: boolean;
}

export type AuthorisationNote = NotedAccount & { readonly at: EpochMs };

/** A place of sale. `id` is `<merchantId>.store.<storeId>`. A merchant without stores has the one called `main`. */
export interface Store {
  readonly id: string;
  readonly merchantId: string;
  readonly kind: 'store';
  readonly version: number;
  readonly storeId: string;
  readonly name: string;
}

export function channelOf({ channel = DEFAULT_CHANNEL }: Pick<Agreement, 'channel'>): ChannelId {
  return channel;
}

/** The agreement in force for a payment at `channel`: the latest that began on or before its business day. */
export function agreementAt(
  merchant: Pick<Merchant, 'agreements' | 'zone'>,
  channel: ChannelId,
  currency: string,
  paidAt: EpochMs,
): Agreement | undefined {
  const day = businessDay(paidAt, merchant.zone);
  return merchant.agreements
    .filter((it) => channelOf(it) === channel && it.currency === currency && it.validFrom <= day)
    .sort((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
    .at(-1);
}

/** The merchant's accounts, at an acquirer that is named. Without both there is nothing to sell by. */
export function receivingAccounts({ acquirer, accounts }: Merchant): readonly Account[] {
  return acquirer === '' ? [] : accounts;
}

/** The first of the merchant's accounts whose report is asked for: that of the head by which its days are compared. */
export function receivingAccount(merchant: Merchant): Account | undefined {
  return receivingAccounts(merchant).find(isReportAskedFor);
}

/**
 * The accounts by which the merchant may sell in `currency`, one per channel, the best first: the preferred channel, then the
 * registry's order. Whether their channels are open is not asked.
 */
export function accountsFor(merchant: Merchant, currency: string, now: EpochMs): Account[] {
  const accounts = receivingAccounts(merchant);
  const preferred = merchant.preferred?.[currency];
  const channels = [...new Set([...(preferred === undefined ? [] : [preferred]), ...channelIds])];
  return channels
    .flatMap((channel) => accounts.find((account) => account.channel === channel) ?? [])
    .filter(
      (account) =>
        settlementCurrency(account, currency) !== undefined && isAgreed(merchant, account.channel, currency, now),
    );
}

/**
 * `account` of an order as calls need it: under the merchant's authorisation and name of today. One that the merchant's item does
 * not name is left as it is.
 */
export function authorised(merchant: Merchant | undefined, account: Account): Account {
  const known = [...(merchant?.accounts ?? []), ...(merchant?.formerAccounts ?? [])];
  const today = known.find((it) => isSameAccount(it, account));
  return today ? filledUp(account, today) : account;
}

/** The state of one channel now: a closure is over when its time is over. */
export function channelState(merchant: Merchant, channel: ChannelId, now: EpochMs): ChannelState {
  const stored = merchant.channels[channel];
  if (!stored || (stored.until !== undefined && stored.until <= now)) return { state: 'open' };
  return stored;
}

/** The agreements in force today, one per channel and currency. */
export function agreementsAt(merchant: Merchant, now: EpochMs): Agreement[] {
  const inForce = merchant.agreements.flatMap((it) => agreementAt(merchant, channelOf(it), it.currency, now) ?? []);
  return [...new Set(inForce)];
}

/** Currencies in which the merchant has terms today, whether or not one of its channels takes them. */
export function agreedCurrencies(merchant: Merchant, now: EpochMs): string[] {
  return [...new Set(agreementsAt(merchant, now).map(({ currency }) => currency))];
}

/** Whether the merchant has terms today for orders in `currency` at `channel`. */
function isAgreed(merchant: Merchant, channel: ChannelId, currency: string, now: EpochMs): boolean {
  return agreementAt(merchant, channel, currency, now) !== undefined;
}

/** The channels that take `currency`: of the merchant's accounts, or of all channels where it has none yet. */
export function takersOf({ accounts }: Merchant, currency: string): ChannelId[] {
  if (accounts.length === 0) return channelIds.filter((channel) => takes(channel, currency));
  return accounts
    .filter((account) => settlementCurrency(account, currency) !== undefined)
    .map(({ channel }) => channel);
}

/** Currencies in which the merchant sells today, or will once it has an account. */
export function currenciesOf(merchant: Merchant, now: EpochMs): string[] {
  return agreedCurrencies(merchant, now).filter((currency) =>
    takersOf(merchant, currency).some((channel) => isAgreed(merchant, channel, currency, now)),
  );
}

/** Currencies that the account takes and for which the merchant has terms today: those in which it sells there. */
export function currenciesAt(merchant: Merchant, account: Account, now: EpochMs): string[] {
  return agreedCurrencies(merchant, now).filter(
    (currency) =>
      settlementCurrency(account, currency) !== undefined && isAgreed(merchant, account.channel, currency, now),
  );
}

/** Currencies in which the merchant sells today, by any of its accounts. */
export function currenciesSold(merchant: Merchant, now: EpochMs): string[] {
  return agreedCurrencies(merchant, now).filter((currency) => accountsFor(merchant, currency, now).length > 0);
}

/** In what the merchant sells today, by channel. */
export function offersOf(merchant: Merchant, now: EpochMs): { channel: ChannelId; currencies: string[] }[] {
  return merchant.accounts.map((account) => {
    return { channel: account.channel, currencies: currenciesAt(merchant, account, now) };
  });
}

/** The currency of amounts that name none: that of the merchant's first terms. */
export function firstCurrency({ agreements }: Pick<Merchant, 'agreements'>): string {
  return agreements[0]?.currency ?? HOME_CURRENCY;
}

/** What limits the merchant in `currency`. */
export function limitsIn(merchant: Pick<Merchant, 'agreements' | 'limits'>, currency: string): MoneyLimits {
  const { money, largestOrder, refundedPerDay, largestTerminalRefund } = merchant.limits;
  const named = money?.[currency] ?? {};
  if (currency !== firstCurrency(merchant)) return named;
  return {
    ...(largestOrder !== undefined && { largestOrder }),
    ...(refundedPerDay !== undefined && { refundedPerDay }),
    ...(largestTerminalRefund !== undefined && { largestTerminalRefund }),
    ...named,
  };
}

/** Currencies in which any amount is limited. */
export function limitedCurrencies(merchant: Pick<Merchant, 'agreements' | 'limits'>): string[] {
  const named = new Set([firstCurrency(merchant), ...Object.keys(merchant.limits.money ?? {})]);
  return [...named].filter((currency) => Object.keys(limitsIn(merchant, currency)).length > 0);
}
