/** The receiving account at the acquirer, as options of several commands. */
import { isDeepStrictEqual } from 'node:util';
import type { ChannelId } from '../../../functions/channel/channel.ts';
import type { Merchant } from '../../../functions/merchant/merchant.ts';
import type { Options } from '../command.ts';
import type { Desk } from '../desk.ts';
import type { AccountAsk } from '../directory-changes.ts';

export const ACCOUNT = {
  'seller-id': ['2088…', "the merchant's own account at the acquirer; money goes there and nowhere else"],
  'app-id': ['APP', 'the app that signs; its keys are in the secret (local: the one of the stack)'],
  'app-auth-token': ['TOKEN', "the merchant's authorisation of a service provider's app; none: its own app"],
} as const satisfies Options;

export type AccountValues = { readonly [name in keyof typeof ACCOUNT]?: string };

/** `undefined` if no option speaks of an account. */
export function accountAskOf(values: AccountValues): AccountAsk | undefined {
  const { 'seller-id': sellerId, 'app-id': appId, 'app-auth-token': token } = values;
  if (sellerId === undefined && appId === undefined && token === undefined) return undefined;
  return { sellerId, appId, appAuthToken: token === 'none' ? null : token };
}

/** Money that went to a wrong account does not come back by itself: to replace one is asked twice. */
export async function confirmAccount(desk: Desk, before: Merchant, after: Merchant, channel: ChannelId): Promise<void> {
  const accountOf = ({ accounts }: Merchant) => accounts.find((account) => account.channel === channel);
  const [old, next] = [accountOf(before), accountOf(after)];
  if (!old || !next || isDeepStrictEqual(old, next)) return;
  await desk.confirm(
    `New orders of ${before.name} are paid to ${next.sellerId} (app ${next.appId}), no more to ${old.sellerId} (app ${old.appId}).`,
  );
}
