/** Merchants: who sells, at which acquirer, on which settings. */
import { DEFAULT_CHANNEL } from '../../../functions/channel/channels.ts';
import { healthOf } from '../../../functions/merchant/channel-health.ts';
import { FunctionState } from '../../../functions/merchant/function-state.ts';
import { firstCurrency, type Limits, type Merchant, type MoneyLimits } from '../../../functions/merchant/merchant.ts';
import { isCurrency } from '../../../functions/money.ts';
import { isolated } from '../../../functions/text.ts';
import { toInstant } from '../../../functions/time.ts';
import type { Options, Values } from '../../cli/command.ts';
import { Refused, UsageError } from '../../cli/exit.ts';
import { DEFAULT_LIMITS } from '../../directory/default-limits.ts';
import { newMerchant } from '../../directory/new-items.ts';
import { type Command, command } from '../command.ts';
import { changeSettings, type MoneyLimitChange, missingOf, type Outcome, type Settings } from '../directory-changes.ts';
import { changeMerchant, createMerchant, type Deployment, findMerchant, storesOf } from '../directory-store.ts';
import { quoted, readAmount, readChoice, readCount, readPhone, readText } from '../read-options.ts';
import { ACCOUNT, type AccountValues, confirmAccount, withAccount } from './account.ts';
import { linesOf, viewOf } from './merchant-view.ts';

const SETTINGS = {
  acquirer: ['NAME', 'the licensed acquirer that settles to the merchant; money never passes through Tillgate'],
  zone: ['ZONE', 'by which its business days are cut: Asia/Shanghai (default), +08:00, …'],
  'late-payment': ['refund|keep', 'what happens to money that comes after a close (refund)'],
  'refund-window-days': ['DAYS', 'how long a payment can be refunded, 0 to 365 (90)'],
  'support-phone': ['NUMBER', 'whom the till tells a cashier to call while a payment is unclear; none: nobody'],
  'largest-order': [
    'AMOUNT',
    'the largest order, such as "CNY 5000.00", once per currency; none: no limit, here and below; "CNY none": not in that one',
    'repeatable',
  ],
  'orders-per-second': ['N', 'orders per second in each function instance'],
  'orders-per-second-per-terminal': ['N', 'the same, of one terminal'],
  'open-orders': ['N', 'orders that are open at once: those opened within the last three minutes'],
  'refunds-per-day': ['N', 'refunds per business day, over all terminals'],
  'refunded-per-day': ['AMOUNT', 'their sum per business day, written in the same way', 'repeatable'],
  'largest-terminal-refund': ['AMOUNT', 'what a till refunds of an order; more only the back office', 'repeatable'],
  'longest-expiry-seconds': ['SECONDS', 'the longest time to live of a code, 90 to 900'],
  'one-open-order': ['yes|no', "a terminal's new order first asks to close the one before"],
  'card-numbers-in-reference': [
    'allow|refuse',
    "a reference that looks like a card number, as some systems' do (refuse)",
  ],
} as const satisfies Options;

type SettingValues = Values<typeof SETTINGS>;

/** Limits by the option that sets them, and how its value is read. */
const LIMITS = {
  'orders-per-second': ['ordersPerSecond', counted(1, 10_000)],
  'orders-per-second-per-terminal': ['ordersPerSecondPerTerminal', counted(1, 10_000)],
  'open-orders': ['openOrders', counted(1, 1_000_000)],
  'refunds-per-day': ['refundsPerDay', counted(0, 1_000_000)],
  'longest-expiry-seconds': ['longestExpirySeconds', counted(90, 900)],
  'one-open-order': ['oneOpenOrderPerTerminal', yesOrNo],
} as const satisfies Partial<Record<keyof SettingValues, readonly [keyof Limits, LimitReader]>>;

/** Limits that are amounts, each in its currency. */
const MONEY_LIMITS = {
  'largest-order': 'largestOrder',
  'refunded-per-day': 'refundedPerDay',
  'largest-terminal-refund': 'largestTerminalRefund',
} as const satisfies Partial<Record<keyof SettingValues, keyof MoneyLimits>>;

