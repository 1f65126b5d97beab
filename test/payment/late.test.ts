/** What is said to the channel, stored and counted, step by step: money that nobody wants any more. */
import { describe, expect, test } from 'vitest';
import { INVOCATION } from '../../functions/deadlines.ts';
import { record } from '../../functions/payment/advance.ts';
import { ABSENT, CLOSED, CODE, type Flow, PAID, SILENCE, T1, WAITING } from '../support/flow.ts';
import { cancelling, paid, shown } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const BACK = { kind: 'succeeded', at: NOON + 100_000 };
const NONE = { kind: 'none' };
const refused = (reason: string, more: object = {}) => ({ kind: 'refused', refusal: { reason, ...more } });
const T2 = { ...T1, tradeNo: 't2' };

/** Closed by the cashier, who was told that nobody has scanned. */
async function closing(options?: Parameters<typeof shown>[0]): Promise<Flow> {
  const flow = await shown(options);
  await flow.at(5).says(ABSENT).close();
  return flow;
}

describe('a late payment', () => {
  test('F26 goes back at once', async () => {
    const flow = await closing();
    expect(await flow.at(9).says(BACK).notified({ paid: T1 })).toEqual([
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=notification payments.0.at=@9 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@9 refunds.0.tries=1 refunds.0.calledAt=@9 dueAt=@69 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@9 -dueAt -dueShard',
      '= success',
    ]);
    expect(await flow.at(10).notified({ paid: T1 })).toEqual(['= success']);
  });

  test('late money is kept where the merchant wants that', async () => {
    const flow = await closing({ latePayment: 'keep' });
    expect(await flow.at(9).says(PAID).poll()).toEqual([
      'query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@9 unpostedKey=mer_aaaabbbbcccc#2 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('whose refund has no answer is looked for, and called again', async () => {
    const flow = await closing();
    expect(await flow.at(9).says(PAID, SILENCE).poll()).toEqual([
      'query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@9 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@9 refunds.0.tries=1 refunds.0.calledAt=@9 dueAt=@69 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → unknown why=time-out',
      'counts channelUnknown 1',
      'warn: channel_unknown channelOperation=refund reason=time-out',
      '= 200 paid do_not_hand_over_goods',
    ]);
    expect(await flow.at(69).says(NONE, BACK).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      'writes refunds.0.tries=2 refunds.0.calledAt=@69 dueAt=@189',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@69 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('F37 whose refund is refused is never given up', async () => {
    const flow = await closing();
    const no = refused('refund_not_possible');
    expect(await flow.at(9).says(no).notified({ paid: T1 })).toEqual([
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=notification payments.0.at=@9 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@9 refunds.0.tries=1 refunds.0.calledAt=@9 dueAt=@69 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → refused refusal=(reason=refund_not_possible)',
      'warn: refund_refused refundNo=auto_1 reason=refund_not_possible channelCode=',
      'writes refunds.0.unconfirmedRefusal.reason=refund_not_possible refunds.0.unconfirmedRefusal.at=@9',
      '= success',
    ]);
    for (const second of [69, 129]) await flow.at(second).says(NONE, no).poll();
    expect((await flow.order()).refunds).toEqual([
      {
        amount: 1234,
        attempt: 1,
        calledAt: NOON + 129_000,
        unconfirmedRefusal: {
          at: NOON + 129_000,
          reason: 'refund_not_possible',
        },
        k: 1,
        refundNo: 'auto_1',
        requestedAt: NOON + 9_000,
        source: 'automatic',
        tries: 3,
      },
    ]);
  });

  test('of two, the second waits for its turn', async () => {
    const flow = await shown();
    await flow.at(5).says(CLOSED).poll();
    await flow.at(9).says(CODE).code(2);
    await flow.at(12).says(ABSENT).close();
    await flow.at(20).says(BACK).notified({ paid: T1 });
    expect(await flow.at(21).notified({ paid: T2, attemptNo: `${flow.orderId}_2`, notificationId: 'n2' })).toEqual([
      'writes payments.1.attempt=2 payments.1.tradeNo=t2 payments.1.paidAt=@8 payments.1.source=notification payments.1.at=@21 refunds.1.refundNo=auto_2 refunds.1.attempt=2 refunds.1.k=2 refunds.1.amount=1234 refunds.1.source=automatic refunds.1.requestedAt=@21 refunds.1.tries=0 dueAt=@23',
      'counts latePayments 1',
      '= success',
    ]);
    expect(await flow.at(24).says(BACK).poll()).toEqual([
      'writes refunds.1.tries=1 refunds.1.calledAt=@24 dueAt=@84',
      'refund attemptNo=2 tradeNo=t2 requestNo=r2 amount=CNY 1234 → succeeded at=@100',
      'writes refunds.1.result.status=succeeded refunds.1.result.at=@100 refunds.1.result.learnedAt=@24 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('while another invocation takes it: one refund, one call', async () => {
    const flow = await closing();
    const other = flow.learns({ type: 'paid', n: 1, news: T1, source: 'query' });
    expect(await flow.at(9).meanwhile(other).notified({ paid: T1 })).toEqual(['loses a race', '= success']);
  });

  test('has gone back whole already: stored with it, and not called for', async () => {
    const flow = await closing();
    expect(
      await flow
        .at(9)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toEqual([
      'query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@9 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@9 refunds.0.tries=1 refunds.0.calledAt=@9 refunds.0.channelNo=1 refunds.0.result.status=succeeded refunds.0.result.at=@9 refunds.0.result.learnedAt=@9 unpostedKey=mer_aaaabbbbcccc#2 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });
});

describe('the refund of what a cancel may have given back', () => {
  /** Paid while its cancel was under way; taken, and the refund was refused with `no`. */
  const taken = async (no: object, ...more: object[]) => {
    const flow = await cancelling();
    return flow
      .at(60)
      .says(PAID, SILENCE, no, ...more)
      .poll();
  };

  test('our refund is refused because the cancel was one', async () => {
    expect((await taken(refused('refund_not_possible'), { ...PAID, refundedInFull: true })).slice(6)).toEqual([
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → refused refusal=(reason=refund_not_possible)',
      'warn: refund_refused refundNo=auto_1 reason=refund_not_possible channelCode=',
      'query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes refunds.0.channelNo=1 refunds.0.result.status=succeeded refunds.0.result.at=@60 refunds.0.result.learnedAt=@60 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test.each([
    ['is paid', PAID],
    ['waits', WAITING],
    ['says nothing', SILENCE],
  ])('is refused, and the trade %s: it is tried again', async (_, answer) => {
    expect((await taken(refused('refund_not_possible'), answer)).slice(-2)).toEqual([
      'writes refunds.0.unconfirmedRefusal.reason=refund_not_possible refunds.0.unconfirmedRefusal.at=@60',
      '= 200 paid do_not_hand_over_goods',
    ]);
  });

  test('of another attempt is not unconfirmedRefusal', async () => {
    const flow = await cancelling();
    await flow.at(58).says(CLOSED).poll();
    await flow.at(60).says(CODE).code(2);
    await flow.at(63).says(ABSENT).close();
    const news = { paid: T1, attemptNo: `${flow.orderId}_2` };
    expect(await flow.at(70).says(refused('refund_not_possible')).notified(news)).toEqual([
      'writes payments.0.attempt=2 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=notification payments.0.at=@70 refunds.0.refundNo=auto_2 refunds.0.attempt=2 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@70 refunds.0.tries=1 refunds.0.calledAt=@70 dueAt=@130 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=2 requestNo=r1 amount=CNY 1234 → refused refusal=(reason=refund_not_possible)',
      'warn: refund_refused refundNo=auto_2 reason=refund_not_possible channelCode=',
      'writes refunds.0.unconfirmedRefusal.reason=refund_not_possible refunds.0.unconfirmedRefusal.at=@70',
      '= success',
    ]);
  });
});

test('what a bill tells is taken the same way', async () => {
  const flow = await paid();
  const order = await flow.order();
  const soon = { endsAt: flow.now + INVOCATION };
  const of = (run: () => Promise<{ version: number }>) => flow.step(async () => String((await run()).version));
  const stores = (type: 'paid' | 'reversed', n: number, news: typeof T1) =>
    of(() => record(flow.s, order, { store: [{ type, n, news, source: 'report' }] }, soon));
  expect(await stores('paid', 3, T2)).toEqual([
    'keeps an anomaly',
    'counts anomalies 1',
    'error: anomaly_stored attemptNo=3 reason=unknown_attempt',
    '= 3',
  ]);
  // Of an attempt that there is not, nothing has gone back; of the one that is paid, all of it, if the channel says so.
  expect((await stores('reversed', 2, T2)).at(-2)).toBe('error: anomaly_stored attemptNo=2 reason=unknown_attempt');
  expect(await stores('reversed', 1, T1)).toEqual([
    'writes refunds.0.refundNo=channel_1 refunds.0.attempt=1 refunds.0.channelNo=1 refunds.0.amount=1234 refunds.0.source=channel refunds.0.requestedAt=@9 refunds.0.tries=0 refunds.0.result.status=succeeded refunds.0.result.at=@9 refunds.0.result.learnedAt=@9',
    '= 4',
  ]);
});

test('what has gone back whole is one of two payments', async () => {
  const flow = await shown();
  await flow.at(5).says(CLOSED).poll();
  await flow.at(9).says(CODE).code(2);
  await flow.at(20).notified({ paid: T1 });
  await flow
    .at(21)
    .says(SILENCE)
    .notified({ paid: T2, attemptNo: `${flow.orderId}_2`, notificationId: 'n2' });
  const order = await flow.order();
  const back = () => {
    const soon = { endsAt: flow.now + INVOCATION };
    const reversed = { type: 'reversed', n: 2, news: T2, source: 'query' } as const;
    return flow.says(NONE).step(async () => String((await record(flow.s, order, { store: [reversed] }, soon)).version));
  };
  expect(await back()).toEqual(['queryRefund attemptNo=2 tradeNo=t2 requestNo=r1 → none', '= 7']);
  flow.at(31);
  expect(await back()).toEqual([
    'queryRefund attemptNo=2 tradeNo=t2 requestNo=r1 → none',
    'writes refunds.0.channelNo=2 refunds.0.result.status=succeeded refunds.0.result.at=@31 refunds.0.result.learnedAt=@31 -dueAt -dueShard',
    '= 8',
  ]);
});

describe('seed 53590: paid while the cashier closes, and all of it is back when the cashier asks', () => {
  /** The notification has called the refund; its answer is on its way. */
  async function closed(...answers: object[]): Promise<string[]> {
    const flow = await shown();
    const outrun = flow.learns({ type: 'paid', n: 1, news: T1, source: 'notification' });
    const close = async () => {
      await outrun();
      return { kind: 'not_closable' };
    };
    return (
      await flow
        .at(9)
        .says(WAITING, close, { ...PAID, refundedInFull: true }, ...answers)
        .close()
    ).slice(-3);
  }

  test('the money went back by our refund: its own number says so', async () => {
    const done = { kind: 'succeeded', at: NOON + 9_000, amount: T1.amount };
    expect(await closed(done)).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@9 amount=CNY 1234',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@9 refunds.0.result.learnedAt=@9 -dueAt -dueShard',
      '= order_paid orderId= status=paid nextAction=none',
    ]);
  });

  test('our number is not there, which proves nothing so soon after the call: the sweep asks again', async () => {
    expect(await closed(NONE)).toEqual([
      'loses a race',
      'queryRefund attemptNo=1 requestNo=r1 → none',
      '= order_paid orderId= status=paid nextAction=do_not_hand_over_goods',
    ]);
  });

  test('nobody says by whom: nothing is written, and the sweep asks again', async () => {
    expect(await closed(SILENCE)).toEqual([
      'counts channelUnknown 1',
      'warn: channel_unknown channelOperation=queryRefund reason=time-out',
      '= order_paid orderId= status=paid nextAction=do_not_hand_over_goods',
    ]);
  });
});
