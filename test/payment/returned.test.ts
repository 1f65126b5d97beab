/** What is said to the channel and stored: money that the owner has given back, of which a sum, a query or the bill tells first. */
import { describe, expect, test } from 'vitest';
import { INVOCATION } from '../../functions/deadlines.ts';
import { orderView } from '../../functions/order/view.ts';
import { recordTold } from '../../functions/payment/advance.ts';
import { type Flow, PAID, SILENCE, T1 } from '../support/flow.ts';
import { NONE, refused } from '../support/flow-answers.ts';
import { paid, shown } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const cny = (value: number) => ({ currency: 'CNY', value });
const at = (seconds: number) => NOON + seconds * 1_000;
/** Carried out, and so much has gone back of the trade by now. */
const done = (seconds: number, returned?: number) => ({
  ...{ kind: 'succeeded', at: at(seconds), ...(returned !== undefined && { returned: cny(returned) }) },
});
const found = (value: number, seconds: number) => ({ kind: 'succeeded', at: at(seconds), amount: cny(value) });
const soon = (flow: Flow) => ({ endsAt: flow.now + INVOCATION });

async function told(flow: Flow) {
  const { refundable, refunded, nextAction } = orderView(await flow.order(), flow.now);
  return [refundable.value, refunded.value, nextAction];
}