type LimitReader = (option: string, value: string) => number | boolean;

function counted(from: number, to: number): LimitReader {
  return (option, value) => readCount(option, value, { from, to });
}

function yesOrNo(option: string, value: string): boolean {
  return readChoice(option, value, ['yes', 'no']) === 'yes';
}

/** `CNY 500.00`, `500.00` in `first`, `CNY none` or `none`, any number of them but two for one currency. */
function readMoneyLimits(option: keyof typeof MONEY_LIMITS, values: readonly string[], first: string) {
  const changes = values.map((text): MoneyLimitChange => {
    const [, code, amount = ''] = /^(?:([A-Z]{3}) +)?(.*)$/.exec(text) ?? [];
    if (code !== undefined && !isCurrency(code))
      throw new UsageError(`--${option} names an ISO 4217 currency such as CNY, not ${code}`);
    const limit = MONEY_LIMITS[option];
    if (amount === 'none') return { limit, ...(code !== undefined && { currency: code }), value: null };
    const currency = code ?? first;
    return { limit, currency, value: readAmount(option, amount, currency) };
  });
  const named = changes.map(({ currency }) => currency);
  const twice = named.findIndex((currency, i) => named.indexOf(currency) !== i);
  if (twice !== -1) throw new UsageError(`--${option} is given twice for ${named[twice] ?? 'all currencies'}`);
  return changes;
}

function settingsOf(values: SettingValues, first: string): Settings {
  const limits = Object.entries(LIMITS).flatMap(([option, [limit, read]]) => {
    const value = values[option as keyof typeof LIMITS];
    if (value === undefined) return [];
    return [[limit, value === 'none' ? null : read(option, value)] as const];
  });
  const moneyLimits = (Object.keys(MONEY_LIMITS) as (keyof typeof MONEY_LIMITS)[]).flatMap((option) =>
    readMoneyLimits(option, values[option] ?? [], first),
  );
  const { acquirer, zone, 'late-payment': late, 'refund-window-days': days, 'support-phone': phone } = values;
  const cards = values['card-numbers-in-reference'];
  return {
    ...(acquirer !== undefined && { acquirer: readText('--acquirer', acquirer, 64) }),
    ...(zone !== undefined && { zone }),
    ...(late !== undefined && { latePayment: readChoice('late-payment', late, ['refund', 'keep']) }),
    ...(days !== undefined && { refundWindowDays: readCount('refund-window-days', days, { from: 0, to: 365 }) }),
    ...(phone !== undefined && { supportPhone: phone === 'none' ? null : readPhone('support-phone', phone) }),
    ...(cards !== undefined && {
      referenceMayLookLikeCard: readChoice('card-numbers-in-reference', cards, ['allow', 'refuse']) === 'allow',
    }),
    limits: Object.fromEntries(limits),
    moneyLimits,
  };
}

/** Settings, then the account where one is named. */
function changed(merchant: Merchant, settings: Settings, values: AccountValues, deployment: Deployment): Outcome {
  const after = changeSettings(merchant, settings);
  return typeof after === 'string' ? after : withAccount(after, DEFAULT_CHANNEL, values, deployment);
}

function readName(name: string): string {
  // An id would be found under this name.
  if (/^mer_/.test(name)) throw new UsageError('a name does not begin like an id');
  return readText('a name', name, 64);
}

/** The channels that have closed themselves, and until when. */
async function closuresOf({ directory, now }: Deployment, { id, accounts }: Merchant) {
  const counters = new FunctionState(directory, now);
  const found: { channel: string; until: string }[] = [];
  for (const { channel } of accounts) {
    const until = (await healthOf(counters, id, channel))?.closedUntil;
    if (until !== undefined && until > now()) found.push({ channel, until: toInstant(until) });
  }
  return found;
}

