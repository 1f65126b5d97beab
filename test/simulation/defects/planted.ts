// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are source code
import { REPORTED_DEFECTS, SHIFT_DEFECTS } from './planted-reported.ts';
import { REVERSING_DEFECTS } from './planted-reversing.ts';
import { TILL_CODE_DEFECTS } from './planted-till-codes.ts';

/**
 * Small, plausible faults, as replacements in a copy: each text stands in its file exactly once. Of two defences that hide each other, both go.
 */
export interface Defect {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
  /** The tests that must find it, where the simulation does not play what it is about. */
  readonly tests?: readonly string[];
  /** It can show itself only where a merchant sells by several channels: other histories are not played. */
  readonly inChannels?: true;
}

const one = (name: string, file: string, from: string, to: string): Defect => ({ name, edits: [{ file, from, to }] });

export const DEFECTS: readonly Defect[] = [
  one(
    'closes by the clock, without a proof of absence',
    'functions/payment/learn.ts',
    'const isOver = askedAt >= overAt(order);',
    'const isOver = askedAt > 0;',
  ),
  one(
    'closes at the end of the code, without skew and grace',
    'functions/order/due.ts',
    'return expiresAt(order) + SKEW + GRACE;',
    'return expiresAt(order) - 20_000;',
  ),
  one(
    'takes silence on a query for closed',
    'functions/payment/learn.ts',
    "    case 'unknown':\n      return [];\n  }\n}\n\nfunction learnTillCode",
    "    case 'unknown':\n      return [ended(n, 'closed')];\n  }\n}\n\nfunction learnTillCode",
  ),
  one(
    'takes silence on a close for closed',
    'functions/payment/learn.ts',
    "return heard.answer.kind === 'closed' ? [ended(heard.n, 'closed')] : [];",
    "return heard.answer.kind === 'closed' || heard.answer.kind === 'unknown' ? [ended(heard.n, 'closed')] : [];",
  ),
  one(
    'takes a close that was refused for closed',
    'functions/payment/learn.ts',
    "return heard.answer.kind === 'closed' ? [ended(heard.n, 'closed')] : [];",
    "return heard.answer.kind === 'closed' || heard.answer.kind === 'not_closable' ? [ended(heard.n, 'closed')] : [];",
  ),
  one(
    'refuses money for a closed order',
    'functions/order/decide.ts',
    "  if (!order.attempts.some((attempt) => attempt.n === n)) return 'unknown_attempt';\n  if (!equals",
    "  if (order.closed) return 'order_not_open';\n  if (!order.attempts.some((attempt) => attempt.n === n)) return 'unknown_attempt';\n  if (!equals",
  ),
  one(
    'does not compare the amount',
    'functions/order/decide.ts',
    "if (!equals(news.amount, order.request.amount)) return 'different_amount';",
    "if (!equals({ currency: 'CNY', value: 1 }, { currency: 'CNY', value: 1 }) || !order.request.amount) return 'different_amount';",
  ),
  one(
    'keeps late money',
    'functions/order/order.ts',
    "return isSurplus || isCancelled || (isLate(order) && order.latePayment === 'refund');",
    'return isSurplus || isCancelled;',
  ),
  one(
    'keeps surplus money',
    'functions/order/order.ts',
    "return isSurplus || isCancelled || (isLate(order) && order.latePayment === 'refund');",
    "return !isSurplus && (isCancelled || (isLate(order) && order.latePayment === 'refund'));",
  ),
  one(
    'forgets that the cashier asked to close',
    'functions/order/order.ts',
    "(order.closed !== undefined || order.closeRequested?.by === 'cashier')",
    '(order.closed !== undefined)',
  ),
  one(
    'closes an order that can still be paid',
    'functions/order/decide.ts',
    'order.payments.length > 0 || order.attempts.some((attempt) => !attempt.ended)',
    'order.payments.length > 0',
  ),
  {
    name: 'closes an order that is paid',
    edits: [
      { file: 'functions/order/decide.ts', from: "  if (order.payments.length > 0) return 'order_paid';\n", to: '' },
      {
        file: 'functions/order/decide.ts',
        from: 'if (order.closed || order.payments.length > 0 || order.attempts.some((attempt) => !attempt.ended)) return order;',
        to: 'if (order.closed || order.attempts.some((attempt) => !attempt.ended && !order.payments.some((it) => it.attempt === attempt.n))) return order;',
      },
      {
        file: 'functions/order/order.ts',
        from: "  if (order.payments.length > 0) return 'paid';\n  if (order.closed) return 'closed';",
        to: "  if (order.closed) return 'closed';\n  if (order.payments.length > 0) return 'paid';",
      },
    ],
  },
  one(
    'takes silence on a refund for failed',
    'functions/payment/plan.ts',
    "  if (answer.kind === 'pending') return ask({ op: 'queryRefund', n, why: 'pending', refundNo });\n",
    "  if (answer.kind === 'pending') return ask({ op: 'queryRefund', n, why: 'pending', refundNo });\n  if (answer.kind === 'unknown') return refusedRefund(n, { refundNo, refusal: { reason: 'refund_not_possible' } });\n",
  ),
  {
    // The query before each repetition and the second refusal guard the same: without the one, the other must be missed.
    name: 'believes a refusal at once, and repeats without a query',
    edits: [
      { file: 'functions/order/refunds.ts', from: 'const believed =', to: "const believed = order.orderId !== '' ||" },
      {
        file: 'functions/payment/open-work.ts',
        from: 'const isAsked = isToBeCalled(next) || (isNone && begun.includes(refundNo));',
        to: 'const isAsked = true;',
      },
    ],
  },
  one(
    'lets an automatic refund fail',
    'functions/order/refund-numbers.ts',
    "return source === 'automatic' || reason === 'no_cover';",
    "return source === 'channel' || reason === 'no_cover';",
  ),
  {
    name: 'takes a new number for every try of a refund, and repeats without a query',
    edits: [
      {
        file: 'functions/order/order.ts',
        from: 'return refund.channelNo ?? refundNumber(order, refund.k);',
        to: 'return refund.channelNo ?? `${refundNumber(order, refund.k)}x${refund.tries}`;',
      },
      {
        file: 'functions/payment/open-work.ts',
        from: 'const isAsked = isToBeCalled(next) || (isNone && begun.includes(refundNo));',
        to: 'const isAsked = true;',
      },
    ],
  },
  one(
    'refunds more than was paid',
    'functions/order/refunds.ts',
    "  if (event.amount.value > refundable(order)) return 'refund_exceeds_refundable';\n",
    '',
  ),
  {
    name: 'repeats a refund while the call before may be under way',
    edits: [
      {
        file: 'functions/deadlines.ts',
        from: 'export const LEASE = 60 * SECOND;',
        to: 'export const LEASE = 3 * SECOND;',
      },
      {
        file: 'functions/deadlines.ts',
        from: "mustHold(LEASE > 2 * INVOCATION, 'a lease outlives the call it guards, skew included');\n",
        to: '',
      },
      {
        file: 'functions/channel/channels.ts',
        from: "  mustHold(traits.refundQueryAfter <= LEASE, 'a refund is asked about before it is repeated');\n",
        to: '',
      },
      { file: 'functions/order/refunds.ts', from: 'const believed =', to: 'const believed = refund.tries > 1 ||' },
    ],
  },
  one(
    'gives a refund up when the query finds none',
    'functions/payment/learn-refunds.ts',
    "      if (heard.why === 'refused') return",
    "      if (heard.why === 'repeat') return [{ type: 'refund_refused', refundNo, refusal: { reason: 'not_completed' } }];\n      if (heard.why === 'refused') return",
  ),
  one(
    'forgets refunds that are open',
    'functions/order/due.ts',
    'if (!collecting && refunds.length + inDoubt.length + reports.length === 0) return undefined;',
    'if (!collecting && inDoubt.length + reports.length === 0) return undefined;',
  ),
  one(
    'forgets an order once its code is there',
    'functions/order/due.ts',
    "  if (event.type === 'postponed') return",
    "  if (event.type === 'code_given') return undefined;\n  if (event.type === 'postponed') return",
  ),
  one(
    'takes a lost race for won',
    'functions/table/update.ts',
    'return isWritten ? result : LOST;',
    'return isWritten || result ? result : LOST;',
  ),
  one(
    'writes over what somebody else wrote',
    'functions/table/update.ts',
    'stored ? await table.replace(next, version)',
    'stored ? await table.replace(next, Number((await table.get(key))?.version))',
  ),
  one(
    'thanks for a notification that it could not store',
    'functions/notifications/take.ts',
    '  await learn(services, told, n, news, key, deadline);\n  return',
    '  await learn(services, told, n, news, key, deadline).catch(() => {});\n  return',
  ),
  one(
    'thanks for a notification that it did not take',
    'functions/payment/record.ts',
    '  const verdict = await services.orders.apply(order, fact, at);',
    "  if (fact.type === 'paid' && order.attempts.some(({ ended }) => ended)) return { order, stored: { op: 'store', fact, verdict: 'unchanged', at } };\n  const verdict = await services.orders.apply(order, fact, at);",
  ),
  {
    name: 'stops the sweep at the first order that fails',
    edits: [
      {
        file: 'functions/jobs/sweep.ts',
        from: "      swept.failures += 1;\n      logFault(services, 'sweep_order_failed'",
        to: "      if (swept) throw error;\n      logFault(services, 'sweep_order_failed'",
      },
      {
        file: 'functions/jobs/sweep.ts',
        from: 'shardFailed(shard, error) {',
        to: 'shardFailed(shard, error) {\n      if (swept) throw error;',
      },
    ],
  },
  one(
    'never tries quarantined orders again',
    'functions/order/orders.ts',
    "'quarantined'].map(String)",
    "'nobody'].map(String)",
  ),
  {
    name: 'takes a console refund down as often as it hears of it',
    edits: [
      {
        file: 'functions/order/refunds.ts',
        from: 'const ours = order.refunds.find((refund) => refund.attempt === n && bearsNumber(order, refund, channelNo));',
        to: "const ours = order.refunds.find((refund) => refund.attempt === n && refund.source !== 'channel' && bearsNumber(order, refund, channelNo));",
      },
      {
        file: 'functions/payment/open-work.ts',
        from: "return !isNamed && knownRefund(order, n, channelNo)?.result?.status !== 'succeeded';",
        to: 'return !isNamed;',
      },
      {
        file: 'functions/payment/learn-refunds.ts',
        from: 'return refund?.result ? odd :',
        to: "return refund?.result?.status === 'failed' ? odd :",
      },
    ],
  },
  one(
    'marks refunds as posted that are on no line',
    'functions/order/posting.ts',
    'const carried = refundsOnLines.find(({ refundNo }) => refundNo === refund.refundNo);',
    'const carried = refundsOnLines.find(({ refundNo }) => refundNo === refund.refundNo) ?? { refundNo: refund.refundNo, fee: 0, at: 0 };',
  ),
  one(
    'bills what is posted already',
    'functions/statement/lines.ts',
    'if (payment.posted === undefined && paidOn <= day)',
    'if (paidOn <= day)',
  ),
  one(
    'bills refunds that did not succeed',
    'functions/statement/lines.ts',
    "refund.attempt === payment.attempt && refund.result?.status === 'succeeded'",
    'refund.attempt === payment.attempt && refund.result !== undefined',
  ),
  one(
    'adjusts a fee, and no statement says so',
    'functions/order/order.ts',
    '(order.feeAdjustments ?? []).some((adjustment) => adjustment.posted === undefined)',
    'false',
  ),
  one(
    'does not ask about money that only the bill knows',
    'functions/reconciliation/recover.ts',
    'known ? { order: seen, isDefinite: true } : await recover(services, seen, n, row);',
    '{ order: seen, isDefinite: true };',
  ),
  one(
    'takes refunds of two trades under one number for one',
    'functions/reconciliation/match.ts',
    '`refund ${attemptNo} ${requestNo ?? attemptNo}`',
    '`refund ${requestNo ?? attemptNo}`',
  ),
  one(
    'moves on before the facts are marked',
    'functions/statement/seal.ts',
    "    if (decision.kind === 'sealed' && !(await markPosted(services, head, decision.statement, deadline))) return;\n",
    "    if (decision.kind === 'sealed') void markPosted(services, head, decision.statement, deadline).catch(() => {});\n",
  ),
  ...TILL_CODE_DEFECTS,
  ...REPORTED_DEFECTS,
  ...SHIFT_DEFECTS,
  ...REVERSING_DEFECTS.map((it): Defect => (it.tests ? it : { ...it, inChannels: true })),
  // A fee that is told twice, and an empty day between long sleeps, are seen by adjustments.test.ts and seal-faults.test.ts.
];
