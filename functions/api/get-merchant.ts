import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import type { MerchantView } from '../http/operations/merchant.ts';
import { Problem } from '../http/problem.ts';
import { agreementAt, currenciesOf, type Merchant } from '../merchant/merchant.ts';
import type { EpochMs } from '../time.ts';

/** The caller's own terms, as they are today. What changed is seen within 30 seconds. */
export const getMerchant: Run<typeof contract.getMerchant> = async (s, { caller }) => {
  const merchant = await s.directory.merchant(caller.merchantId);
  if (!merchant) throw new Problem('not_found');
  return { status: 200, body: merchantView(merchant, s.now()) };
};

/** Member by member: accounts, channels' tokens and versions stay inside. */
function merchantView(merchant: Merchant, now: EpochMs): MerchantView {
  const { name, zone, acquirer, refundWindowDays, latePayment, supportPhone = null, limits } = merchant;
  const currencies = currenciesOf(merchant, now);
  return {
    name,
    zone,
    acquirer: acquirer || null,
    currencies,
    agreements: currencies
      .flatMap((currency) => agreementAt(merchant, currency, now) ?? [])
      .map(({ agreementId, currency, validFrom, ratePpm, feeMinimum = null, feeCap = null, feeOnRefund }) => ({
        agreementId,
        currency,
        validFrom,
        ratePpm,
        feeMinimum,
        feeCap,
        feeOnRefund,
      })),
    refundWindowDays,
    latePayment,
    supportPhone,
    limits: {
      largestOrder: limits.largestOrder ?? null,
      ordersPerSecond: limits.ordersPerSecond ?? null,
      ordersPerSecondPerTerminal: limits.ordersPerSecondPerTerminal ?? null,
      refundsPerDay: limits.refundsPerDay ?? null,
      refundedPerDay: limits.refundedPerDay ?? null,
      largestTerminalRefund: limits.largestTerminalRefund ?? null,
      longestExpirySeconds: limits.longestExpirySeconds ?? null,
      oneOpenOrderPerTerminal: limits.oneOpenOrderPerTerminal ?? false,
    },
  };
}

export const handler = endpoint(contract.getMerchant, getMerchant);