export const merchantCommands: readonly Command[] = [
  command({
    name: 'merchant create',
    takes: ['NAME'],
    does: 'a new merchant, or the same one if it was asked for before',
    options: { ...SETTINGS, ...ACCOUNT },
    async run({ deployment, say, tell }, [name], values) {
      const blank = { ...newMerchant(readName(name)), limits: DEFAULT_LIMITS };
      const asked = changed(blank, settingsOf(values, firstCurrency(blank)), values, deployment);
      if (typeof asked === 'string') throw new Refused(asked);
      const { merchant, isNew } = await createMerchant(deployment, asked);
      say(isNew ? 'Created.' : 'Was there already.', ...linesOf(merchant, deployment.now()));
      tell({ isNew, merchant: viewOf(merchant), missing: missingOf(merchant, deployment.now()) });
    },
  }),
  command({
    name: 'merchant show',
    takes: ['MERCHANT'],
    does: 'settings, terms, account, stores, and what it lacks before it can sell',
    options: {},
    async run({ deployment, say, tell }, [wanted]) {
      const merchant = await findMerchant(deployment, wanted);
      const stores = await storesOf(deployment, merchant.id);
      const head = await deployment.statements.head(merchant.id);
      const closures = await closuresOf(deployment, merchant);
      const missing = [
        ...missingOf(merchant, deployment.now()),
        ...(head ? [] : ['open statements: repeat merchant create']),
      ];
      say(
        ...linesOf(merchant, deployment.now()),
        ...closures.map(({ channel, until }) => `  ${channel} turned it away: closed by itself until ${until}`),
        ...stores.map(({ storeId, name }) => `  store ${storeId}: ${name}`),
        ...(head ? [`  statements are decided up to ${head.lastDay}`] : []),
      );
      tell({
        merchant: viewOf(merchant),
        stores: stores.map(({ storeId, name }) => ({ storeId, name })),
        lastDecidedDay: head?.lastDay ?? null,
        closures,
        missing,
      });
    },
  }),
  command({
    name: 'merchant list',
    takes: [],
    does: 'all merchants, by name',
    options: {},
    async run({ deployment, say, tell }) {
      const data = [];
      // By the heads of their statements, which are indexed by when they are due: no table is scanned for this, and no
      // list has to be kept in step. Who has no head was never created to the end.
      for await (const ids of deployment.statements.merchantIds())
        data.push(...((await deployment.directory.getMany(ids)) as unknown as Merchant[]));
      data.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const { id, name, acquirer } of data)
        say(`${id}  ${isolated(name)}${acquirer && `  (${isolated(acquirer)})`}`);
      if (data.length === 0) say('No merchants yet: merchant create');
      tell({ data: data.map(viewOf) });
    },
  }),
  command({
    name: 'merchant set',
    takes: ['MERCHANT'],
    does: 'changes settings; bites within 30 seconds',
    options: { name: ['NAME', 'another name; the old one goes on to find it'], ...SETTINGS, ...ACCOUNT },
    async run(context, [wanted], values) {
      const { deployment, say, tell } = context;
      const found = await findMerchant(deployment, wanted);
      const settings = {
        ...settingsOf(values, firstCurrency(found)),
        ...(values.name !== undefined && { name: readName(values.name) }),
      };
      const { merchant, changed: isChanged } = await changeMerchant(
        deployment,
        found.id,
        (current) => changed(current, settings, values, deployment),
        async (before, after) => {
          await confirmAccount(context, before, after, DEFAULT_CHANNEL);
          if (after.zone !== before.zone)
            await context.confirm(
              `The business days of ${quoted(before.name)} are cut by ${after.zone} from now on, no more by ${before.zone}: today's has another length.`,
            );
        },
      );
      say(isChanged ? 'Changed.' : 'Nothing to change.', ...linesOf(merchant, deployment.now()));
      tell({ changed: isChanged, merchant: viewOf(merchant), missing: missingOf(merchant, deployment.now()) });
    },
  }),
];
