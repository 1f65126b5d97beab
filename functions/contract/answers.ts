/**
 * What the API answers with: the other half of the contract, on a page of its own. Every answer is one of these, built
 * member by member; nothing of an item, of a channel's answer or of an error passes through by accident.
 */
import * as z from 'zod';
import { channelIds } from '../channel/channels.ts';
import { SCOPES } from '../merchant/key.ts';
import { type Made, once } from './operation.ts';
import { checkView, totalsView } from './totals-answers.ts';
/** The channels of the registry, by id. */
export const channelId = once(() => z.enum(channelIds).meta({ id: 'ChannelId' }));
export const day = once(() => z.iso.date());
export const instant = once(() => z.iso.datetime({ precision: 3 }));
export const amountView = once(() => z.strictObject({ currency: z.string(), value: z.int() }).meta({ id: 'Amount' }));
/** Bilingual text for people; programs switch on codes. */
export const words = once(() => z.strictObject({ 'zh-CN': z.string(), en: z.string() }).meta({ id: 'Words' }));

export const refundView = once(() =>
  z
    .strictObject({
      refundNo: z.string(),
      amount: amountView(),
      reason: z.string().nullable(),
      source: z.enum(['till', 'automatic', 'channel']),
      status: z.enum(['requested', 'succeeded', 'failed']),
      requestedAt: instant(),
      finishedAt: instant().nullable(),
      failure: z.strictObject({ reason: z.string(), text: words() }).nullable(),
      /** Who asked for it and where; null where no till did. */
      storeId: z.string(),
      terminalId: z.string().nullable(),
      operatorId: z.string().nullable(),
    })
    .meta({ id: 'Refund' }),
);

export const orderView = once(() =>
  z
    .strictObject({
      orderId: z.string(),
      merchantOrderNo: z.string(),
      reference: z.string().nullable(),
      status: z.enum(['created', 'awaiting_payment', 'closing', 'closed', 'paid']),
      amount: amountView(),
      refundable: amountView(),
      refunded: amountView(),
      subject: z.string(),
      storeId: z.string(),
      terminalId: z.string().nullable(),
      operatorId: z.string().nullable(),
      channel: channelId(),
      attempt: z
        .strictObject({
          n: z.int(),
          kind: z.enum(['qr_code', 'till_code']),
          refused: z.strictObject({ reason: z.string(), text: words() }).nullable(),
        })
        .nullable(),
      qrCode: z.strictObject({ payload: z.string(), expiresAt: instant(), svg: z.string().optional() }).nullable(),
      payment: z
        .strictObject({
          tradeNo: z.string(),
          paidAt: instant(),
          late: z.boolean(),
          /** The wallet that paid, where the channel has several. */
          wallet: z.string().optional(),
          /** What the customer paid, where that is in another currency than the order. */
          customerPaid: amountView().optional(),
        })
        .nullable(),
      closed: z.strictObject({ at: instant(), reason: z.enum(['cashier', 'expiry']) }).nullable(),
      refunds: z.array(refundView()),
      createdAt: instant(),
      updatedAt: instant(),
      expiresAt: instant(),
      version: z.int(),
      nextAction: z.enum([
        'show_qr_code',
        'get_qr_code',
        'wait',
        'hand_over_goods',
        'do_not_hand_over_goods',
        'start_new_order',
        'none',
      ]),
      nextPollAfterMs: z.int().nullable(),
      message: words(),
      /** What the merchant receives of the payment, before the fee: less than `amount` where the shop pays a discount. */
      received: amountView().nullable(),
    })
    .meta({ id: 'Order' }),
);

export const channelView = once(() =>
  z
    .strictObject({
      channel: channelId(),
      state: z.enum(['open', 'draining', 'closed']),
      until: instant().nullable(),
      reason: words().nullable(),
      currencies: z.array(z.string()),
      /** What people call it. */
      name: words(),
      /** In what the merchant gets its money, by the currency of the order. */
      settlement: z.array(z.strictObject({ currency: z.string(), settlementCurrency: z.string() })),
    })
    .meta({ id: 'Channel' }),
);

/** Which channel takes a new order that names none. */
export const routeView = once(() =>
  z
    .strictObject({
      currency: z.string(),
      channel: channelId().nullable(),
      why: z.enum(['only', 'preferred', 'other_closed', 'none_open']),
    })
    .meta({ id: 'Route' }),
);

