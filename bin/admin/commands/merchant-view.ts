/** A merchant as the operator sees it, in JSON and in lines. */
import type { Account } from '../../../functions/channel/channel.ts';
import { type Agreement, channelState, type Merchant } from '../../../functions/merchant/merchant.ts';
import { type EpochMs, toInstant } from '../../../functions/time.ts';
import { missingOf } from '../directory-changes.ts';
import { showAmount, showRate } from '../read-options.ts';

/** Whole, but for the authorisation token: it is a secret, and its end tells it from another. */
export function viewOf({ id, kind: _, accounts, ...merchant }: Merchant) {
  return { ...merchant, accounts: accounts.map(accountView) };
}

function accountView({ appAuthToken, ...account }: Account) {
  return { ...account, ...(appAuthToken !== undefined && { appAuthToken: `…${appAuthToken.slice(-4)}` }) };
}

export function linesOf(merchant: Merchant, now: EpochMs): string[] {
  const { id, name, acquirer, zone, latePayment, refundWindowDays, supportPhone, limits, referenceMayLookLikeCard } =
    merchant;
  const missing = missingOf(merchant, now);
  return [
    `${name}  ${id}`,
    `  acquirer ${acquirer || 'not named'}, zone ${zone}`,
    `  late payments: ${latePayment}, refunds for ${refundWindowDays} days`,
    ...(supportPhone ? [`  cashiers call ${supportPhone}`] : []),
    ...(referenceMayLookLikeCard ? ['  a reference may look like a card number'] : []),
    ...Object.entries(limits).map(([limit, value]) => `  limit ${limit}: ${limitText(merchant, limit, value)}`),
    ...merchant.agreements.map((agreement) => `  ${agreementLine(agreement)}`),
    ...merchant.accounts.map((account) => `  ${accountLine(merchant, account, now)}`),
    ...(missing.length === 0 ? ['  It can sell.'] : missing.map((it) => `  Lacks ${it}`)),
  ];
}

function limitText(merchant: Merchant, limit: string, value: number | boolean): string {
  const isMoney = ['largestOrder', 'refundedPerDay', 'largestTerminalRefund'].includes(limit);
  return isMoney && typeof value === 'number' ? showAmount(currencyOf(merchant), value) : String(value);
}

/** The currency that a merchant's limits are in: that of its first terms. */
export const currencyOf = ({ agreements }: Merchant) => agreements[0]?.currency ?? 'CNY';

export function agreementLine({
  agreementId,
  currency,
  validFrom,
  ratePpm,
  feeMinimum,
  feeCap,
  feeOnRefund,
}: Agreement) {
  const bounds = [
    ...(feeMinimum === undefined ? [] : [`at least ${showAmount(currency, feeMinimum)}`]),
    ...(feeCap === undefined ? [] : [`at most ${showAmount(currency, feeCap)}`]),
  ];
  return `from ${validFrom} in ${currency}: ${[`${showRate(ratePpm)} (${ratePpm} ppm)`, ...bounds].join(', ')}; on a refund the fee is ${feeOnRefund.replaceAll('_', ' ')} (${agreementId})`;
}

export function accountLine(merchant: Merchant, { channel, ...account }: Account, now: EpochMs): string {
  const { state, until, reason } = channelState(merchant, channel, now);
  const { sellerId, appId, appAuthToken } = accountView({ channel, ...account });
  const closure =
    state === 'open'
      ? ''
      : `${until === undefined ? '' : ` until ${toInstant(until)}`}${reason ? `: ${reason.en}` : ''}`;
  return `${channel}: paid to ${sellerId}, app ${appId}${appAuthToken === undefined ? '' : `, authorised by ${appAuthToken}`}; ${state}${closure}`;
}
