/** The receiving account at the acquirer, as options of several commands. */
import { isDeepStrictEqual } from 'node:util';
import { isSameAccount } from '../../../functions/channel/account.ts';
import type { AlipayAccount, ChannelId } from '../../../functions/channel/registry.ts';
import type { Merchant } from '../../../functions/merchant/merchant.ts';
import type { Options } from '../../cli/command.ts';
import type { CommandContext } from '../context.ts';
import { connectAccount, type Outcome } from '../directory-changes.ts';
import type { Deployment } from '../directory-store.ts';
import { quoted } from '../read-options.ts';

export const ACCOUNT = {
  'seller-id': ['2088…', "the merchant's own account at the acquirer; money goes there and nowhere else"],
  'app-id': ['APP', 'the app that signs; its keys are in the secret (local: the one of the stack)'],
  'app-auth-token': ['TOKEN', "the merchant's authorisation of a service provider's app; none: its own app"],
} as const satisfies Options;

export type AccountValues = { readonly [name in keyof typeof ACCOUNT]?: string };

/** The merchant with the account that the options name, or as it was. The app is the one before, else the deployment's usual one. */
export function withAccount(
  merchant: Merchant,
  channel: ChannelId,
  values: AccountValues,
  deployment: Deployment,
): Outcome {
  const { 'seller-id': sellerId, 'app-id': named, 'app-auth-token': token } = values;
  if (sellerId === undefined && named === undefined && token === undefined) return merchant;
  const appId = named ?? accountOf(merchant, channel)?.appId ?? deployment.appId;
  return connectAccount(merchant, channel, { appId, sellerId, appAuthToken: token === 'none' ? null : token });
}

function accountOf({ accounts }: Merchant, channel: ChannelId): AlipayAccount | undefined {
  return accounts.find((account): account is AlipayAccount => account.channel === channel);
}

/** Money that went to a wrong account comes back only by hand: the command asks twice before it replaces one. */
export async function confirmAccount(
  context: CommandContext,
  before: Merchant,
  after: Merchant,
  channel: ChannelId,
): Promise<void> {
  const [old, next] = [accountOf(before, channel), accountOf(after, channel)];
  if (!old || !next || isDeepStrictEqual(old, next)) return;
  if (isSameAccount(old, next)) return confirmAuthorisation(context, before, next);
  await context.confirm(
    `New orders of ${quoted(before.name)} are paid to ${next.sellerId} (app ${next.appId}), no more to ${old.sellerId} (app ${old.appId}), where running orders and refunds go on.`,
  );
}

/** With a wrong one no order of the account, running or paid, can be asked about or refunded. */
export async function confirmAuthorisation(
  context: CommandContext,
  { name }: Merchant,
  account: AlipayAccount,
): Promise<void> {
  const { sellerId, appId, appAuthToken } = account;
  const by = appAuthToken === undefined ? 'no authorisation' : `the authorisation …${appAuthToken.slice(-4)}`;
  await context.confirm(
    `All orders of ${quoted(name)} that are paid to ${sellerId} (app ${appId}) are asked about and refunded under ${by}.`,
  );
}
