/** Faults that somebody might well plant where the terminal scans the customer; see planted.ts. */
import type { Defect } from './planted.ts';

const TILL_CODE = 'functions/payment/till-code.ts';
const one = (name: string, file: string, from: string, to: string): Defect => ({ name, edits: [{ file, from, to }] });

export const TILL_CODE_DEFECTS: readonly Defect[] = [
  one(
    'unknown means refused',
    TILL_CODE,
    '      return takeSilence(s, order, attempt, deadline);',
    "      return apply(s, order, { type: 'attempt_refused', n, refusal: { reason: 'channel_disturbed' } });",
  ),
  one(
    'cancels before it asks',
    TILL_CODE,
    '  if (!hasTimeForCall(s, deadline)) return order;\n  return conclude(',
    '  if (!hasTimeForCall(s, deadline)) return order;\n  const scanned = openTillCode(order);\n  if (scanned && isGivenUp(order, scanned, s.now())) return cancel(s, order, n, deadline);\n  return conclude(',
  ),
  one(
    'begins the next attempt before the cancel is definite',
    'functions/order/decide.ts',
    "if (n !== last + 1 || order.attempts.some((attempt) => !attempt.ended)) return 'attempt_out_of_order';",
    "if (n !== last + 1 || order.attempts.some(({ ended, cancelRequestedAt }) => !ended && !cancelRequestedAt)) return 'attempt_out_of_order';",
  ),
  one(
    'cancels and has not stored that it will',
    TILL_CODE,
    "  const asked = await apply(s, order, { type: 'cancel_requested', n });\n",
    '  const asked = order;\n',
  ),
  one(
    'hands over goods for money that its cancel may take back',
    'functions/order/order.ts',
    'return isSurplus || isCancelled ||',
    'return isSurplus ||',
  ),
  one(
    'takes absence for unpaid while the request may be on its way',
    TILL_CODE,
    '  if (s.now() < attempt.expiresAt || !hasTimeForCall(s, deadline)) return order;\n',
    '  if (!hasTimeForCall(s, deadline)) return order;\n',
  ),
  one(
    'takes silence on a cancel for done',
    TILL_CODE,
    "    case 'unknown':\n      noteUnknown(s, order, 'cancel', answer.why);\n      return asked;",
    "    case 'unknown':\n      return apply(s, asked, { type: 'attempt_ended', n, why: 'cancelled' });",
  ),
  one(
    'takes a cancel that was refused for done',
    TILL_CODE,
    "      noteUnknown(s, order, 'cancel', answer.refusal.subCode ?? answer.refusal.reason);\n      return asked;",
    "      return apply(s, asked, { type: 'attempt_ended', n, why: 'cancelled' });",
  ),
  one(
    'forgets the payment that its cancel undid',
    TILL_CODE,
    '      return takeCancelsRefund(s, asked, n, answer.tradeNo, deadline);',
    "      return apply(s, asked, { type: 'attempt_ended', n, why: 'cancelled' });",
  ),
  one(
    'forgets a request that was lost for longer',
    TILL_CODE,
    "why: 'cancelled', inDoubtUntil: doubtEnd(attempt) }",
    "why: 'cancelled' }",
  ),
  one(
    'pays again with the code of a replay',
    'functions/api/pay-with-till-code.ts',
    "const isOurs = verdict.kind === 'moved' && attempt?.n === n;",
    'const isOurs = attempt?.n === n;',
  ),
  one(
    'believes a refusal that nobody knows',
    TILL_CODE,
    "  const isBelieved = reason !== 'not_completed' && answer?.kind !== 'paid';",
    "  if (reason === 'not_completed') return apply(s, order, { type: 'attempt_refused', n, refusal });\n  const isBelieved = reason !== 'not_completed' && answer?.kind !== 'paid';",
  ),
  one(
    'forgets the trade that waits under a refused number',
    TILL_CODE,
    "await apply(s, order, { type: 'attempt_refused', n, refusal, isOpen: true }) : order;",
    "await apply(s, order, { type: 'attempt_refused', n, refusal }) : order;",
  ),
  {
    name: 'puts an unknown outcome off further and further',
    edits: [
      {
        file: 'functions/order/due.ts',
        from: '  if (scanned) return isGivenUp(order, scanned, now) ? now + TILL_CODE_RETRY : scanned.expiresAt;\n',
        to: '  if (scanned) return now < scanned.expiresAt ? scanned.expiresAt : undefined;\n',
      },
      {
        file: 'functions/order/due.ts',
        from: 'return openTillCode(order) && failures < FAILURES_UNTIL_QUARANTINE ? TILL_CODE_RETRY : backOff(failures);',
        to: 'return backOff(failures);',
      },
    ],
  },
  one(
    'counts a cancel and the refund that it was as two',
    'functions/order/refunds.ts',
    '  if (automatic?.amount === amount) return',
    "  if (automatic && order.orderId === '') return",
  ),
  // That an attempt which is open when another is paid is looked for at its end matters too rarely here: a story sees to it.
];
