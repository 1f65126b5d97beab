/** What is said to the channel, stored and counted, step by step: what the sweep does at orders that nobody polls. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, CODE, PAID, SILENCE, WAITING } from '../support/flow.ts';
import { NONE } from '../support/flow-answers.ts';
import { asked, bare, cancelling, owed, scanned, shown } from '../support/flow-starts.ts';

describe('the sweep', () => {
  test('comes to an order when its time is over, and not before', async () => {
    const flow = await shown();
    expect(await flow.at(224.999).sweep()).toMatchInlineSnapshot(`
      counts sweptOrders 0
      counts sweepFailures 0
      = orders=0 failures=0
    `);
    expect(await flow.at(230).says(ABSENT).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 5000
      query attemptNo=1 → absent
      writes
        attempts.0.ended why=expired at=@230
        closed at=@230 reason=expiry
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
    expect(await flow.at(240).sweep()).toMatchInlineSnapshot(`
      counts sweptOrders 0
      counts sweepFailures 0
      = orders=0 failures=0
    `);
  });

  test('F47 puts off later and later what the channel says nothing of, and parks it in the end', async () => {
    const flow = await shown();
    expect(await flow.at(225).says(SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes failures=1
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
    for (let visit = 2; visit < 20; visit += 1)
      await flow
        .at(visit * 1_000)
        .says(SILENCE)
        .sweep();
    expect(await flow.at(20_000).says(SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 400000
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes failures=20
      counts quarantinedOrders 1
      error: order_quarantined
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
    expect(await flow.at(106_400).says(PAID).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@106400
        -failures
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('asks for a code that is owed, and finds the order again at its end', async () => {
    const flow = await owed();
    await flow.at(40).learns({ type: 'postponed' })();
    expect(await flow.at(100).says(CODE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → accepted payload=code
      writes
        attempts.0 payload=code
        -failures
      plans the next visit at @225
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('puts off an order whose attempt came to nothing until the order itself is over', async () => {
    const flow = await bare();
    await flow.at(9).says(WAITING).scan();
    expect(await flow.at(60).says(WAITING, CLOSED).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 6000
      query attemptNo=1 → waiting
      writes attempts.0 cancelRequestedAt=@60
      cancel attemptNo=1 → closed
      writes attempts.0.ended why=cancelled at=@60
      plans the next visit at @945
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
    expect(await flow.at(120).sweep()).toMatchInlineSnapshot(`
      counts sweptOrders 0
      counts sweepFailures 0
      = orders=0 failures=0
    `);
    expect(await flow.at(945).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      writes closed at=@945 reason=expiry
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('leaves alone without a write what is due within a period', async () => {
    const flow = await shown();
    await flow.at(9).says(CLOSED).poll();
    await flow.at(40).says(CODE).code(2);
    expect((await flow.order()).dueAt).toBe(flow.now + 185_000);
    expect(await flow.at(225).says(WAITING).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      query attemptNo=2 → waiting
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('calls for refunds without an answer', async () => {
    const flow = await asked();
    expect(await flow.at(160).says(NONE, SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@160
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → unknown why=time-out, counted and warned of
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
    expect(await flow.at(280).says(SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      queryRefund attemptNo=1 requestNo=r1 → unknown why=time-out, counted and warned of
      writes failures=1
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });
});

describe('a till code', () => {
  test('is asked about at its end, and cancelled', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(SILENCE, SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      plans the next visit at @84
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
    expect(await flow.at(84).says(SILENCE, SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      query attemptNo=1 → unknown why=time-out, counted and warned of
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      plans the next visit at @114
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('without an outcome for five minutes calls a person', async () => {
    const flow = await cancelling();
    expect(
      (await flow.at(354).says(SILENCE, SILENCE).sweep()).filter((line) => /^error|unresolved/.test(line)),
    ).toEqual([]);
    expect(await flow.at(385).says(SILENCE, SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 1000
      query attemptNo=1 → unknown why=time-out, counted and warned of
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      counts unresolvedTillCodes 1
      error: till_code_unresolved
      plans the next visit at @415
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('that was scanned by an invocation that died is asked about', async () => {
    const flow = await bare();
    await flow.at(700).learns({ type: 'attempt_requested', n: 1, kind: 'till_code' })();
    expect(await flow.at(745).says(SILENCE, SILENCE).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 520000
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@745
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      plans the next visit at @775
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });
});
