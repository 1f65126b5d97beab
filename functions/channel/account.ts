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

/** What the merchant gets for orders in `currency`, a currency itself; `undefined`: the account takes no such order. */
export function settlementCurrency(account: Account, currency: string): string | undefined {
  return takes(account.channel, currency) ? currency : undefined;
}

/** The account as an order keeps it: where its money went, without today's authorisation. */
export function frozen(account: Account): Account {
  const members = membersOf(account);
  const names = ['channel', ...Object.keys(traitsOf(account.channel).account.identity)];
  return Object.fromEntries(names.map((name) => [name, members[name]])) as unknown as Account;
}
