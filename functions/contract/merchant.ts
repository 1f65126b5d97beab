/** What a merchant may ask about itself. */
import * as z from 'zod';
import { channelIds } from '../channel/channels.ts';
import { nothing } from './fields.ts';
import { type Made, once, operation } from './operation.ts';

const bound = once(() => z.int().nullable());

/** Terms as they are printed on a statement's line; amounts are minor units of `currency`. */
const agreementView = once(() =>
  z
    .strictObject({
      agreementId: z.string(),
      currency: z.string(),
      validFrom: z.iso.date(),
      ratePpm: z.int(),
      feeMinimum: bound(),
      feeCap: bound(),
      feeOnRefund: z.enum(['kept', 'returned', 'returned_same_day']),
      channel: z.enum(channelIds),
      /** What the merchant gets for orders in `currency`. */
      settlementCurrency: z.string(),
    })
    .meta({ id: 'Agreement' }),
);

/** Limits of one currency, in its minor units. Null does not limit. */
const moneyLimitsView = once(() =>
  z
    .strictObject({ largestOrder: bound(), refundedPerDay: bound(), largestTerminalRefund: bound() })
    .meta({ id: 'MoneyLimits' }),
);

/** Null does not limit. Amounts here are minor units of the currency of the merchant's first terms; `money` has them all. */
const limitsView = once(() =>
  z
    .strictObject({
      largestOrder: bound(),
      ordersPerSecond: bound(),
      ordersPerSecondPerTerminal: bound(),
      openOrders: bound(),
      refundsPerDay: bound(),
      refundedPerDay: bound(),
      largestTerminalRefund: bound(),
      longestExpirySeconds: bound(),
      oneOpenOrderPerTerminal: z.boolean(),
      /** By currency: those in which the merchant sells, and those that are limited. */
      money: z.record(z.string().regex(/^[A-Z]{3}$/), moneyLimitsView()),
    })
    .meta({ id: 'Limits' }),
);

const merchantView = once(() =>
  z
    .strictObject({
      name: z.string(),
      /** IANA name or offset; business days are cut by it. */
      zone: z.string(),
      /** The licensed acquirer that settles to the merchant, by name; null until there is one. */
      acquirer: z.string().nullable(),
      currencies: z.array(z.string()),
      agreements: z.array(agreementView()),
      refundWindowDays: z.int(),
      latePayment: z.enum(['refund', 'keep']),
      /** Whom a cashier calls while a payment is unclear; null until there is one. */
      supportPhone: z.string().nullable(),
      limits: limitsView(),
    })
    .meta({ id: 'Merchant' }),
);

export type MerchantView = Made<typeof merchantView>;

export const merchantOperations = {
  getMerchant: operation({
    name: 'getMerchant',
    method: 'GET',
    path: '/v1/merchant',
    scope: 'orders:read',
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: merchantView() } }),
    entry: 'api/get-merchant.ts',
  }),
} as const;
