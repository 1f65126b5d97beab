/** Mends the authorisation of an account, now or before, so that its orders can be asked about and refunded again. */
import { isSameAccount } from '../../../functions/channel/account.ts';
import { channelIds, traitsOf } from '../../../functions/channel/channels.ts';
import type { Account, ChannelId } from '../../../functions/channel/registry.ts';
import { orderIdOf } from '../../../functions/ids.ts';
import type { Merchant } from '../../../functions/merchant/merchant.ts';
import type { Options } from '../../cli/command.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { accountOptions, formOf, identityOf, whose } from '../account-forms.ts';
import { type Command, command } from '../command.ts';
import { authoriseAccount, missingOf } from '../directory-changes.ts';
import { changeMerchant, type Deployment, findMerchant } from '../directory-store.ts';
import { confirmAuthorisation } from './account.ts';
import { linesOf, viewOf } from './merchant-view.ts';

/** By channel: the options that say whose account it is, each with its member. */
const WHOSE = Object.fromEntries(
  channelIds.map((channel) => [
    channel,
    [traitsOf(channel).account.payee, formOf(channel).caller.member].map((member) => {
      const option = formOf(channel).fields[member]?.option ?? member;
      return { member, option };
    }),
  ]),
) as Record<ChannelId, { member: string; option: string }[]>;

const named = (options: readonly { option: string }[]) => options.map(({ option }) => `--${option}`).join(' and ');
const ANY = channelIds.map((channel) => named(WHOSE[channel])).join(', or ');
const TOKENS = channelIds.map((channel) => formOf(channel).token.option);

const OPTIONS: Options = Object.fromEntries(
  Object.entries(accountOptions(channelIds)).filter(
    ([name]) => TOKENS.includes(name) || channelIds.some((channel) => WHOSE[channel].some((it) => it.option === name)),
  ),
);

type Given = Readonly<Record<string, unknown>>;

export const authoriseCommand: Command = command({
  name: 'channel authorise',
  takes: ['MERCHANT'],
  does: "another authorisation of an order's account, whether the merchant still sells by it or not; it is logged",
  options: {
    order: ['ORDER', "whose account it is: the order's id, its number at the channel, or the merchant's own number"],
    ...OPTIONS,
  },
  async run(context, [wanted], values) {
    const { deployment, say, tell } = context;
    const { order } = values as { order?: string };
    const asked = askedOf(values, order);
    const found = await findMerchant(deployment, wanted);
    const account = asked.whose
      ? knownAccount(found, asked.whose)
      : await accountOfOrder(deployment, found, order ?? '');
    const token = tokenFor(account, values);
    const { merchant, changed } = await changeMerchant(
      deployment,
      found.id,
      (current) => authoriseAccount(current, account, token === 'none' ? null : token, deployment.now()),
      (before, after) => confirmAuthorisation(context, before, sameIn(after, account)),
    );
    if (changed)
      context.log({
        command: 'channel authorise',
        merchantId: merchant.id,
        ...identityOf(account),
        ...(order !== undefined && { order }),
      });
    say(
      changed ? 'Authorised; it bites within 30 seconds.' : 'Was authorised so already.',
      ...linesOf(merchant, deployment.now()),
    );
    tell({ changed, merchant: viewOf(merchant), missing: missingOf(merchant, deployment.now()) });
  },
});

/** Whose account is meant: that of an order, or one that is named by its members. @throws UsageError */
function askedOf(values: Given, order: string | undefined): { whose?: Partial<Account> & Pick<Account, 'channel'> } {
  if (!TOKENS.some((option) => values[option] !== undefined))
    throw new UsageError(`channel authorise needs ${TOKENS.map((it) => `--${it}`).join(' or ')}: TOKEN, or none`);
  const begun = channelIds.filter((channel) => WHOSE[channel].some(({ option }) => values[option] !== undefined));
  const [channel] = begun;
  const isWhole = channel !== undefined && WHOSE[channel].every(({ option }) => values[option] !== undefined);
  if ((order === undefined) !== isWhole || begun.length > 1 || (begun.length === 1 && !isWhole))
    throw new UsageError(`channel authorise needs --order, or ${ANY}`);
  if (channel === undefined) return {};
  const members = Object.fromEntries(WHOSE[channel].map(({ member, option }) => [member, values[option]]));
  return { whose: { channel, ...members } };
}

function tokenFor({ channel }: Account, values: Given): string {
  const { option } = formOf(channel).token;
  const token = values[option];
  if (typeof token !== 'string') throw new UsageError(`the account is at ${channel}: its authorisation is --${option}`);
  return token;
}

function sameIn({ accounts, formerAccounts = [] }: Merchant, account: Account): Account {
  return [...accounts, ...formerAccounts].find((it) => isSameAccount(it, account)) ?? account;
}

function knownAccount({ name, accounts, formerAccounts = [] }: Merchant, wanted: object): Account {
  const asked = wanted as Account;
  const known = [...accounts, ...formerAccounts].find((it) => isSameAccount(it, asked));
  if (!known) throw new Refused(`${name} has no account ${whose(asked)}: merchant show lists all, or name an --order`);
  return known;
}

/** Of an order that the merchant has, by whichever of its numbers. */
async function accountOfOrder({ orders }: Deployment, { id, name }: Merchant, wanted: string): Promise<Account> {
  if (!orders) throw new Refused('channel authorise --order reads orders: name --orders-table, too');
  const [, orderId] = /^(ord_[a-z2-7]{26})(?:_r?[0-9]+)?$/.exec(wanted) ?? [];
  const order = await orders.get(orderId ?? orderIdOf(id, wanted));
  if (order?.merchantId !== id) throw new Refused(`${name} has no order ${wanted}`);
  return order.account;
}
