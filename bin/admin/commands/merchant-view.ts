/** A merchant as the operator sees it, in JSON and in lines. */
import { payeeOf } from '../../../functions/channel/account.ts';
import { channelIds, DEFAULT_CHANNEL, traitsOf } from '../../../functions/channel/channels.ts';
import type { Account } from '../../../functions/channel/registry.ts';
import {
  type Agreement,
  type AuthorisationNote,
  accountsFor,
  agreedCurrencies,
  channelState,
  type Limits,
  limitedCurrencies,
  limitsIn,
  type Merchant,
} from '../../../functions/merchant/merchant.ts';
import { isolated } from '../../../functions/text.ts';
import { type EpochMs, toInstant } from '../../../functions/time.ts';
import { isDefault } from '../../directory/default-limits.ts';
import { formOf, membersOf, tokenOf, withTokenOf } from '../account-forms.ts';
import { missingOf } from '../directory-changes.ts';
import { showAmount, showRate } from '../read-options.ts';

/** Whole, but for the authorisation token: it is a secret, and its end tells it from another. */
export function viewOf({ id, kind: _, accounts, formerAccounts, authorisations, ...merchant }: Merchant) {
  return {
    ...merchant,
    accounts: accounts.map(accountView),
    ...(formerAccounts && { formerAccounts: formerAccounts.map(accountView) }),
    ...(authorisations && {
      authorisations: authorisations.map(({ at, ...whose }) => ({ at: toInstant(at), ...whose })),
    }),
  };
}

export function accountView(account: Account): Readonly<Record<string, unknown>> & Pick<Account, 'channel'> {
  const token = tokenOf(account);
  return { ...withTokenOf(account, token === undefined ? undefined : endOf(token)) };
}

const endOf = (token: string) => `…${token.slice(-4)}`;

export function linesOf(merchant: Merchant, now: EpochMs): string[] {
  const { id, name, acquirer, zone, latePayment, refundWindowDays, supportPhone, referenceMayLookLikeCard } = merchant;
  const missing = missingOf(merchant, now);
  return [
    `${isolated(name)}  ${id}`,
    `  acquirer ${isolated(acquirer || 'not named')}, zone ${zone}`,
    `  late payments: ${latePayment}, refunds for ${refundWindowDays} days`,
    ...(supportPhone ? [`  cashiers call ${supportPhone}`] : []),
    ...(referenceMayLookLikeCard ? ['  a reference may look like a card number'] : []),
    ...limitLines(merchant, now).map((line) => `  limit ${line}`),
    ...merchant.agreements.map((agreement) => `  ${agreementLine(agreement)}`),
    ...merchant.accounts.map((account) => `  ${accountLine(merchant, account, now)}`),
    ...(merchant.formerAccounts ?? []).map((account) => `  before: ${paidTo(account)}`),
    ...routeLines(merchant, now),
    ...(merchant.authorisations ?? []).map(authorisationLine),
    ...(missing.length === 0 ? ['  It can sell.'] : missing.map((it) => `  Lacks ${it}`)),
  ];
}

/** As `merchant create` has set it. */
const DEFAULT = ' (default)';

const MONEY_LIMITS = ['largestOrder', 'refundedPerDay', 'largestTerminalRefund'] as const;

/** Amounts by currency, and in which of those with terms there is no limit; then the others that are set. */
function limitLines(merchant: Merchant, now: EpochMs): string[] {
  const { money, largestOrder, refundedPerDay, largestTerminalRefund, ...others } = merchant.limits;
  const currencies = [...new Set([...limitedCurrencies(merchant), ...agreedCurrencies(merchant, now)])];
  const amounts = MONEY_LIMITS.map((limit) => {
    const each = currencies.map((currency) => {
      const value = limitsIn(merchant, currency)[limit];
      const asMade = isDefault(merchant, limit, currency) ? DEFAULT : '';
      return value === undefined ? `none in ${currency}` : `${showAmount(currency, value)}${asMade}`;
    });
    return `${limit}: ${each.join(', ')}`;
  });
  return [
    ...(currencies.length === 0 ? [] : amounts),
    ...Object.entries(others).map(
      ([limit, value]) => `${limit}: ${value}${isDefault(merchant, limit as keyof Limits) ? DEFAULT : ''}`,
    ),
  ];
}

export function agreementLine(agreement: Agreement) {
  const { agreementId, channel, currency, validFrom, ratePpm, feeMinimum, feeCap, feeOnRefund } = agreement;
  const { settlementCurrency = currency } = agreement;
  const settled = settlementCurrency === currency ? '' : `, settled in ${settlementCurrency}`;
  const bounds = [
    ...(feeMinimum === undefined ? [] : [`at least ${showAmount(currency, feeMinimum)}`]),
    ...(feeCap === undefined ? [] : [`at most ${showAmount(currency, feeCap)}`]),
  ];
  return `from ${validFrom}${channel === undefined ? '' : ` at ${channel}`} in ${currency}${settled}: ${[`${showRate(ratePpm)} (${ratePpm} ppm)`, ...bounds].join(', ')}; on a refund the fee is ${feeOnRefund.replaceAll('_', ' ')} (${agreementId})`;
}

export function accountLine(merchant: Merchant, account: Account, now: EpochMs): string {
  const { state, until, reason } = channelState(merchant, account.channel, now);
  const closure =
    state === 'open'
      ? ''
      : `${until === undefined ? '' : ` until ${toInstant(until)}`}${reason ? `: ${isolated(reason.en)}` : ''}`;
  return `${paidTo(account)}; ${state}${closure}`;
}

export function paidTo(account: Account): string {
  const { channel } = account;
  const { word, member } = formOf(channel).caller;
  const members = membersOf(account);
  const token = tokenOf(account);
  const { settlement } = traitsOf(channel).account;
  const settled = settlement === undefined ? [] : Object.entries(members[settlement] as Record<string, string>);
  return [
    `${channel}: paid to ${payeeOf(account)}, ${word} ${members[member]}`,
    ...(settled.length > 0 ? [`settled ${settled.map((pair) => pair.join(':')).join(', ')}`] : []),
    ...(token === undefined ? [] : [`authorised by ${endOf(token)}`]),
  ].join(', ');
}

/** Which channel takes the orders in each currency that more than one could take. */
export function routeLines(merchant: Merchant, now: EpochMs): string[] {
  return agreedCurrencies(merchant, now).flatMap((currency) => {
    const [best, ...others] = accountsFor(merchant, currency, now).map(({ channel }) => channel);
    if (others.length === 0) return [];
    return [`  orders in ${currency} go to ${best}, and while that is closed to ${others.join(', then ')}`];
  });
}

function authorisationLine({ at, ...identity }: AuthorisationNote): string {
  const noted: Readonly<Record<string, string>> = { ...identity };
  const of = channelIds.find((channel) => traitsOf(channel).account.payee in noted) ?? DEFAULT_CHANNEL;
  const { word, member } = formOf(of).caller;
  return `  authorised on ${toInstant(at)}: ${noted[traitsOf(of).account.payee]}, ${word} ${noted[member]}`;
}
