/** Asks the channel whether a merchant's accounts are set up as they must be, before a customer stands at the till. */
import { NotKnown, Refused } from '../../cli/exit.ts';
import { openCheck } from '../channel-check.ts';
import { judge } from '../check-sentences.ts';
import { type Command, command } from '../command.ts';
import { findMerchant } from '../directory-store.ts';
import { accountView, paidTo } from './merchant-view.ts';

export const checkCommand: Command = command({
  name: 'channel check',
  takes: ['MERCHANT'],
  does: 'asks Alipay, harmlessly, what is right or wrong with key, app, authorisation, product and clock of each account',
  options: {},
  async run({ deployment, say, tell }, [wanted]) {
    const { id, name, accounts, formerAccounts = [] } = await findMerchant(deployment, wanted);
    if (accounts.length === 0) throw new Refused(`${name} has no account to check: channel connect`);
    const { channel } = deployment;
    if (!channel)
      throw new Refused(
        'channel check reads the secret and asks Alipay as the stack does: --local, or --stack NAME of this version',
      );
    const check = await openCheck(channel, () => deployment.now());
    const checkable = [...accounts, ...formerAccounts].filter((it) => it.channel === 'alipay');
    const checked = await inTurn(checkable, async (account) => {
      const found = await check(account);
      const said = judge({ ...found, account, gateway: channel.gateway, now: deployment.now() });
      const isFormer = !accounts.includes(account);
      say(`${isFormer ? 'before: ' : ''}${paidTo(account)}`, `  ${said.judgement}: ${said.sentence}`);
      return { account: accountView(account), isFormer, ...found, ...said };
    });
    tell({ merchantId: id, checked });
    const has = (wanted: string) => checked.some(({ judgement }) => judgement === wanted);
    if (has('wrong')) throw new Refused('Something is wrong.');
    if (has('unknown')) throw new NotKnown('Nothing wrong was found, and not everything is known: ask again.');
  },
});

/** One after the other, so that each is told as soon as it is known. */
async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await run(item));
  return done;
}