const keyView = once(() =>
  z.strictObject({
    keyid: z.string(),
    alg: z.enum(['ed25519', 'ecdsa-p256-sha256']),
    createdAt: instant(),
    /** After that it is refused. */
    expiresAt: instant().nullable(),
    revokedAt: instant().nullable(),
  }),
);

export const terminalView = once(() =>
  z
    .strictObject({
      terminalId: z.string(),
      storeId: z.string(),
      /** Where it reads, closes and refunds; it sells in its own. */
      stores: z.enum(['own', 'all']),
      scopes: z.array(z.enum(SCOPES)),
      name: z.string(),
      state: z.enum(['active', 'revoked']),
      createdAt: instant(),
      /** To the hour. */
      lastSeenAt: instant().nullable(),
      /** What its clock was ahead of the server's then, in ms. */
      clockSkewMs: z.int().nullable(),
      /** Those that may be in use, the newest first. */
      keys: z.array(keyView()),
    })
    .meta({ id: 'Terminal' }),
);
export const statementView = once(() =>
  z
    .strictObject({
      statementId: z.string(),
      day: day(),
      zone: z.string(),
      sealedAt: instant(),
      previousHash: z.string().nullable(),
      hash: z.string(),
      lineCount: z.int(),
      totals: z.array(totalsView()),
      checks: z.array(checkView()),
    })
    .meta({ id: 'Statement' }),
);
/** Of a movement that is settled in another currency than the order's; amounts are minor units of `currency`. */
const lineSettlementView = once(() =>
  z
    .strictObject({
      currency: z.string(),
      /** Null, as are fee and net: the channel has told neither an amount nor a rate yet. */
      gross: z.int().nullable(),
      fee: z.int().nullable(),
      net: z.int().nullable(),
      /** `A/B`: `price` is B for 1 A in major units, as decimal text. */
      pair: z.string().nullable(),
      price: z.string().nullable(),
      /** `provisional` until the channel's settlement report says it. */
      state: z.enum(['provisional', 'final']),
    })
    .meta({ id: 'LineSettlement' }),
);

export const lineView = once(() =>
  z
    .strictObject({
      lineNo: z.int(),
      /** `fee_adjustment`: what the channel really charged for an earlier payment or refund, less the fee on its line. */
      type: z.enum(['payment', 'refund', 'fee_adjustment']),
      late: z.boolean(),
      businessDay: day(),
      occurredAt: instant(),
      storeId: z.string(),
      terminalId: z.string().nullable(),
      operatorId: z.string().nullable(),
      orderId: z.string(),
      merchantOrderNo: z.string(),
      refundNo: z.string().nullable(),
      channel: z.string(),
      channelTradeNo: z.string(),
      currency: z.string(),
      gross: z.int(),
      fee: z.int(),
      net: z.int(),
      ratePpm: z.int(),
      feeMinimum: z.int().nullable(),
      feeCap: z.int().nullable(),
      feeOnRefund: z.enum(['kept', 'returned', 'returned_same_day']),
      agreementId: z.string(),
      /** What the merchant receives of `gross`, before the fee: `net` is this less `fee`. */
      received: z.int(),
      /** Where the order was opened; `storeId` and `terminalId` say where this money moved. */
      saleStoreId: z.string(),
      saleTerminalId: z.string().nullable(),
      /** Null: the movement is settled in `currency`. */
      settlement: lineSettlementView().nullable(),
    })
    .meta({ id: 'Line' }),
);

/** A page of a list; `nextCursor` is null on the last one. */
export const page = <T extends z.ZodType>(row: T) =>
  z.strictObject({ data: z.array(row), nextCursor: z.string().nullable() });

export type OrderView = Made<typeof orderView>;
export type RefundView = Made<typeof refundView>;
export type StatementView = Made<typeof statementView>;
export type LineView = Made<typeof lineView>;
export type LineSettlementView = Made<typeof lineSettlementView>;
export type TerminalView = Made<typeof terminalView>;
export type ChannelView = Made<typeof channelView>;
export type RouteView = Made<typeof routeView>;
/** What every refusal looks like (RFC 9457); clients switch on `code`. Its other members are in problem-answer.ts. */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly retryable: boolean;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [member: string]: unknown;
}
