/** What is said to the channel, stored and counted, step by step: refunds that the channel refuses. */
import { describe, expect, test } from 'vitest';
import { PAID, SILENCE } from '../support/flow.ts';
import { BACK, back, NONE, refused } from '../support/flow-answers.ts';
import { asked, paid } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

describe('refused', () => {
  test('the first time, it has failed', async () => {
    const flow = await paid();
    const no = refused('refund_not_possible', { subCode: 'ACQ.TRADE_HAS_FINISHED', code: '40004' });
    expect(await flow.at(100).says(no).refund('a', 100)).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → refused refusal=(reason=refund_not_possible subCode=ACQ.TRADE_HAS_FINISHED code=40004)
      warn: refund_refused refundNo=a reason=refund_not_possible channelCode=ACQ.TRADE_HAS_FINISHED
      writes
        refunds.0.result status=failed at=@100
        refunds.0.result.refusal reason=refund_not_possible subCode=ACQ.TRADE_HAS_FINISHED code=40004
      = 201 paid none failed
    `);
    expect(
      await flow
        .at(103)
        .says(refused('refund_amount', { code: '40004' }))
        .refund('b', 100),
    ).toMatchInlineSnapshot(`
      writes refunds.1 refundNo=b attempt=1 k=2 amount=100 source=till requestedAt=@103 tries=1 calledAt=@103
      refund attemptNo=1 requestNo=r2 amount=CNY 100 → refused refusal=(reason=refund_amount code=40004)
      warn: refund_refused refundNo=b reason=refund_amount channelCode=40004
      writes
        refunds.1.result status=failed at=@103
        refunds.1.result.refusal reason=refund_amount code=40004
        reportedRefunds.0 attempt=1 amount=1135 at=@103
      = 201 paid do_not_hand_over_goods failed
    `);
    // The channel has less than 1.00 left of it: at least 11.35 has gone, and no more than the rest may be asked for.
    expect(await flow.at(106).refund('c', 100)).toMatchInlineSnapshot(
      `= refund_exceeds_refundable orderId= refundable=CNY 99`,
    );
    expect((await flow.at(106).says(refused('refund_amount')).refund('d', 99))[2]).toEqual(
      'warn: refund_refused refundNo=d reason=refund_amount channelCode=',
    );
    expect((await flow.order()).reportedRefunds).toEqual([{ attempt: 1, amount: 1_136, at: NOON + 103_000 }]);
  });

  test('a refund refused for want of cover is tried again', async () => {
    const flow = await paid();
    expect(
      await flow
        .at(100)
        .says(refused('no_cover', { subCode: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' }))
        .refund('a', 100),
    ).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → refused refusal=(reason=no_cover subCode=ACQ.SELLER_BALANCE_NOT_ENOUGH)
      counts refundsWithoutCover 1
      warn: refund_refused refundNo=a reason=no_cover channelCode=ACQ.SELLER_BALANCE_NOT_ENOUGH
      writes refunds.0.unconfirmedRefusal reason=no_cover subCode=ACQ.SELLER_BALANCE_NOT_ENOUGH at=@100
      = 202 paid none requested
    `);
    expect(await flow.at(160).says(NONE, BACK).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@160
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → succeeded at=@100
      writes
        refunds.0.result status=succeeded at=@100 learnedAt=@160
        refunds.0.unconfirmedRefusal -reason -subCode -at
      = 200 paid none
    `);
  });

  test('for want of cover, it does not hold up another one, but its own lease holds', async () => {
    const flow = await asked();
    await flow.at(105).refund('b', 200);
    await flow.at(160).says(NONE, refused('no_cover')).poll();
    expect(await flow.at(163).says(SILENCE).poll()).toMatchInlineSnapshot(`
      writes refunds.1 tries=1 calledAt=@163
      refund attemptNo=1 requestNo=r2 amount=CNY 200 → unknown why=time-out, counted and warned of
      = 200 paid none
    `);
    expect(await flow.at(200).says(flow.takes(1, NONE)).poll(6_000)).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      = 200 paid none
    `);
    expect(await flow.at(210).says(NONE, back(200)).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      queryRefund attemptNo=1 requestNo=r2 → succeeded at=@100 amount=CNY 200
      writes refunds.1.result status=succeeded at=@100 learnedAt=@210
      = 200 paid none
    `);
  });

  test('F35 after a call without an answer, it is believed only the second time', async () => {
    const flow = await asked();
    expect(await flow.at(160).says(NONE, refused('refund_amount')).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@160
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → refused refusal=(reason=refund_amount)
      warn: refund_refused refundNo=a reason=refund_amount channelCode=
      writes refunds.0.unconfirmedRefusal reason=refund_amount at=@160
      = 200 paid none
    `);
    expect(await flow.at(220).says(NONE, refused('refund_amount'), PAID).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=3 calledAt=@220
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → refused refusal=(reason=refund_amount)
      warn: refund_refused refundNo=a reason=refund_amount channelCode=
      writes
        refunds.0.result status=failed at=@220
        refunds.0.result.refusal reason=refund_amount
        reportedRefunds.0 attempt=1 amount=1135 at=@220
        refunds.0.unconfirmedRefusal -reason -at
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      = 200 paid do_not_hand_over_goods
    `);
  });

  test('a refund refused by a code that nobody knows is looked for before that is believed', async () => {
    const no = refused('not_completed', { subCode: 'ACQ.NEVER_SEEN' });
    const flow = await paid();
    expect(await flow.at(100).says(no, NONE).refund('a', 100)).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → refused refusal=(reason=not_completed subCode=ACQ.NEVER_SEEN)
      warn: refund_refused refundNo=a reason=not_completed channelCode=ACQ.NEVER_SEEN
      queryRefund attemptNo=1 requestNo=r1 → none
      writes
        refunds.0.result status=failed at=@100
        refunds.0.result.refusal reason=not_completed subCode=ACQ.NEVER_SEEN
      = 201 paid none failed
    `);
    expect(await flow.at(110).says(no, back(100)).refund('b', 100)).toMatchInlineSnapshot(`
      writes refunds.1 refundNo=b attempt=1 k=2 amount=100 source=till requestedAt=@110 tries=1 calledAt=@110
      refund attemptNo=1 requestNo=r2 amount=CNY 100 → refused refusal=(reason=not_completed subCode=ACQ.NEVER_SEEN)
      warn: refund_refused refundNo=b reason=not_completed channelCode=ACQ.NEVER_SEEN
      queryRefund attemptNo=1 requestNo=r2 → succeeded at=@100 amount=CNY 100
      writes refunds.1.result status=succeeded at=@100 learnedAt=@110
      = 201 paid none succeeded
    `);
    expect(await flow.at(120).says(no, SILENCE).refund('c', 100)).toMatchInlineSnapshot(`
      writes refunds.2 refundNo=c attempt=1 k=3 amount=100 source=till requestedAt=@120 tries=1 calledAt=@120
      refund attemptNo=1 requestNo=r3 amount=CNY 100 → refused refusal=(reason=not_completed subCode=ACQ.NEVER_SEEN)
      warn: refund_refused refundNo=c reason=not_completed channelCode=ACQ.NEVER_SEEN
      queryRefund attemptNo=1 requestNo=r3 → unknown why=time-out, counted and warned of
      = 202 paid none requested
    `);
  });

  test('it counts no more among the refunds of its day', async () => {
    const flow = await paid({ limits: { refundsPerDay: 1 } });
    const counted = async () => (await flow.s.functionState.get('mer_aaaabbbbcccc.refunds', (item) => item))?.count;
    await flow.at(100).says(SILENCE).refund('a', 100);
    expect(await counted()).toBe(1);
    expect(await flow.at(105).refund('b', 100)).toMatchInlineSnapshot(
      `= refund_count_limit detail=This merchant makes 1 refunds at the most per business day (Asia/Shanghai). orderId= limit=(refundsPerDay=1)`,
    );
    await flow.at(160).says(NONE, refused('no_cover')).poll();
    expect(await counted()).toBe(1);
    await flow.at(220).says(NONE, refused('refund_not_possible')).poll();
    expect((await flow.order()).refunds[0]?.result?.status).toBe('failed');
    expect(await counted()).toBe(0);
  });

  test('one that was stored while the answer to its write was lost counts among the refunds of its day', async () => {
    const flow = await paid({ limits: { refundsPerDay: 1 } });
    const counted = async () => (await flow.s.functionState.get('mer_aaaabbbbcccc.refunds', (item) => item))?.count;
    const amount = { currency: 'CNY', value: 100 };
    const stored = flow.learns({ type: 'refund_requested', refundNo: 'a', amount, until: NOON + 200_000 });
    expect((await flow.at(100).meanwhile(stored).refund('a', 100)).at(-1)).toBe('= 202 paid none requested');
    expect(await counted()).toBe(1);
    expect((await flow.at(105).refund('b', 100))[0]).toContain('refund_count_limit');
  });

  test('one that another request had stored before counts once', async () => {
    const flow = await paid({ limits: { refundsPerDay: 2 } });
    const counted = async () => (await flow.s.functionState.get('mer_aaaabbbbcccc.refunds', (item) => item))?.count;
    const before = async () => {
      flow.at(99.5);
      await flow.learns({
        type: 'refund_requested',
        refundNo: 'a',
        amount: { currency: 'CNY', value: 100 },
        until: NOON + 200_000,
      })();
      flow.at(100);
    };
    expect((await flow.at(100).meanwhile(before).refund('a', 100)).at(-1)).toBe('= 202 paid none requested');
    // The other one's own reservation is its own affair.
    expect(await counted()).toBe(0);
  });

  test('it counts no more in the sum of its day', async () => {
    const flow = await paid({ limits: { refundedPerDay: 150 } });
    const counted = async () => (await flow.s.functionState.get('mer_aaaabbbbcccc.refunds', (item) => item)) ?? {};
    await flow.at(100).says(refused('refund_not_possible')).refund('a', 100);
    expect(await counted()).toMatchObject({ count: 0, values: { CNY: 0 } });
    expect((await flow.at(105).says(BACK).refund('b', 150)).at(-1)).toBe('= 201 paid none succeeded');
    expect(await counted()).toMatchObject({ count: 1, values: { CNY: 150 } });
  });

  test('while another writer ends it: nothing is given back twice', async () => {
    const flow = await paid({ limits: { refundsPerDay: 2 } });
    await flow.at(100).says(SILENCE).refund('a', 100);
    await flow.at(160).says(NONE, refused('refund_not_possible')).poll();
    const failed = flow.learns({ type: 'refund_refused', refundNo: 'a', refusal: { reason: 'refund_not_possible' } });
    const lines = await flow
      .at(220)
      .says(NONE, refused('refund_not_possible'))
      .meanwhile(async () => {}, failed)
      .poll();
    expect(lines).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=3 calledAt=@220
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → refused refusal=(reason=refund_not_possible)
      warn: refund_refused refundNo=a reason=refund_not_possible channelCode=
      loses a race
      = 200 paid none
    `);
    expect((await flow.s.functionState.get('mer_aaaabbbbcccc.refunds', (item) => item))?.count).toBe(1);
  });
});
