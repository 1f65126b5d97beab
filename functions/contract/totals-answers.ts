/** The answers that are sums of money: of a statement or of a shift, and the identities that they are proved by. Minor units. */
import * as z from 'zod';
import { type Made, once } from './operation.ts';
import { openShiftView } from './shift-answers.ts';

const instant = once(() => z.iso.datetime({ precision: 3 }));

/** `received`: what the merchant receives of `gross`, before the fee; less where the shop itself pays a discount. */
const count = once(() => z.strictObject({ count: z.int(), gross: z.int(), received: z.int() }));
/** What the merchant gets in a currency other than the orders'; minor units of `currency`. */
const settlementTotals = once(() =>
  z
    .strictObject({
      currency: z.string(),
      gross: z.int(),
      fees: z.int(),
      net: z.int(),
      /** Lines whose amounts the channel's settlement report has not said yet. */
      provisionalLines: z.int(),
      /** Lines of which no amount is known yet: they are in no sum here. */
      unknownLines: z.int(),
    })
    .meta({ id: 'SettlementTotals' }),
);

const sums = () => ({
  payments: count(),
  refunds: count(),
  netSales: z.int(),
  fees: z.int(),
  feesReturned: z.int(),
  /** What the channel charged beyond what earlier lines say; negative where it charged less. */
  feeAdjustments: z.strictObject({ count: z.int(), fee: z.int() }),
  netFees: z.int(),
  netReceivable: z.int(),
  lateLines: z.int(),
  /** Received of payments and refunds, before fees: `netReceivable` is this less `netFees`. */
  netReceived: z.int(),
  /** A row per settlement currency, with what is settled in `currency` among them; absent where all of it is. */
  settlement: z.array(settlementTotals()).optional(),
});
const store = () => ({ currency: z.string(), channel: z.string(), storeId: z.string() });
export const totalsView = once(() => z.strictObject({ ...store(), ...sums() }).meta({ id: 'Totals' }));
/** `terminalId` is the terminal that sold, scanned or refunded; `operatorId` the cashier who did. */
export const terminalTotalsView = once(() =>
  z
    .strictObject({ ...store(), terminalId: z.string().nullable(), operatorId: z.string().nullable(), ...sums() })
    .meta({ id: 'TerminalTotals' }),
);
/** Live totals: per store, and in `terminals` the same money once more, per terminal and operator. */
export const totalsAnswer = once(() =>
  z
    .strictObject({
      since: instant(),
      until: instant(),
      zone: z.string(),
      totals: z.array(totalsView()),
      terminals: z.array(terminalTotalsView()),
      /** Payments that have no agreement yet: they and their refunds are in no sum. */
      withoutAgreement: z.int(),
      /** The caller's shift that runs, and with `shift=open` what a closing would say beside the totals; null for a back office. */
      shift: openShiftView().nullable(),
    })
    .meta({ id: 'LiveTotals' }),
);
export const checkView = once(() =>
  z
    .strictObject({
      currency: z.string(),
      check: z.enum([
        'every_line_is_counted',
        'payments_and_refunds_are_net_sales',
        /** Of statements that were sealed before lines knew what was received. */
        'gross_less_fees_is_net_receivable',
        'lines_are_net_receivable',
        'terminals_are_net_receivable',
        'payments_and_refunds_are_net_received',
        'received_less_fees_is_net_receivable',
        /** In the settlement currency. */
        'settlement_lines_are_settlement_net',
      ]),
      left: z.int(),
      right: z.int(),
      holds: z.boolean(),
    })
    .meta({ id: 'Check' }),
);

export type TotalsView = Made<typeof totalsView>;
export type TerminalTotalsView = Made<typeof terminalTotalsView>;
export type LiveTotalsView = Made<typeof totalsAnswer>;
export type SettlementTotalsView = Made<typeof settlementTotals>;
export type CheckView = Made<typeof checkView>;
