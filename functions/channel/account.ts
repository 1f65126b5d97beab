/** What the house needs to know of a receiving account of any channel, read by the channel's traits. Pure. */
import { takes, traitsOf } from './channels.ts';
import type { Account, NamedAccount } from './registry.ts';
import type { AccountMismatch } from './traits.ts';

/** The members that all accounts of `account`'s channel have in common, by name. */
const membersOf = (account: NamedAccount): Readonly<Record<string, unknown>> => ({ ...account });

/** The merchant's own account at the channel, where its money goes, as people name it. */
export function payeeOf(account: Account): string {
  return String(membersOf(account)[traitsOf(account.channel).account.payee]);
}

/** What of its account a message names otherwise than the order has it; `undefined`: nothing. What it does not name fits. */
export function mismatchOf(named: NamedAccount, account: Account): AccountMismatch | undefined {
  if (named.channel !== account.channel) return 'different_seller';
  const { identity } = traitsOf(account.channel).account;
  const [told, own] = [membersOf(named), membersOf(account)];
  return Object.entries(identity).find(([member]) => told[member] !== undefined && told[member] !== own[member])?.[1];
}

/** Whether money went, or goes, to the same account by the same app. Authorisations are not compared. */
export function isSameAccount(a: Account, b: Account): boolean {
  return a.channel === b.channel && mismatchOf(a, b) === undefined;
}

/** Whether the channel gives its report to a program. Otherwise people bring it, and nothing is compared by the clock. */
export function isReportAskedFor({ channel }: Account): boolean {
  return traitsOf(channel).report !== 'imported';
}

/** What the account is settled in, by the order's currency; `undefined`: its channel settles each currency in itself. */
function settlementsOf(account: Account): Readonly<Record<string, string>> | undefined {
  const { settlement } = traitsOf(account.channel).account;
  return settlement === undefined ? undefined : (membersOf(account)[settlement] as Record<string, string>);
}

/** What the merchant gets for orders in `currency`, a currency itself; `undefined`: the account takes no such order. */
export function settlementCurrency(account: Account, currency: string): string | undefined {
  if (!takes(account.channel, currency)) return undefined;
  const settlements = settlementsOf(account);
  if (settlements === undefined) return currency;
  return Object.hasOwn(settlements, currency) ? settlements[currency] : undefined;
}

/** The account as an order in `currency` keeps it: where its money goes and in what, without today's authorisation. */
export function frozen(account: Account, currency: string): Account {
  const members = membersOf(account);
  const { identity, settlement } = traitsOf(account.channel).account;
  const names = ['channel', ...Object.keys(identity)];
  const own = settlementCurrency(account, currency);
  return {
    ...Object.fromEntries(names.map((name) => [name, members[name]])),
    ...(settlement !== undefined && { [settlement]: own === undefined ? {} : { [currency]: own } }),
  } as unknown as Account;
}

/** `account` of an order, filled up by `today`, the same account as its merchant has it now. What the order froze stays. */
export function filledUp(account: Account, today: Account): Account {
  const { settlement } = traitsOf(account.channel).account;
  if (settlement === undefined) return today;
  return { ...today, [settlement]: settlementsOf(account) };
}
