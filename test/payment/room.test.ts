/** What is said to the channel, stored and counted, step by step: trades that do not let themselves be closed, and room for a till code. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, PAID, SILENCE, WAITING } from '../support/flow.ts';
import { shown } from '../support/flow-starts.ts';

const NOT_CLOSABLE = { kind: 'not_closable' };

describe('the channel does not close', () => {
  test('F22 the code was paid meanwhile', async () => {
    const flow = await shown();
    expect(
      await flow.at(9).says(WAITING, NOT_CLOSABLE, PAID, { kind: 'succeeded', at: flow.now }).close(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@9 by=cashier trade=waiting
      close attemptNo=1 → not_closable
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@9 tries=1 calledAt=@9
      counts latePayments 1
      refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@9
      writes refunds.0.result status=succeeded at=@9 learnedAt=@9
      = order_paid orderId= status=paid nextAction=none
    `);
  });

  test('somebody else has closed the trade', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(WAITING, NOT_CLOSABLE, CLOSED).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@9 by=cashier trade=waiting
      close attemptNo=1 → not_closable
      query attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@9
        closed at=@9 reason=cashier
      = 200 closed start_new_order
    `);
  });

  test.each([
    ['waiting', WAITING],
    ['absent', ABSENT],
  ])('the channel calls the trade %s: it is asked again later', async (_, answer) => {
    const flow = await shown();
    const lines = await flow.at(9).says(WAITING, NOT_CLOSABLE, answer).close();
    expect([lines.length, lines.at(-2), lines.at(-1)]).toEqual([
      5,
      `query attemptNo=1 → ${answer.kind}`,
      '= 202 closing do_not_hand_over_goods',
    ]);
  });

  test('F24 the channel says nothing', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(WAITING, SILENCE).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@9 by=cashier trade=waiting
      close attemptNo=1 → unknown why=time-out, counted and warned of
      = 202 closing do_not_hand_over_goods
    `);
    expect(await flow.at(12).says(WAITING, ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → absent
      = 200 closing do_not_hand_over_goods
    `);
    expect(await flow.at(15).says(WAITING, NOT_CLOSABLE, SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → not_closable
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 closing do_not_hand_over_goods
    `);
  });

  test('a step that may not end in time is not begun: not the close, and not the query after it', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(flow.takes(1, WAITING)).close(undefined, 6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@9.001 by=cashier trade=waiting
      = 202 closing do_not_hand_over_goods
    `);
    expect(await flow.at(20).says(WAITING, flow.takes(1, NOT_CLOSABLE)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → not_closable
      = 200 closing do_not_hand_over_goods
    `);
    expect(await flow.at(30).says(WAITING, flow.takes(1, NOT_CLOSABLE), CLOSED).poll(6_001)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → not_closable
      query attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@30.001
        closed at=@30.001 reason=cashier
      = 200 closed start_new_order
    `);
  });

  test('the channel is not asked for what a notification has paid', async () => {
    const flow = await shown();
    const { kind, refundedInFull, ...news } = PAID;
    const paid = flow.learns({ type: 'paid', n: 1, news, source: 'notification' });
    expect(await flow.at(230).says(WAITING).meanwhile(paid).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      loses a race
      = 200 paid hand_over_goods
    `);
  });
});

describe('room for a till code', () => {
  const T2 = { ...PAID, tradeNo: 't2' };

  test('a QR code that was scanned is closed first', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(WAITING, CLOSED, T2).scan(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → closed
      writes attempts.0.ended why=closed at=@9
      writes attempts.1 n=2 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=2 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → paid refundedInFull=false tradeNo=t2 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=2 tradeNo=t2 paidAt=@8 source=pay_answer at=@9
      = 200 paid hand_over_goods
    `);
  });

  test('one that nobody has scanned cannot be called back', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(ABSENT).scan(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = attempt_out_of_order detail=The QR code can be paid until 2026-03-01T04:03:00.000Z and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one. orderId= status=awaiting_payment nextAction=show_qr_code
    `);
    expect(await flow.at(12).says(WAITING, SILENCE).scan(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → unknown why=time-out, counted and warned of
      = attempt_out_of_order detail=The QR code can be paid until 2026-03-01T04:03:00.000Z and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one. orderId= status=awaiting_payment nextAction=show_qr_code
    `);
  });

  test('one that was paid meanwhile is the payment', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(PAID).scan(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = order_not_open orderId= status=paid nextAction=hand_over_goods
    `);
  });

  test('one that is over at the channel makes room', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(CLOSED, T2).scan(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes attempts.0.ended why=closed at=@9
      writes attempts.1 n=2 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=2 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → paid refundedInFull=false tradeNo=t2 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=2 tradeNo=t2 paidAt=@8 source=pay_answer at=@9
      = 200 paid hand_over_goods
    `);
  });

  test('is not made when time is short, nor for an order that closes', async () => {
    const flow = await shown();
    expect(await flow.at(9).scan(2, 5_999)).toMatchInlineSnapshot(
      `= attempt_out_of_order detail=The QR code can be paid until 2026-03-01T04:03:00.000Z and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one. orderId= status=awaiting_payment nextAction=show_qr_code`,
    );
    expect(await flow.at(9).says(ABSENT).scan(2, 6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = attempt_out_of_order detail=The QR code can be paid until 2026-03-01T04:03:00.000Z and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one. orderId= status=awaiting_payment nextAction=show_qr_code
    `);
    await flow.at(12).says(ABSENT).close();
    expect(await flow.at(15).scan(2)).toMatchInlineSnapshot(
      `= order_not_open orderId= status=closing nextAction=start_new_order`,
    );
  });

  test('nothing is scanned when making room took too long', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(flow.takes(5_000, WAITING), flow.takes(5_000, CLOSED)).scan(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      close attemptNo=1 → closed
      writes attempts.0.ended why=closed at=@19
      = attempt_out_of_order detail=The next attempt of this order is 2. orderId= status=awaiting_payment nextAction=get_qr_code
    `);
  });

  test('a replay of an attempt starts nothing', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(WAITING).scan(1)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment show_qr_code
    `);
    expect(await flow.at(9).scan(3)).toMatchInlineSnapshot(
      `= attempt_out_of_order detail=The QR code can be paid until 2026-03-01T04:03:00.000Z and cannot be called back before somebody scans it. Let the customer scan it, or close this order and start another one. orderId= status=awaiting_payment nextAction=show_qr_code`,
    );
  });
});
