/** The comparison of a day with the channel's report, as the API answers it. */
import * as z from 'zod';
import { channelId, day, instant } from './answers.ts';
import { type Made, once } from './operation.ts';

/** One side's word on a movement; minor units, negative on a refund. */
const side = once(() => z.strictObject({ gross: z.int(), fee: z.int().nullable(), at: instant() }));

export const reconciliationView = once(() =>
  z
    .strictObject({
      channel: channelId(),
      /** The channel's own day. */
      day: day(),
      checkedAt: instant(),
      state: z.enum(['compared', 'no_bill', 'unreadable']),
      billHash: z.string().nullable(),
      why: z.string().nullable(),
      matched: z.int(),
      /** Rows of other systems on the same account. */
      foreign: z.int(),
      differences: z.array(
        z.strictObject({
          reason: z.enum([
            'missing_here',
            'missing_at_channel',
            'amount',
            'fee',
            'status',
            'duplicate',
            'late',
            'unread',
            'received',
          ]),
          resolution: z.enum(['open', 'healed', 'waiting', 'accepted']),
          /** Whole days since the money moved. */
          ageDays: z.int(),
          type: z.enum(['payment', 'refund']),
          orderId: z.string().nullable(),
          attemptNo: z.string(),
          requestNo: z.string().nullable(),
          tradeNo: z.string().nullable(),
          currency: z.string(),
          ours: side().nullable(),
          channelSays: side().nullable(),
          note: z.string().nullable(),
          /** Of a row that cannot be read: what the merchant receives by it, where only one amount fits the report's own sums. */
          unread: z.strictObject({ worth: z.int().nullable(), why: z.string() }).nullable(),
        }),
      ),
      /** Discrepancies beyond the 400 that are kept. */
      omitted: z.int(),
      /** The merchant's account at the channel whose report it is. */
      account: z.string(),
    })
    .meta({ id: 'Reconciliation' }),
);

export type ReconciliationView = Made<typeof reconciliationView>;
