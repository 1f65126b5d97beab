/** What is said to the channel, stored and counted, step by step: how an order that nobody has paid ends. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, PAID, SILENCE, WAITING } from '../support/flow.ts';
import { bare, owed, shown } from '../support/flow-starts.ts';

describe('its time is over', () => {
  test('F25 F29 but the channel may still be paid: absence proves nothing before the end, the clocks’ skew and the payments under way', async () => {
    const flow = await shown();
    expect(await flow.at(224.999).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(228).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes
        attempts.0.ended why=expired at=@228
        closed at=@228 reason=expiry
      = 200 closed start_new_order
    `);
    expect(await flow.at(231).poll()).toMatchInlineSnapshot(`= 200 closed start_new_order`);
    const atOnce = await shown();
    expect(await atOnce.at(225).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes
        attempts.0.ended why=expired at=@225
        closed at=@225 reason=expiry
      = 200 closed start_new_order
    `);
  });

  test('what counts is when the channel was asked, not when it answered', async () => {
    const flow = await shown();
    expect(await flow.at(224).says(flow.takes(2_000, ABSENT)).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = 200 awaiting_payment wait
    `);
  });

  test('somebody has scanned and not paid: the trade is closed', async () => {
    const flow = await shown();
    expect(await flow.at(224).says(WAITING).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(228).says(WAITING, CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@228 by=expiry trade=waiting
      close attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@228
        closed at=@228 reason=expiry
      = 200 closed start_new_order
    `);
  });

  test('F21 it was paid in the last second, or nobody knows', async () => {
    const flow = await shown();
    expect(await flow.at(230).says(SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(233).says(PAID).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@233
      = 200 paid hand_over_goods
    `);
  });

  test('an order without a code ends after a quarter of an hour', async () => {
    const flow = await bare();
    expect(await flow.at(944.999).poll()).toMatchInlineSnapshot(`= 200 created get_qr_code`);
    expect(await flow.at(945).poll()).toMatchInlineSnapshot(`
      writes closed at=@945 reason=expiry
      = 200 closed start_new_order
    `);
    expect(await flow.at(946).poll()).toMatchInlineSnapshot(`= 200 closed start_new_order`);
  });
});

describe('the cashier closes', () => {
  test('an order without a code is closed at once', async () => {
    const flow = await bare();
    expect(await flow.at(5).close('007')).toMatchInlineSnapshot(`
      writes
        closeRequested at=@5 by=cashier operatorId=007
        closed at=@5 reason=cashier
      = 200 closed start_new_order
    `);
    expect(await flow.at(6).close('008')).toMatchInlineSnapshot(`= 200 closed start_new_order`);
  });

  test('F27 a code that nobody has scanned: it can be paid until its end, and what comes goes back', async () => {
    const flow = await shown();
    expect(await flow.at(5).says(ABSENT).close('007')).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes closeRequested at=@5 by=cashier operatorId=007 trade=absent
      = 202 closing start_new_order
    `);
    // Security M4: pressed again at once, the channel is not asked again.
    for (const second of [5, 6, 7.999])
      expect(await flow.at(second).close('008')).toEqual(['= 202 closing start_new_order']);
    expect(await flow.at(8).says(ABSENT).close('008')).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = 202 closing start_new_order
    `);
    expect(await flow.at(11).says(WAITING, CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested trade=waiting
      close attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@11
        closed at=@11 reason=cashier
      = 200 closed start_new_order
    `);
    expect(await flow.at(12).close()).toMatchInlineSnapshot(`= 200 closed start_new_order`);
  });

  test('a code that nobody scans until its end is closed then', async () => {
    const flow = await shown();
    await flow.at(5).says(SILENCE).close();
    expect(await flow.at(10).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes closeRequested trade=absent
      = 200 closing start_new_order
    `);
    expect(await flow.at(225).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes
        attempts.0.ended why=expired at=@225
        closed at=@225 reason=cashier
      = 200 closed start_new_order
    `);
  });

  test('a code that was scanned: its trade is closed at once', async () => {
    const flow = await shown();
    expect(await flow.at(5).says(WAITING, CLOSED).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes closeRequested at=@5 by=cashier trade=waiting
      close attemptNo=1 → closed
      writes
        attempts.0.ended why=closed at=@5
        closed at=@5 reason=cashier
      = 200 closed start_new_order
    `);
  });

  test('a code that the channel has closed already closes the order', async () => {
    const flow = await shown();
    expect(await flow.at(5).says(CLOSED).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes closeRequested at=@5 by=cashier
      writes
        attempts.0.ended why=closed at=@5
        closed at=@5 reason=cashier
      = 200 closed start_new_order
    `);
  });

  test('a code that was never given: it is not asked for any more', async () => {
    const flow = await owed();
    expect(await flow.at(5).says(SILENCE).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes closeRequested at=@5 by=cashier
      = 202 closing do_not_hand_over_goods
    `);
    expect(await flow.at(8).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes closeRequested trade=absent
      = 200 closing start_new_order
    `);
  });

  test('the cashier comes too late: the order was paid', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(PAID).close('007')).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = order_paid orderId= status=paid nextAction=hand_over_goods
    `);
    expect(await flow.at(10).close()).toMatchInlineSnapshot(
      `= order_paid orderId= status=paid nextAction=hand_over_goods`,
    );
  });

  test('with no time left to ask the channel: the wish is stored', async () => {
    const flow = await shown();
    expect(await flow.at(9).close('007', 5_999)).toMatchInlineSnapshot(`
      writes closeRequested at=@9 by=cashier operatorId=007
      = 202 closing do_not_hand_over_goods
    `);
    expect(await flow.at(9).says(SILENCE).close('007', 6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 202 closing do_not_hand_over_goods
    `);
  });

  test('F28 while a notification comes: the payment was wanted', async () => {
    const flow = await shown();
    const { kind, refundedInFull, ...news } = PAID;
    const paid = flow.learns({ type: 'paid', n: 1, news, source: 'notification' });
    expect(await flow.at(9).says(WAITING).meanwhile(paid).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      loses a race
      = order_paid orderId= status=paid nextAction=hand_over_goods
    `);
  });

  test('while it is closed by another: nothing is left to do', async () => {
    const flow = await shown();
    const ended = flow.learns({ type: 'attempt_ended', n: 1, why: 'closed' });
    expect(await flow.at(9).says(WAITING).meanwhile(ended).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      loses a race
      writes
        closeRequested at=@9 by=cashier trade=waiting
        closed at=@9 reason=cashier
      = 200 closed start_new_order
    `);
  });
});
