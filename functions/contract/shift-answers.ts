/** What the API answers about shifts, beside totals. */
import * as z from 'zod';
import { type Made, once } from './operation.ts';

const instant = once(() => z.iso.datetime({ precision: 3 }));
const moved = () => z.strictObject({ count: z.int(), gross: z.int(), received: z.int() });

/** Payments and refunds of one currency. */
const moneyRow = once(() =>
  z.strictObject({ currency: z.string(), payments: moved(), refunds: moved() }).meta({ id: 'MoneyRow' }),
);

/** Money that moved before the shift began and was learned of in it. */
const lateFact = once(() =>
  z
    .strictObject({
      type: z.enum(['payment', 'refund']),
      orderId: z.string(),
      merchantOrderNo: z.string(),
      refundNo: z.string().nullable(),
      occurredAt: instant(),
      learnedAt: instant(),
      operatorId: z.string().nullable(),
      currency: z.string(),
      gross: z.int(),
      received: z.int(),
    })
    .meta({ id: 'LateFact' }),
);

/** Of a shift that is closed, and of the one that runs. */
export const besideTotals = () => ({
  /** What has no fee agreed: it is in no total. */
  withoutAgreement: z.array(moneyRow()),
  /** `facts` lists the first 100; all of them are counted. */
  late: z.strictObject({ count: z.int(), sums: z.array(moneyRow()), facts: z.array(lateFact()) }),
});

export const openShiftView = once(() =>
  z
    .strictObject({
      /** What the next closing will be. */
      sequence: z.int(),
      /** When the last closing was; of a terminal's first shift, when the terminal was made, a month ago at the most. */
      openedAt: instant(),
      lastShiftNo: z.string().nullable(),
      withoutAgreement: besideTotals().withoutAgreement.optional(),
      late: besideTotals().late.optional(),
    })
    .meta({ id: 'OpenShift' }),
);

export type MoneyRowView = Made<typeof moneyRow>;
export type LateFactView = Made<typeof lateFact>;
export type OpenShiftView = Made<typeof openShiftView>;
