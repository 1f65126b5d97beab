/** What a visit does next, as a table: no clock, no channel, no writes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  CancelAnswer,
  CloseAnswer,
  CodeAnswer,
  QueryAnswer,
  RefundAnswer,
  RefundQueryAnswer,
  Refusal,
  TillCodeAnswer,
} from '../../functions/channel/channel.ts';
import { INVOCATION, LEASE, ORDER_OPEN, TILL_CODE } from '../../functions/deadlines.ts';
import { decide } from '../../functions/order/decide.ts';
import type { Order } from '../../functions/order/order.ts';
import type { Call, Heard, Past, Stored } from '../../functions/payment/call.ts';
import { learn } from '../../functions/payment/learn.ts';
import { nextStep } from '../../functions/payment/plan.ts';
import { anOrder, NOON, orderAfter, paid } from '../support/orders.ts';

const NEWS = { tradeNo: 't1', paidAt: NOON + 8_000, amount: { currency: 'CNY', value: 1_234 } };
const PAID = { kind: 'paid', refundedInFull: false, ...NEWS } as const;
/** Alipay tells what came of a refund so long after it was called for. */
const REFUND_QUERY_AFTER = 10_000;
/** Of another amount than the order's. */
const WRONG = { ...PAID, amount: { currency: 'CNY', value: 1 } } as const;
const SILENCE = { kind: 'unknown', why: 'time-out' } as const;
const ABSENT = { kind: 'absent' } as const;
const unclear = { reason: 'not_completed' } as const;

const created = anOrder();
const shown = orderAfter(created, [{ type: 'code_given', n: 1, payload: 'code' }, NOON]);
const closing = orderAfter(shown, [{ type: 'close_requested', by: 'cashier' }, NOON + 1_000]);
const scanned = orderAfter(anOrder({ attempts: [] }), [{ type: 'attempt_requested', n: 1, kind: 'till_code' }, NOON]);
const cancelling = orderAfter(scanned, [{ type: 'cancel_requested', n: 1 }, NOON + TILL_CODE]);
/** Paid after the cashier closed: the automatic refund was claimed with it. */
const late = orderAfter(closing, [paid(1, NEWS), NOON + 9_000]);

const next = (order: Order, now: number, past: Past = [], hasTime = true) =>
  nextStep(order, { scope: 'order', past }, { now, hasTime });
const sync = (answer: Extract<Heard, { op: 'query' }>['answer']): Heard => ({
  ...{ op: 'query', n: 1, why: 'sync', askedAt: NOON, answer },
});
const cancelled = (
  answer: Extract<Heard, { op: 'cancel' }>['answer'],
  why: 'unpaid' | 'unanswered' = 'unpaid',
): Heard => ({
  ...{ op: 'cancel', n: 1, why, askedAt: NOON, answer },
});
const stored = (fact: Stored['fact'], at: number, verdict: Stored['verdict'] = 'moved'): Stored => ({
  ...{ op: 'store', fact, verdict, at },
});

