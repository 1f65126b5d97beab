/** Channels of a merchant: its account there, and whether new orders are taken. */
import { DEFAULT_CHANNEL } from '../../../functions/channel/channels.ts';
import type { ChannelId } from '../../../functions/channel/registry.ts';
import { nameOf, reopened } from '../../../functions/merchant/channel-health.ts';
import { FunctionState } from '../../../functions/merchant/function-state.ts';
import type { ChannelState } from '../../../functions/merchant/merchant.ts';
import { isCurrency } from '../../../functions/money.ts';
import type { Options } from '../../cli/command.ts';
import { UsageError } from '../../cli/exit.ts';
import { askedAccount } from '../account-forms.ts';
import { type Command, command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { changeSettings, missingOf, preferChannel, setChannel } from '../directory-changes.ts';
import { changeMerchant, findMerchant } from '../directory-store.ts';
import { readInstant, readText } from '../read-options.ts';
import { ACCOUNTS, CHANNEL, channelOf, confirmAccount, withAccount } from './account.ts';
import { authoriseCommand } from './authorise.ts';
import { checkCommand } from './check.ts';
import { accountLine, linesOf, routeLines, viewOf } from './merchant-view.ts';

const CLOSURE = {
  ...CHANNEL,
  until: ['INSTANT', 'it opens by itself then: 2026-03-01T18:00:00+08:00'],
  'reason-zh': ['TEXT', 'what every terminal shows, in Chinese'],
  'reason-en': ['TEXT', 'the same in English; both or neither'],
} as const satisfies Options;

type ClosureValues = { readonly [name in keyof typeof CLOSURE]?: string };

function closureOf(state: 'draining' | 'closed', values: ClosureValues): ChannelState {
  const { until, 'reason-zh': zh, 'reason-en': en } = values;
  if ((zh === undefined) !== (en === undefined)) throw new UsageError('--reason-zh and --reason-en go together');
  return {
    state,
    ...(until !== undefined && { until: readInstant('until', until) }),
    ...(zh !== undefined &&
      en !== undefined && {
        reason: { 'zh-CN': readText('--reason-zh', zh, 128), en: readText('--reason-en', en, 128) },
      }),
  };
}

/** What the channel has said of itself is forgotten, so that the next order asks it again. */
async function forgetClosure({ deployment }: CommandContext, wanted: string, channel: ChannelId): Promise<void> {
  const { id } = await findMerchant(deployment, wanted);
  await new FunctionState(deployment.directory, () => deployment.now()).change(nameOf(id, channel), reopened);
}

async function put(
  { deployment, say, tell }: CommandContext,
  wanted: string,
  channel: ChannelId,
  state: ChannelState,
): Promise<void> {
  const { id } = await findMerchant(deployment, wanted);
  const { merchant, changed } = await changeMerchant(deployment, id, (current) =>
    setChannel(current, channel, state, { now: deployment.now() }),
  );
  const accounts = merchant.accounts.map((account) => `  ${accountLine(merchant, account, deployment.now())}`);
  say(changed ? 'Changed; terminals see it within 30 seconds.' : 'Nothing to change.', ...accounts);
  tell({ changed, merchant: viewOf(merchant) });
}

export const channelCommands: readonly Command[] = [
  command({
    name: 'channel connect',
    takes: ['MERCHANT'],
    does: "names the merchant's own receiving account at its licensed acquirer",
    options: {
      ...CHANNEL,
      ...ACCOUNTS,
      acquirer: ['NAME', 'the licensed acquirer, if it was not named before'],
    },
    async run(context, [wanted], values) {
      const { deployment, say, tell } = context;
      const channel = channelOf(values.channel);
      if (Object.keys(askedAccount(channel, values)).length === 0)
        throw new UsageError(
          channel === DEFAULT_CHANNEL
            ? 'channel connect needs --seller-id, and --app-id where the stack knows none'
            : `channel connect --channel ${channel} needs the options of an account there: --help tells them`,
        );
      const named = values.acquirer;
      const acquirer = typeof named === 'string' ? { acquirer: readText('--acquirer', named, 64) } : {};
      const { id } = await findMerchant(deployment, wanted);
      const { merchant, changed } = await changeMerchant(
        deployment,
        id,
        (current) => {
          const named = changeSettings(current, acquirer);
          return typeof named === 'string' ? named : withAccount(named, channel, values, deployment);
        },
        (before, after) => confirmAccount(context, before, after, channel),
      );
      say(changed ? 'Connected.' : 'Was connected already.', ...linesOf(merchant, deployment.now()));
      tell({ changed, merchant: viewOf(merchant), missing: missingOf(merchant, deployment.now()) });
    },
  }),
  command({
    name: 'channel prefer',
    takes: ['MERCHANT', 'CHANNEL'],
    does: 'which channel takes the orders in a currency that several could take; none: the first one again',
    options: { currency: ['CODE', 'the currency of the orders'] },
    async run({ deployment, say, tell }, [wanted, name], { currency }) {
      if (currency === undefined || !isCurrency(currency))
        throw new UsageError('channel prefer needs --currency, an ISO 4217 code such as CNY');
      const channel = name === 'none' ? null : channelOf(name);
      const { id } = await findMerchant(deployment, wanted);
      const { merchant, changed } = await changeMerchant(deployment, id, (current) =>
        preferChannel(current, currency, channel),
      );
      say(
        changed ? 'Changed; terminals see it within 30 seconds.' : 'Nothing to change.',
        ...routeLines(merchant, deployment.now()),
      );
      tell({ changed, merchant: viewOf(merchant) });
    },
  }),
  checkCommand,
  authoriseCommand,
  command({
    name: 'channel open',
    takes: ['MERCHANT'],
    does: 'new orders are taken again, also where the channel has closed itself',
    options: CHANNEL,
    async run(context, [wanted], values) {
      await forgetClosure(context, wanted, channelOf(values.channel));
      await put(context, wanted, channelOf(values.channel), { state: 'open' });
    },
  }),
  command({
    name: 'channel drain',
    takes: ['MERCHANT'],
    does: 'no new orders; running orders and refunds go on',
    options: CLOSURE,
    run: (context, [wanted], values) => put(context, wanted, channelOf(values.channel), closureOf('draining', values)),
  }),
  command({
    name: 'channel close',
    takes: ['MERCHANT'],
    does: 'no new orders: terminals are told that it is closed, why and until when',
    options: CLOSURE,
    run: (context, [wanted], values) => put(context, wanted, channelOf(values.channel), closureOf('closed', values)),
  }),
];
