/** Mends the authorisation of an account, now or before, so that its orders can be asked about and refunded again. */
import type { AlipayAccount } from '../../../functions/channel/registry.ts';
import { orderIdOf } from '../../../functions/ids.ts';
import type { Merchant } from '../../../functions/merchant/merchant.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { type Command, command } from '../command.ts';
import { authoriseAccount, missingOf } from '../directory-changes.ts';
import { changeMerchant, type Deployment, findMerchant } from '../directory-store.ts';
import { confirmAuthorisation } from './account.ts';
import { linesOf, viewOf } from './merchant-view.ts';

export const authoriseCommand: Command = command({
  name: 'channel authorise',
  takes: ['MERCHANT'],
  does: "another authorisation of an order's account, whether the merchant still sells by it or not; it is logged",
  options: {
    order: ['ORDER', "whose account it is: the order's id, its number at the channel, or the merchant's own number"],
    'seller-id': ['2088…', 'or the account itself, one of those that merchant show lists'],
    'app-id': ['APP', 'and its app'],
    'app-auth-token': ['TOKEN', "the merchant's authorisation of the app as it is today; none: there is none"],
  },
  async run(context, [wanted], { order, 'seller-id': sellerId, 'app-id': appId, 'app-auth-token': token }) {
    const { deployment, say, tell } = context;
    if (token === undefined) throw new UsageError('channel authorise needs --app-auth-token TOKEN, or none');
    if ((order === undefined) === (sellerId === undefined) || (sellerId === undefined) !== (appId === undefined))
      throw new UsageError('channel authorise needs --order, or --seller-id and --app-id');
    const found = await findMerchant(deployment, wanted);
    const account =
      order === undefined ? accountOf(found, sellerId, appId) : await accountOfOrder(deployment, found, order);
    const { merchant, changed } = await changeMerchant(
      deployment,
      found.id,
      (current) => authoriseAccount(current, account, token === 'none' ? null : token, deployment.now()),
      (before, after) => confirmAuthorisation(context, before, accountOf(after, account.sellerId, account.appId)),
    );
    if (changed)
      context.log({
        command: 'channel authorise',
        merchantId: merchant.id,
        appId: account.appId,
        sellerId: account.sellerId,
        ...(order !== undefined && { order }),
      });
    say(
      changed ? 'Authorised; it bites within 30 seconds.' : 'Was authorised so already.',
      ...linesOf(merchant, deployment.now()),
    );
    tell({ changed, merchant: viewOf(merchant), missing: missingOf(merchant, deployment.now()) });
  },
});

function accountOf(
  { name, accounts, formerAccounts = [] }: Merchant,
  sellerId?: string,
  appId?: string,
): AlipayAccount {
  const known = [...accounts, ...formerAccounts].find(
    (it): it is AlipayAccount => it.channel === 'alipay' && it.sellerId === sellerId && it.appId === appId,
  );
  if (!known)
    throw new Refused(
      `${name} has no account ${sellerId} of the app ${appId}: merchant show lists all, or name an --order`,
    );
  return known;
}

/** Of an order that the merchant has, by whichever of its numbers. */
async function accountOfOrder({ orders }: Deployment, { id, name }: Merchant, wanted: string): Promise<AlipayAccount> {
  if (!orders) throw new Refused('channel authorise --order reads orders: name --orders-table, too');
  const [, named] = /^(ord_[a-z2-7]{26})(?:_r?[0-9]+)?$/.exec(wanted) ?? [];
  const order = await orders.get(named ?? orderIdOf(id, wanted));
  if (order?.merchantId !== id) throw new Refused(`${name} has no order ${wanted}`);
  if (order.account.channel !== 'alipay') throw new Refused(`${wanted} is an order at ${order.account.channel}`);
  return order.account;
}
