/**
 * Faults that a person might well plant where a channel's close reverses or its refusals end a refund's number, as Antom's do. Those
 * with tests are too rare in a history: they are shown to tests that have such a channel, with books of its own.
 */
import type { Defect } from './planted.ts';
import { CHANNEL_DEFECTS } from './planted-channels.ts';

const CLOSE = 'test/story/reversing-close.test.ts';
const NUMBERS = 'test/story/refund-numbers.test.ts';
const HISTORIES = 'test/story/reversing-histories.test.ts';

const one = (name: string, tests: string, file: string, from: string, to: string): Defect => ({
  ...{ name, tests: [tests], edits: [{ file, from, to }] },
});
const played = (name: string, file: string, from: string, to: string): Defect => ({
  name,
  edits: [{ file, from, to }],
});

export const REVERSING_DEFECTS: readonly Defect[] = [
  {
    // The plan stores it again where the wish did not: without the one, the other must be missed.
    name: 'takes a close that reverses for one that does no harm',
    edits: [
      {
        file: 'functions/order/decide.ts',
        from: 'return attempt && endsByCancel(order, attempt) && attempt.cancelRequestedAt === undefined',
        to: "return attempt?.kind === 'till_code' && attempt.cancelRequestedAt === undefined",
      },
      {
        file: 'functions/payment/plan.ts',
        from: 'if (attempt.cancelRequestedAt === undefined) return { store',
        to: "if (attempt.kind === 'till_code' && attempt.cancelRequestedAt === undefined) return { store",
      },
    ],
  },
  played(
    'takes a trade that waits for one that is not there',
    'functions/payment/learn.ts',
    '      if (!isOver && !order.closeRequested) return [];\n',
    "      if (isOver) return [ended(n, 'expired')];\n      if (!order.closeRequested) return [];\n",
  ),
  {
    name: 'repeats a refund under a new number while the old one is open',
    edits: [
      {
        file: 'functions/order/refunds.ts',
        from: 'const k = hasNumberEnded(refund) ? { k: nextK(order) } : {};',
        to: 'const k = refund.calledAt === undefined ? {} : { k: nextK(order) };',
      },
      {
        file: 'functions/order/invariants.ts',
        from: '  if (now.k === was.k) return true;\n',
        to: '  if (now.k !== undefined) return true;\n',
      },
    ],
  },
  played(
    'sends a refused refund again under the same number',
    'functions/payment/open-work.ts',
    'return !isNumberRefused(order, refund) && now >=',
    'return now >=',
  ),
  one(
    'goes on under a new number because the channel does not know the old one',
    NUMBERS,
    'functions/payment/learn-refunds.ts',
    ' || isLasting(refund, unconfirmedRefusal)) return [];',
    ') return [];',
  ),
  one(
    'repeats a refund on which the channel works',
    NUMBERS,
    'functions/payment/open-work.ts',
    "heard.why === 'repeat' && heard.answer.kind === 'none';",
    "heard.why === 'repeat' && heard.answer.kind !== 'unknown';",
  ),
  one(
    'takes a cancel that says nothing for never paid',
    HISTORIES,
    'functions/payment/learn.ts',
    "return answer.kind === 'closed' && heard.why === 'unpaid' ?",
    "return (answer.kind === 'closed' || answer.kind === 'ended') && heard.why === 'unpaid' ?",
  ),
  played(
    'keeps money that came for a code whose cancel was begun',
    'functions/order/order.ts',
    'return isSurplus || isCancelled ||',
    'return isSurplus ||',
  ),
  played(
    'keeps the money of a replaced order where late money is kept',
    'functions/order/order.ts',
    '  if (order.closeRequested?.replacedBy !== undefined) return true;\n',
    '',
  ),
  one(
    'cancels by the clock although the channel is silent',
    CLOSE,
    'functions/order/due.ts',
    "return kind === 'till_code' && (now >= expiresAt || refused !== undefined);",
    'return kind !== undefined && (now >= expiresAt || refused !== undefined);',
  ),
  one(
    'gives up a code that may be paid, because the customer wants to pay another way',
    CLOSE,
    'functions/payment/plan.ts',
    "return answer.kind === 'waiting' || (payload",
    "return answer.kind !== 'absent' || (payload",
  ),
  one(
    'shows a code that is being cancelled',
    CLOSE,
    'functions/order/view.ts',
    'if (attempt?.payload === undefined || attempt.cancelRequestedAt !== undefined) return null;',
    'if (attempt?.payload === undefined) return null;',
  ),
  played(
    'asks for a refund without the number of the trade',
    'functions/payment/channel-call.ts',
    'return tradeNo === undefined ? ref : { ...ref, tradeNo };',
    'return ref;',
  ),
  one(
    'does not know a refund by the number that it had',
    NUMBERS,
    'functions/order/refund-numbers.ts',
    'return requestNo(order, refund) === no || wasNumber(order, refund, no);',
    'return requestNo(order, refund) === no;',
  ),
  one(
    'uses up a number in every minute',
    NUMBERS,
    'functions/order/refunds.ts',
    'const pause = numbers ? Math.max(LEASE, backOff(tries)) : LEASE;',
    'const pause = numbers ? Math.min(LEASE, backOff(tries)) : LEASE;',
  ),
  one(
    'lets a refund be refused for ever whose payment a cancel gave back',
    CLOSE,
    'functions/payment/learn.ts',
    "return answer.kind === 'closed' ? cancelledAfterPayment(order, n) : [];",
    'return [];',
  ),
  ...CHANNEL_DEFECTS,
];
