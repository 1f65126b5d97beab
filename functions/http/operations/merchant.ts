/** What a merchant may ask about itself. */
import * as z from 'zod';
import { type Made, once, operation } from '../operation.ts';
import { nothing } from './fields.ts';

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
    })
    .meta({ id: 'Agreement' }),
);

/** Null does not limit. Amounts are minor units of the merchant's currency. */
const limitsView = once(() =>
  z
    .strictObject({
      largestOrder: bound(),
      ordersPerSecond: bound(),
      ordersPerSecondPerTerminal: bound(),
      refundsPerDay: bound(),
      refundedPerDay: bound(),
      largestTerminalRefund: bound(),
      longestExpirySeconds: bound(),
      oneOpenOrderPerTerminal: z.boolean(),
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
    summary: "The caller's own terms: the agreement in force per currency, the refund window, limits, late payments.",
    params: nothing,
    query: nothing,
    body: null,
    answers: () => ({ 200: { schema: merchantView(), description: 'The merchant, without its accounts' } }),
    entry: 'api/get-merchant.ts',
  }),
} as const;
