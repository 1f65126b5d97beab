import type { MerchantView } from '../contract/merchant.ts';
import { merchantOperations } from '../contract/merchant.ts';
import { Problem } from '../contract/problem.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import {
  type Agreement,
  agreementsAt,
  channelOf,
  currenciesOf,
  firstCurrency,
  limitedCurrencies,
  limitsIn,
  type Merchant,
} from '../merchant/merchant.ts';
import type { EpochMs } from '../time.ts';

export { warmUp } from '../services.ts';

/** The caller's own terms, as they are today. What changed is seen within 30 seconds. */
export const getMerchant: Run<typeof merchantOperations.getMerchant> = async (services, { caller }) => {
  const merchant = await services.directory.merchant(caller.merchantId);
  if (!merchant) throw new Problem('not_found');
  return { status: 200, body: merchantView(merchant, services.now()) };
};

/** Member by member: accounts, channels' tokens and versions stay inside. */
function merchantView(merchant: Merchant, now: EpochMs): MerchantView {
  const { name, zone, acquirer, refundWindowDays, latePayment, supportPhone = null, limits } = merchant;
  const currencies = currenciesOf(merchant, now);
  const first = moneyLimitsView(merchant, firstCurrency(merchant));
  const limited = [...new Set([...currencies, ...limitedCurrencies(merchant)])];
  return {
    name,
    zone,
    acquirer: acquirer || null,
    currencies,
    agreements: agreementsAt(merchant, now).map(agreementView),
    refundWindowDays,
    latePayment,
    supportPhone,
    limits: {
      largestOrder: first.largestOrder,
      ordersPerSecond: limits.ordersPerSecond ?? null,
      ordersPerSecondPerTerminal: limits.ordersPerSecondPerTerminal ?? null,
      openOrders: limits.openOrders ?? null,
      refundsPerDay: limits.refundsPerDay ?? null,
      refundedPerDay: first.refundedPerDay,
      largestTerminalRefund: first.largestTerminalRefund,
      longestExpirySeconds: limits.longestExpirySeconds ?? null,
      oneOpenOrderPerTerminal: limits.oneOpenOrderPerTerminal ?? false,
      money: Object.fromEntries(limited.map((currency) => [currency, moneyLimitsView(merchant, currency)])),
    },
  };
}

function agreementView(agreement: Agreement): MerchantView['agreements'][number] {
  const { agreementId, currency, validFrom, ratePpm, feeMinimum = null, feeCap = null, feeOnRefund } = agreement;
  const { settlementCurrency = currency } = agreement;
  const terms = { agreementId, currency, validFrom, ratePpm, feeMinimum, feeCap, feeOnRefund };
  return { ...terms, channel: channelOf(agreement), settlementCurrency };
}

function moneyLimitsView(merchant: Merchant, currency: string) {
  const { largestOrder = null, refundedPerDay = null, largestTerminalRefund = null } = limitsIn(merchant, currency);
  return { largestOrder, refundedPerDay, largestTerminalRefund };
}

export const handler = endpoint(merchantOperations.getMerchant, getMerchant);
