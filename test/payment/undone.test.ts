/** What is said to the channel, stored and counted, step by step: a cancel that undoes a payment, and payments that outrun it. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, PAID, SILENCE, T1 } from '../support/flow.ts';
import { refused } from '../support/flow-answers.ts';
import { cancelling, scanned } from '../support/flow-starts.ts';

const REFUNDED = { kind: 'refunded', tradeNo: 't1' };
const BACK = { kind: 'succeeded', at: T1.paidAt + 60_000 };

describe('the cancel', () => {
  test('undid a payment: both facts are stored in one write', async () => {
    const flow = await scanned();
    expect(
      await flow
        .at(54)
        .says(SILENCE, REFUNDED, { ...PAID, refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refunded tradeNo=t1
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=cancel_answer at=@54
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@54 tries=1 calledAt=@54 channelNo=1
        refunds.0.result status=succeeded at=@54 learnedAt=@54
      = 200 paid none
    `);
  });

  test('undid a payment of which the query tells nothing: its word is kept', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(SILENCE, REFUNDED, SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refunded tradeNo=t1
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0.reversed at=@54 tradeNo=t1
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(await flow.at(58).says(CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@54 source=cancel_answer at=@58
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@58 tries=1 calledAt=@58 channelNo=1
        refunds.0.result status=succeeded at=@58 learnedAt=@58
      = 200 paid none
    `);
  });

  test('undid a payment, and the query calls the trade closed', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(SILENCE, REFUNDED, CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refunded tradeNo=t1
      query attemptNo=1 → closed
      writes attempts.0.reversed at=@54 tradeNo=t1
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@54 source=cancel_answer at=@54
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@54 tries=1 calledAt=@54 channelNo=1
        refunds.0.result status=succeeded at=@54 learnedAt=@54
      = 200 paid none
    `);
  });

  test('money: undid the payment of an order in another currency: told, and kept as no payment of it', async () => {
    const flow = await scanned();
    const stored = await flow.orders.get(flow.orderId);
    const { request, version } = await flow.order();
    const inYen = { ...request, amount: { ...request.amount, currency: 'JPY' } };
    if (!stored) throw new Error('no order');
    await flow.orders.replace({ ...stored, request: inYen, version: version + 1 }, version);
    expect(await flow.at(54).says(SILENCE, REFUNDED, CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refunded tradeNo=t1
      query attemptNo=1 → closed
      writes attempts.0.reversed at=@54 tradeNo=t1
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_currency
      writes attempts.0.ended why=cancelled at=@54
      = 200 awaiting_payment get_qr_code
    `);
  });

  test('undid a payment without naming it: the query has to tell', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(SILENCE, { kind: 'refunded' }, CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refunded
      query attemptNo=1 → closed
      writes attempts.0.reversed at=@54
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(await flow.at(58).says(CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(
      await flow
        .at(62)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@62
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@62 tries=1 calledAt=@62 channelNo=1
        refunds.0.result status=succeeded at=@62 learnedAt=@62
      = 200 paid none
    `);
  });

  test('undid a payment and no time is left to ask for it', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(SILENCE, flow.takes(1, REFUNDED)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refunded tradeNo=t1
      writes attempts.0.reversed at=@54.001 tradeNo=t1
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    const inTime = await scanned();
    expect((await inTime.at(54).says(SILENCE, REFUNDED, SILENCE).poll(6_000)).slice(-5)).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0.reversed at=@54 tradeNo=t1
      = 200 awaiting_payment do_not_hand_over_goods
    `);
  });

  test('undid what cannot be this order’s: kept for a person', async () => {
    const flow = await scanned();
    const wrong = { ...PAID, amount: { currency: 'CNY', value: 1 } };
    expect((await flow.at(54).says(SILENCE, REFUNDED, wrong).poll()).slice(-5)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_amount
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(await flow.orders.get(keys[0] ?? '')).toMatchObject({
      reason: 'different_amount',
      attemptNo: `${flow.orderId}_1`,
    });
  });
});

describe('paid although its cancel was begun', () => {
  test('it is cancelled again, so that the fee goes back, too', async () => {
    const flow = await cancelling();
    expect(await flow.at(60).says(PAID, REFUNDED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      cancel attemptNo=1 → refunded tradeNo=t1
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@60
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@60 tries=1 calledAt=@60 channelNo=1
        refunds.0.result status=succeeded at=@60 learnedAt=@60
      = 200 paid none
    `);
  });

  test('the cancel that is sent again has no answer: taken, and refunded', async () => {
    const flow = await cancelling();
    expect(await flow.at(60).says(PAID, SILENCE, BACK).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@60
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@60 tries=1 calledAt=@60
      counts latePayments 1
      refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68
      writes refunds.0.result status=succeeded at=@68 learnedAt=@60
      = 200 paid none
    `);
  });

  test.each([
    ['closed', CLOSED],
    ['absent', ABSENT],
    ['refused', refused('no_cover')],
  ])('the cancel that is sent again is answered %s: taken, and refunded', async (_, answer) => {
    const flow = await cancelling();
    const lines = await flow.at(60).says(PAID, answer, BACK).poll();
    expect(lines.filter((line) => !/^(query|cancel)/.test(line))).toEqual([
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@60 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@60 refunds.0.tries=1 refunds.0.calledAt=@60 dueAt=@120 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@68 refunds.0.result.learnedAt=@60 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('after the time for cancels: refunded', async () => {
    const early = await cancelling();
    expect((await early.at(86_348.999).says(PAID, REFUNDED).poll())[1]).toBe(
      'cancel attemptNo=1 → refunded tradeNo=t1',
    );
    const flow = await cancelling();
    expect(await flow.at(86_349).says(PAID, BACK).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@86349
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@86349 tries=1 calledAt=@86349
      counts latePayments 1
      refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68
      writes refunds.0.result status=succeeded at=@68 learnedAt=@86349
      = 200 paid none
    `);
  });

  test('no time is left: nothing is begun', async () => {
    const flow = await cancelling();
    expect(await flow.at(60).says(flow.takes(1, PAID)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(await flow.at(64).says(PAID, flow.takes(1, SILENCE)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment do_not_hand_over_goods
    `);
  });

  test('the payment has gone back already', async () => {
    const flow = await cancelling();
    expect(
      await flow
        .at(60)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@60
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@60 tries=1 calledAt=@60 channelNo=1
        refunds.0.result status=succeeded at=@60 learnedAt=@60
      = 200 paid none
    `);
  });
});