describe('money F16 the running total of a refund counts in what somebody else has given back', () => {
  test('so much less is refundable at once, and the bill brings the refund that it was', async () => {
    const flow = await paid();
    expect((await flow.at(100).says(done(100, 800)).refund('a', 500)).slice(1)).toMatchInlineSnapshot(`
      refund attemptNo=1 requestNo=r1 amount=CNY 500 → succeeded at=@100 returned=CNY 800
      writes
        refunds.0.result status=succeeded at=@100 learnedAt=@100
        reportedRefunds.0 attempt=1 amount=300 at=@100
      = 201 paid do_not_hand_over_goods succeeded
    `);
    expect(await told(flow)).toEqual([434, 500, 'do_not_hand_over_goods']);
    // The query of the trade says only that not all of it is back.
    expect(await flow.at(104).says(PAID).poll()).toEqual([
      expect.stringMatching(/^query/),
      '= 200 paid do_not_hand_over_goods',
    ]);
    const row = { channelNo: 'console-1', amount: 300 };
    const stored = await flow.at(90_000).says(found(300, 50)).order();
    expect(
      await flow.step(async () => String((await recordTold(flow.s, stored, { n: 1, told: row }, soon(flow))).version)),
    ).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@50 amount=CNY 300
      writes
        refunds.1 refundNo=channel_1 attempt=1 channelNo=console-1 amount=300 source=channel requestedAt=@90000 tries=0
        refunds.1.result status=succeeded at=@50 learnedAt=@90000
        reportedRefunds.0 -attempt -amount -at
      = 6
    `);
    expect(await flow.order()).not.toHaveProperty('reportedRefunds');
    expect(await flow.order()).not.toHaveProperty('dueAt');
    expect(await told(flow)).toEqual([434, 800, 'none']);
  });

  test('the message of that refund comes late: it is the same money, and counts once', async () => {
    const flow = await paid();
    await flow.at(100).says(done(100, 800)).refund('a', 500);
    const message = { paid: T1, refund: { requestNo: 'console-1', returned: cny(300) } };
    await flow.at(101).says(SILENCE).notified(message);
    expect((await flow.order()).reportedRefunds).toEqual([
      { attempt: 1, numbers: [{ channelNo: 'console-1' }], amount: 300, at: at(100) },
    ]);
    await flow.at(104).says(found(300, 50)).poll();
    expect(await flow.order()).not.toHaveProperty('reportedRefunds');
    expect(await told(flow)).toEqual([434, 800, 'none']);
  });

  test('all is asked for first: refused, and less is refundable than was asked for', async () => {
    const flow = await paid();
    expect((await flow.at(100).says(refused('refund_amount')).refund('a', 1_234)).slice(-2)).toMatchInlineSnapshot(`
      writes
        refunds.0.result status=failed at=@100
        refunds.0.result.refusal reason=refund_amount
        reportedRefunds.0 attempt=1 amount=1 at=@100
      = 201 paid do_not_hand_over_goods failed
    `);
    expect(await told(flow)).toEqual([1_233, 0, 'do_not_hand_over_goods']);
    // Each refusal proves more of it, and so does each sum.
    await flow.at(104).says(refused('refund_amount')).refund('b', 1_000);
    expect(await told(flow)).toEqual([999, 0, 'do_not_hand_over_goods']);
    await flow.at(108).says(done(108, 800)).refund('c', 500);
    expect(await told(flow)).toEqual([434, 500, 'do_not_hand_over_goods']);
  });

  test('a refund of ours that is on its way may be what a sum counts in', async () => {
    const flow = await paid();
    await flow.at(100).says(SILENCE).refund('a', 300);
    await flow.at(165).says(done(165, 800)).refund('b', 500);
    expect(await flow.order()).not.toHaveProperty('reportedRefunds');
    expect(await told(flow)).toEqual([434, 500, 'none']);
  });

  test('the sum is of our own refunds only: nothing more is written', async () => {
    const flow = await paid();
    expect((await flow.at(100).says(done(100, 500)).refund('a', 500)).at(-2)).toBe(
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@100 -dueAt -dueShard',
    );
  });
});

describe('money F14 refunds in the console that a query tells first', () => {
  const RETURNED = { ...PAID, refundedInFull: true };

  test('are one refund until the channel names them, and then take their numbers and times', async () => {
    const flow = await shown();
    await flow.at(600).says(RETURNED).poll();
    const unnamed = {
      ...{ refundNo: 'channel_1', attempt: 1, channelNo: `${flow.orderId}_1`, amount: 1_234, source: 'channel' },
      ...{ requestedAt: at(600), tries: 0, result: { status: 'succeeded', at: at(600), learnedAt: at(600) } },
    };
    const paidOrder = await flow.order();
    expect(paidOrder.refunds).toEqual([unnamed]);
    const name = async (channelNo: string, amount: number, seconds: number) => {
      const row = { channelNo, amount };
      const order = await flow.order();
      flow.says(found(amount, seconds));
      return flow.step(async () => String((await recordTold(flow.s, order, { n: 1, told: row }, soon(flow))).version));
    };
    expect(await name('console-9', 234, 30)).toEqual([
      'queryRefund attemptNo=1 requestNo=console-9 → succeeded at=@30 amount=CNY 234',
      'writes refunds.0.named.0.channelNo=console-9 refunds.0.named.0.amount=234 refunds.0.named.0.at=@30',
      '= 4',
    ]);
    await name('console-10', 1_000, 40);
    const named = [
      { channelNo: 'console-9', amount: 234, at: at(30) },
      { channelNo: 'console-10', amount: 1_000, at: at(40) },
    ];
    const after = await flow.order();
    expect(after).toEqual({ ...paidOrder, version: 5, refunds: [{ ...unnamed, named, namedAt: at(40) }] });
    expect(orderView(after, flow.now)).toMatchObject({
      ...{ refundable: cny(0), refunded: cny(1_234) },
      refunds: [{ refundNo: 'channel_1', amount: cny(1_234), finishedAt: '2026-03-01T04:00:40.000Z' }],
    });
    // Told again it is known, and there is nothing left to name.
    const again = { channelNo: 'console-9', amount: 234 };
    expect(
      await flow.step(async () => String((await recordTold(flow.s, after, { n: 1, told: again }, soon(flow))).version)),
    ).toMatchInlineSnapshot(`= 5`);
    expect((await name('console-11', 1, 50)).slice(1)).toEqual([
      'keeps an anomaly',
      'counts anomalies 1',
      'error: anomaly_stored attemptNo=1 reason=different_refund',
      '= 5',
    ]);
  });

  test('are what our own have left of the payment', async () => {
    const flow = await paid();
    await flow.at(100).says(done(100)).refund('a', 234);
    await flow
      .at(110)
      .says(RETURNED)
      .notified({ paid: T1, refund: { returned: cny(1_234) } });
    expect((await flow.order()).refunds.map(({ refundNo, amount }) => [refundNo, amount])).toEqual([
      ['a', 234],
      ['channel_1', 1_000],
    ]);
    expect(await told(flow)).toEqual([0, 1_234, 'none']);
  });

  test('a refund of ours has no answer: who gave back the rest is not guessed', async () => {
    const flow = await paid();
    await flow.at(100).says(SILENCE).refund('a', 234);
    await flow
      .at(110)
      .says(RETURNED, SILENCE)
      .notified({ paid: T1, refund: { returned: cny(1_234) } });
    expect(await flow.order()).toMatchObject({
      refunds: [{ refundNo: 'a' }],
      reportedRefunds: [{ attempt: 1, amount: 1_000, at: at(110) }],
    });
    expect(await told(flow)).toEqual([0, 0, 'do_not_hand_over_goods']);
    await flow.at(120).says(found(234, 100), RETURNED).poll();
    expect((await flow.order()).refunds.map(({ refundNo, amount }) => [refundNo, amount])).toEqual([
      ['a', 234],
      ['channel_1', 1_000],
    ]);
    expect(await flow.order()).not.toHaveProperty('reportedRefunds');
  });

  test('a refund of ours was not carried out: the rest is the channel’s, and ours is still looked for', async () => {
    const flow = await paid();
    await flow.at(100).says(SILENCE).refund('a', 234);
    await flow
      .at(110)
      .says(RETURNED, NONE)
      .notified({ paid: T1, refund: { returned: cny(1_234) } });
    expect(await told(flow)).toEqual([0, 1_234, 'none']);
    expect((await flow.order()).refunds.map(({ refundNo, result }) => [refundNo, result?.status])).toEqual([
      ['a', undefined],
      ['channel_1', 'succeeded'],
    ]);
  });
});

describe('a payment that only the bill tells', () => {
  test('is looked for until the channel’s answer is definite, however long its attempt is over', async () => {
    const flow = await shown();
    await flow.at(300).says({ kind: 'absent' }).sweep();
    expect(await flow.order()).not.toHaveProperty('dueAt');
    const posted = flow.at(90_000).learns({ type: 'payment_reported', n: 1 });
    await posted();
    expect((await flow.order()).dueAt).toBe(at(90_000));
    expect((await flow.says(SILENCE).sweep()).slice(-1)).toMatchInlineSnapshot(`= orders=1 failures=0`);
    expect((await flow.order()).dueAt).toBe(at(90_060));
    expect((await flow.at(90_060).says(PAID, done(90_060)).sweep()).slice(1, 4)).toEqual([
      'query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234',
      expect.stringMatching(/^writes payments\.0\.attempt=1 .* refunds\.0\.refundNo=auto_1/),
      'counts latePayments 1',
    ]);
    expect(await flow.order()).not.toHaveProperty('dueAt');
  });

  test('is over once the channel says that there is none, though it was looked for before', async () => {
    const flow = await shown();
    await flow.at(300).says({ kind: 'absent' }).sweep();
    await flow.learns({ type: 'doubt_resolved', n: 1 })();
    await flow.at(90_000).learns({ type: 'payment_reported', n: 1 })();
    expect((await flow.says({ kind: 'closed' }).sweep()).slice(1, 3)).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes attempts.0 doubtResolvedAt=@90000
    `);
    await flow.learns({ type: 'payment_reported', n: 1 })();
    expect(await flow.order()).not.toHaveProperty('dueAt');
  });
});

