/**
 * Every member that a refusal may have, by schema. No function bundles this: they build a refusal from problem.ts, and the
 * tests hold what leaves the API against it.
 */
import * as z from 'zod';
import { amountView, channelId, channelView, instant, orderView, words } from './answers.ts';
import { once } from './operation.ts';
import { problemCodes } from './problem.ts';

/** The limit that was reached: one kind of it at a time. Amounts in minor units. */
const limitView = () =>
  z.strictObject({
    currency: z.string().optional(),
    value: z.int().optional(),
    expiresInSeconds: z.int().optional(),
    ordersPerSecond: z.number().optional(),
    openOrders: z.number().optional(),
    of: z.enum(['merchant', 'terminal']).optional(),
    refundsPerDay: z.int().optional(),
    refundedPerDay: amountView().optional(),
    largestTerminalRefund: amountView().optional(),
  });

export const problemAnswer = once(() => {
  const { status, nextAction } = orderView().shape;
  return z
    .strictObject({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.enum(problemCodes).meta({ id: 'ProblemCode' }),
      requestId: z.string(),
      retryable: z.boolean(),
      errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
      message: words().optional(),
      executed: z.boolean().optional(),
      serverTime: instant().optional(),
      signatureBase: z.string().optional(),
      orderId: z.string().optional(),
      merchantOrderNo: z.string().optional(),
      amount: amountView().optional(),
      orderStatus: status.optional(),
      nextAction: nextAction.optional(),
      createdAt: instant().optional(),
      order: orderView().optional(),
      refundNo: z.string().optional(),
      refundable: amountView().optional(),
      windowDays: z.int().optional(),
      shiftNo: z.string().optional(),
      limit: limitView().optional(),
      offered: z.array(z.strictObject({ channel: channelId(), currencies: z.array(z.string()) })).optional(),
      until: instant().nullable().optional(),
      reason: words().nullable().optional(),
      /** Each channel that could take the order, if it were open. */
      channels: z.array(channelView().pick({ channel: true, state: true, until: true, reason: true })).optional(),
    })
    .meta({ id: 'Problem' });
});
