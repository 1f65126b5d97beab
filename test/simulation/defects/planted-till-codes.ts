/** Faults that somebody might well plant where the terminal scans the customer; see planted.ts. */
import type { Defect } from './planted.ts';

const one = (name: string, file: string, from: string, to: string): Defect => ({ name, edits: [{ file, from, to }] });

export const TILL_CODE_DEFECTS: readonly Defect[] = [
  one(
    'unknown means refused',
    'functions/payment/learn.ts',
    "    case 'refused':\n    case 'unknown':\n      return [];\n  }\n}\n\nfunction learnTrade",
    "    case 'refused':\n      return [];\n    case 'unknown':\n      return [{ type: 'attempt_refused', n, refusal: { reason: 'channel_disturbed' } }];\n  }\n}\n\nfunction learnTrade",
  ),
  one(
    'cancels before it asks',
    'functions/payment/open-work.ts',
    "    : ask({ op: 'query', n, why: 'sync' });",
    "    : ask(open.kind === 'till_code' && now >= expiresAt ? { op: 'cancel', n, why: 'unpaid' } : { op: 'query', n, why: 'sync' });",
  ),
  one(
    'begins the next attempt before the cancel is definite',
    'functions/order/decide.ts',
    "if (n !== last + 1 || order.attempts.some((attempt) => !attempt.ended)) return 'attempt_out_of_order';",
    "if (n !== last + 1 || order.attempts.some(({ ended, cancelRequestedAt }) => !ended && !cancelRequestedAt)) return 'attempt_out_of_order';",
  ),
  one(
    'cancels and has not stored that it will',
    'functions/payment/plan.ts',
    "  if (attempt.cancelRequestedAt === undefined) return { store: [{ type: 'cancel_requested', n }] };\n",
    '',
  ),
  one(
    'hands over goods for money that its cancel may take back',
    'functions/order/order.ts',
    'return isSurplus || isCancelled ||',
    'return isSurplus ||',
  ),
  one(
    'takes absence for unpaid while the request may be on its way',
    'functions/payment/plan.ts',
    "return isOver && then.hasTime ? ask({ op: 'query', n, why: 'cancel_absent' })",
    "return then.hasTime ? ask({ op: 'query', n, why: 'cancel_absent' })",
  ),
  one(
    'takes silence on a cancel for done',
    'functions/payment/learn.ts',
    "return answer.kind === 'closed' && heard.why === 'unpaid' ?",
    "return (answer.kind === 'closed' || answer.kind === 'unknown') && heard.why === 'unpaid' ?",
  ),
  one(
    'takes a cancel that was refused for done',
    'functions/payment/learn.ts',
    "return answer.kind === 'closed' && heard.why === 'unpaid' ?",
    "return (answer.kind === 'closed' || answer.kind === 'refused') && heard.why === 'unpaid' ?",
  ),
  one(
    'forgets the payment that its cancel undid',
    'functions/payment/learn.ts',
    "return answer.kind === 'closed' && heard.why === 'unpaid' ?",
    "return (answer.kind === 'closed' || answer.kind === 'refunded') && heard.why === 'unpaid' ?",
  ),
  one(
    'forgets a request that was lost for longer',
    'functions/payment/learn.ts',
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
    'functions/payment/learn.ts',
    "    case 'refused':\n    case 'unknown':\n      return [];\n  }\n}\n\nfunction learnTrade",
    "    case 'refused':\n      return answer.refusal.reason === 'not_completed' ? [{ type: 'attempt_refused', n, refusal: answer.refusal }] : [];\n    case 'unknown':\n      return [];\n  }\n}\n\nfunction learnTrade",
  ),
  one(
    'forgets the trade that waits under a refused number',
    'functions/payment/learn.ts',
    "const open = { type: 'attempt_refused', n, refusal, isOpen: true } as const;",
    "const open = { type: 'attempt_refused', n, refusal } as const;",
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