describe('security minor 5 a received amount above what was paid', () => {
  const implausible = { ...T1, received: cny(9_999_999_900) };

  test('is not stored with the payment, and a person is called', async () => {
    const flow = await shown();
    const lines = await flow.at(9).notified({ paid: implausible });
    expect(lines.slice(1)).toMatchInlineSnapshot(`
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=received_exceeds_amount
      = success
    `);
    expect((await flow.order()).payments).toEqual([
      { attempt: 1, tradeNo: 't1', paidAt: at(8), source: 'notification', at: at(9) },
    ]);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(await flow.orders.get(keys[0] ?? '')).toMatchObject({
      ...{ reason: 'received_exceeds_amount', attemptNo: `${flow.orderId}_1` },
      facts: { tradeNo: 't1', currency: 'CNY', value: 9_999_999_900, paidAt: at(8) },
    });
    expect(orderView(await flow.order(), flow.now).received).toEqual(cny(1_234));
    expect(await flow.at(10).notified({ paid: implausible })).toMatchInlineSnapshot(`= success`);
  });

  test('it is not stored with a payment that has gone back either', async () => {
    const flow = await shown();
    const lines = await flow
      .at(9)
      .says({ ...PAID, ...implausible, refundedInFull: true })
      .poll();
    expect(lines.slice(2)).toMatchInlineSnapshot(`
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=received_exceeds_amount
      = 200 paid none
    `);
    expect((await flow.order()).payments[0]).not.toHaveProperty('received');
  });

  test('nothing received is a fact, where the channel says so', async () => {
    const flow = await shown();
    await flow.at(9).notified({ paid: { ...T1, received: cny(0) } });
    expect((await flow.order()).payments[0]).toMatchObject({ received: 0 });
    expect(orderView(await flow.order(), flow.now)).toMatchObject({ received: cny(0), amount: cny(1_234) });
  });
});
