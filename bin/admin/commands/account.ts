/** The receiving accounts at the acquirers, as options of several commands. */
import { isDeepStrictEqual } from 'node:util';
import { isSameAccount, payeeOf } from '../../../functions/channel/account.ts';
import { channelIds, DEFAULT_CHANNEL } from '../../../functions/channel/channels.ts';
import type { ChannelId } from '../../../functions/channel/registry.ts';
import type { Merchant } from '../../../functions/merchant/merchant.ts';
import type { Options } from '../../cli/command.ts';
import { accountOptions, askedAccount, formOf, membersOf, tokenOf, whose } from '../account-forms.ts';
import type { CommandContext } from '../context.ts';
import { connectAccount, type Outcome } from '../directory-changes.ts';
import type { Deployment } from '../directory-store.ts';
import { quoted, readChoice } from '../read-options.ts';

/** Of the usual channel, for commands that do more than connect an account. */
export const ACCOUNT: Options = accountOptions([DEFAULT_CHANNEL]);
/** Of every channel. */
export const ACCOUNTS: Options = accountOptions(channelIds);

export const CHANNEL = {
  channel: ['NAME', `${channelIds.join(' or ')}; ${DEFAULT_CHANNEL} if not named`],
} as const satisfies Options;

export const channelOf = (value: string = DEFAULT_CHANNEL): ChannelId => readChoice('channel', value, channelIds);

export type AccountValues = Readonly<Record<string, unknown>>;

/** The merchant with the account that the options name, or as it was. The app is the one before, else the deployment's usual one. */
export function withAccount(
  merchant: Merchant,
  channel: ChannelId,
  values: AccountValues,
  deployment: Deployment,
): Outcome {
  const asked = askedAccount(channel, values);
  if (Object.keys(asked).length === 0) return merchant;
  const { member } = formOf(channel).caller;
  const isKnown = merchant.accounts.some((account) => account.channel === channel);
  const usual = isKnown ? undefined : deployment.callers?.[channel];
  return connectAccount(merchant, channel, { ...(usual !== undefined && { [member]: usual }), ...asked });
}

const accountOf = ({ accounts }: Merchant, channel: ChannelId) =>
  accounts.find((account) => account.channel === channel);

/** Money that went to a wrong account comes back only by hand: the command asks twice before it replaces one. */
export async function confirmAccount(
  context: CommandContext,
  before: Merchant,
  after: Merchant,
  channel: ChannelId,
): Promise<void> {
  const [old, next] = [accountOf(before, channel), accountOf(after, channel)];
  if (!old || !next || isDeepStrictEqual(old, next)) return;
  if (!isSameAccount(old, next))
    return context.confirm(
      `New orders of ${quoted(before.name)} are paid to ${whose(next)}, no more to ${whose(old)}, where running orders and refunds go on.`,
    );
  if (tokenOf(old) !== tokenOf(next)) await confirmAuthorisation(context, before, next);
  await confirmMembers(context, old, next);
}

/** With a wrong one no order of the account, running or paid, can be asked about or refunded. */
export async function confirmAuthorisation(
  context: CommandContext,
  { name }: Merchant,
  account: Merchant['accounts'][number],
): Promise<void> {
  const token = tokenOf(account);
  const by = token === undefined ? 'no authorisation' : `the authorisation …${token.slice(-4)}`;
  await context.confirm(
    `All orders of ${quoted(name)} that are paid to ${whose(account)} are asked about and refunded under ${by}.`,
  );
}

/** What else is said of the same account, such as in what it settles. */
async function confirmMembers(
  context: CommandContext,
  old: Merchant['accounts'][number],
  next: Merchant['accounts'][number],
): Promise<void> {
  const [before, after] = [membersOf(old), membersOf(next)];
  const changes = Object.entries(formOf(next.channel).fields).flatMap(([member, { option }]) =>
    isDeepStrictEqual(before[member], after[member])
      ? []
      : [`${option} ${JSON.stringify(after[member])} in place of ${JSON.stringify(before[member])}`],
  );
  if (changes.length > 0)
    await context.confirm(`New orders that are paid to ${payeeOf(next)} say from now on: ${changes.join('; ')}.`);
}