describe('a visit begins', () => {
  test.each<[string, Order, number, object | undefined]>([
    ['with the code that is missing', created, NOON, { ask: { op: 'createQrCode', n: 1 } }],
    [
      'with a query where a code would end too soon',
      created,
      NOON + 150_000,
      { ask: { op: 'query', n: 1, why: 'sync' } },
    ],
    ['with a query where there is a code', shown, NOON, { ask: { op: 'query', n: 1, why: 'sync' } }],
    [
      'with the clock where no attempt is open',
      anOrder({ attempts: [] }),
      NOON + ORDER_OPEN,
      { store: [{ type: 'time_passed' }] },
    ],
    ['with nothing while a refund may be under way', late, NOON + 9_000 + REFUND_QUERY_AFTER - 1, undefined],
    [
      'with a query of a refund that has no answer',
      late,
      NOON + 9_000 + REFUND_QUERY_AFTER,
      { ask: { op: 'queryRefund', n: 1, why: 'repeat', refundNo: 'auto_1' } },
    ],
  ])('%s', (_, order, now, step) => {
    expect(next(order, now)).toEqual(step);
  });

  test('with nothing that needs the channel when its time is over', () => {
    expect([created, shown, scanned, late].map((order) => next(order, NOON + 60_000, [], false))).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('an intent is stored before its call', () => {
  test('of a cancel, after a query that finds nothing', () => {
    const at = NOON + TILL_CODE;
    expect(next(scanned, at - 1, [sync(ABSENT)])).toBeUndefined();
    expect(next(scanned, at, [sync(ABSENT)])).toEqual({ store: [{ type: 'cancel_requested', n: 1 }] });
    const past = [sync(ABSENT), stored({ type: 'cancel_requested', n: 1 }, at)];
    expect(next(cancelling, at, past)).toEqual({ ask: { op: 'cancel', n: 1, why: 'unpaid' } });
    expect(next(cancelling, at, [sync(SILENCE)])).toEqual({ ask: { op: 'cancel', n: 1, why: 'unanswered' } });
  });

  test('of a refund, and only the visit that stored it makes the call', () => {
    const none: Heard = {
      ...{ op: 'queryRefund', n: 1, why: 'repeat', refundNo: 'auto_1', askedAt: NOON, answer: { kind: 'none' } },
    };
    const at = NOON + 9_000 + LEASE;
    expect(next(late, at - 1, [none])).toBeUndefined();
    const called = { type: 'refund_called', refundNo: 'auto_1' } as const;
    expect(next(late, at, [none])).toEqual({ store: [called] });
    expect(next(late, at, [none, stored(called, at)])).toEqual({ ask: { op: 'refund', refundNo: 'auto_1' } });
    expect(next(late, at, [none, stored(called, at, 'refused')])).toBeUndefined();
  });

  test('of an automatic refund, with the payment that this visit stored', () => {
    const fact = { type: 'paid', n: 1, news: PAID, source: 'query' } as const;
    expect(next(late, NOON + 9_000, [sync(PAID), stored(fact, NOON + 9_000)])).toEqual({
      ask: { op: 'refund', refundNo: 'auto_1' },
    });
    expect(next(late, NOON + 9_001, [sync(PAID), stored(fact, NOON + 9_001)])).toBeUndefined();
  });
});

describe('an answer is followed by', () => {
  const after = NOON + TILL_CODE;
  test.each<[string, Order, Past, object | undefined]>([
    [
      'a close, where the trade waits and the cashier closes',
      closing,
      [sync({ kind: 'waiting' })],
      { ask: { op: 'close', n: 1 } },
    ],
    ['nothing, where the trade waits and is still wanted', shown, [sync({ kind: 'waiting' })], undefined],
    [
      'a query, where the channel would not close it',
      closing,
      [{ op: 'close', n: 1, askedAt: NOON, answer: { kind: 'not_closable' } }],
      { ask: { op: 'query', n: 1, why: 'not_closable' } },
    ],
    [
      'another cancel, where it is paid although its cancel was begun',
      cancelling,
      [sync(PAID)],
      { ask: { op: 'cancel', n: 1, why: 'paid', news: PAID } },
    ],
    [
      'a query for the facts, where the cancel has reversed a payment',
      cancelling,
      [cancelled({ kind: 'refunded', tradeNo: 't1' })],
      { ask: { op: 'query', n: 1, why: 'cancel_refunded', tradeNo: 't1' } },
    ],
    [
      'a query, where a cancel closes what no answer has called unpaid',
      cancelling,
      [cancelled({ kind: 'closed' }, 'unanswered')],
      { ask: { op: 'query', n: 1, why: 'cancel_closed' } },
    ],
    [
      'one more query, where there was nothing to cancel',
      cancelling,
      [cancelled(ABSENT)],
      { ask: { op: 'query', n: 1, why: 'cancel_absent' } },
    ],
    ['nothing, where a cancel is not answered', cancelling, [cancelled(SILENCE)], undefined],
    [
      'a query of the refund, where it is refused by a code that is in no list',
      late,
      [{ op: 'refund', refundNo: 'auto_1', askedAt: NOON, answer: { kind: 'refused', refusal: unclear } }],
      { ask: { op: 'queryRefund', n: 1, why: 'refused', refundNo: 'auto_1', refusal: unclear } },
    ],
  ])('%s', (_, order, past, step) => {
    expect(next(order, after, past)).toEqual(step);
  });

  test('an unknown outcome last of all, where a till code has no clear answer', () => {
    const sent: Heard = { op: 'payWithTillCode', n: 1, tillCode: '28', askedAt: NOON, answer: SILENCE };
    const unknown = { type: 'outcome_unknown', n: 1 } as const;
    expect(next(scanned, NOON, [sent])).toEqual({ ask: { op: 'query', n: 1, why: 'sync' } });
    expect(next(scanned, NOON, [sent], false)).toEqual({ store: [unknown] });
    expect(next(scanned, NOON, [sent, sync(SILENCE)])).toEqual({ store: [unknown] });
  });
});

/** An answer to `call`, as the channel may give it. */
function answerTo(call: Call, pick: <T>(...of: readonly T[]) => T): Heard {
  const refused = { kind: 'refused', refusal: pick<Refusal>({ reason: 'no_cover' }, unclear) } as const;
  const at = { askedAt: NOON };
  switch (call.op) {
    case 'createQrCode':
      return {
        ...call,
        ...at,
        answer: pick<CodeAnswer>({ kind: 'accepted', payload: 'code' }, refused, SILENCE),
      };
    case 'payWithTillCode':
      return { ...call, ...at, answer: pick<TillCodeAnswer>(PAID, { kind: 'waiting' }, refused, SILENCE) };
    case 'query': {
      const open = [{ kind: 'waiting' }, { kind: 'closed' }, ABSENT, SILENCE] as const;
      return { ...call, ...at, answer: pick<QueryAnswer>(PAID, { ...PAID, refundedInFull: true }, WRONG, ...open) };
    }
    case 'close':
      return {
        ...call,
        ...at,
        answer: pick<CloseAnswer>({ kind: 'closed' }, { kind: 'not_closable' }, ABSENT, SILENCE),
      };
    case 'cancel': {
      const answer = pick<CancelAnswer>(
        { kind: 'closed' },
        { kind: 'refunded', tradeNo: 't1' },
        ABSENT,
        refused,
        SILENCE,
      );
      return { ...call, ...at, answer };
    }
    case 'refund':
      return {
        ...call,
        ...at,
        answer: pick<RefundAnswer>({ kind: 'succeeded', at: NOON }, { kind: 'pending' }, refused, SILENCE),
      };
    case 'queryRefund': {
      const done = { kind: 'succeeded', at: NOON, amount: NEWS.amount } as const;
      return { ...call, ...at, answer: pick<RefundQueryAnswer>(done, { kind: 'none' }, SILENCE) };
    }
  }
}

/** A visit by the tables alone: how many steps it took. */
function visit(
  seen: Order,
  began: number,
  pick: <T>(...of: readonly T[]) => T,
): { steps: number; calls: Call[]; order: Order } {
  const past: (Heard | Stored)[] = [];
  const calls: Call[] = [];
  let order = seen;
  let now = began;
  for (let steps = 0; ; steps += 1) {
    const step =
      steps < 100 ? nextStep(order, { scope: 'order', past }, { now, hasTime: now < began + INVOCATION }) : undefined;
    if (!step) return { steps, calls, order };
    if ('ask' in step) {
      calls.push(step.ask);
      now += 700;
    }
    const heard = 'ask' in step ? answerTo(step.ask, pick) : 'learn' in step ? step.learn : undefined;
    if (heard) past.push(heard);
    for (const fact of heard ? learn(order, heard, now) : 'store' in step ? step.store : []) {
      const verdict = fact.type === 'anomaly' ? ({ kind: 'unchanged', order } as const) : decide(order, fact, now);
      past.push({ op: 'store', fact, verdict: verdict.kind, at: now });
      order = verdict.order;
    }
  }
}

/** Cancelled, and nothing was there: a request that was lost may be carried out until 144 s after noon. */
const lost = orderAfter(cancelling, [
  { type: 'attempt_ended', n: 1, why: 'cancelled', inDoubtUntil: NOON + 144_000 },
  NOON + TILL_CODE,
]);
const orders = fc.constantFrom(created, shown, closing, scanned, cancelling, late, lost);

test('a visit ends, whatever the channel answers, asks nothing twice, and sends no refund that it has not claimed', () => {
  fc.assert(
    fc.property(
      orders,
      fc.oneof(fc.nat(400), fc.nat(200_000)),
      fc.infiniteStream(fc.nat(1_000)),
      (order, seconds, random) => {
        const pick = <T>(...of: readonly T[]): T => of[random.next().value % of.length] as T;
        const { steps, calls, order: after } = visit(order, NOON + seconds * 1_000, pick);
        expect(steps).toBeLessThan(40);
        const queries = calls.filter(({ op }) => op === 'query').map((call) => JSON.stringify(call));
        expect(queries).toEqual([...new Set(queries)]);
        const sent = calls.filter(({ op }) => op === 'refund').length;
        const claimed = after.refunds.reduce((sum, { tries }) => sum + tries, 0) - (order === late ? 1 : 0);
        expect(sent).toBeLessThanOrEqual(claimed);
      },
    ),
    { seed: 7, numRuns: 3_000 },
  );
});
