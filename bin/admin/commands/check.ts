/** Asks the channel whether a merchant's accounts are set up as they must be, before a customer stands at the till. */
import { channelEntry } from '../../../functions/channel/channels.ts';
import type { Account, AlipayAccount } from '../../../functions/channel/registry.ts';
import { NotKnown, Refused } from '../../cli/exit.ts';
import { openCheck } from '../channel-check.ts';
import { judge } from '../check-sentences.ts';
import { type Command, command } from '../command.ts';
import { findMerchant } from '../directory-store.ts';
import { accountView, paidTo } from './merchant-view.ts';

export const checkCommand: Command = command({
  name: 'channel check',
  takes: ['MERCHANT'],
  does: 'asks the channel, harmlessly, what is right or wrong with key, app, authorisation, product and clock of each account',
  options: {},
  async run({ deployment, say, tell }, [wanted]) {
    const { id, name, accounts, formerAccounts = [] } = await findMerchant(deployment, wanted);
    if (accounts.length === 0) throw new Refused(`${name} has no account to check: channel connect`);
    const { channel } = deployment;
    if (!channel)
      throw new Refused(
        'channel check reads the secret and asks the channel as the stack does: --local, or --stack NAME of this version',
      );
    const check = await openCheck(channel, () => deployment.now());
    const judged = async (account: AlipayAccount) => {
      const found = await check(account);
      return { ...found, ...judge({ ...found, account, gateway: channel.gateway, now: deployment.now() }) };
    };
    const checked = await inTurn([...accounts, ...formerAccounts], async (account) => {
      const said = isCheckable(account) ? await judged(account) : uncheckedOf(account);
      const isFormer = !accounts.includes(account);
      say(`${isFormer ? 'before: ' : ''}${paidTo(account)}`, `  ${said.judgement}: ${said.sentence}`);
      return { account: accountView(account), isFormer, ...said };
    });
    tell({ merchantId: id, checked });
    const has = (wanted: string) => checked.some(({ judgement }) => judgement === wanted);
    if (has('wrong')) throw new Refused('Something is wrong.');
    if (has('unknown')) throw new NotKnown('Nothing wrong was found, and not everything is known: ask again.');
  },
});

/** Of which channels a harmless question is known. */
const isCheckable = (account: Account): account is AlipayAccount => account.channel === 'alipay';

const uncheckedOf = ({ channel }: Account) => ({
  ...{ finding: 'not_checked', code: '', why: '', judgement: 'not checked' },
  sentence: `this version has no harmless question for ${channelEntry(channel).name.en}: a sale of the smallest amount, refunded, proves the account.`,
});

/** One after the other, so that each is told as soon as it is known. */
async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await run(item));
  return done;
}
