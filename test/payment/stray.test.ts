/** What is said to the channel, stored and counted, step by step: money that may come when nobody waits for it any more. */
import { describe, expect, test } from 'vitest';
import { isTillCode } from '../../functions/channel/channels.ts';
import { ABSENT, CLOSED, CODE, type Flow, PAID, SILENCE, T1, WAITING } from '../support/flow.ts';
import { scanned, shown } from '../support/flow-starts.ts';

const BACK = { kind: 'succeeded', at: T1.paidAt + 60_000 };

/** Cancelled, and nothing was there. A request that was lost can be carried out until 144 s after noon. */
async function lost(): Promise<Flow> {
  const flow = await scanned();
  await flow.at(54).says(ABSENT, ABSENT, ABSENT).poll();
  return flow;
}

describe('a till code that was lost on its way', () => {
  test('was paid in the end: taken, and refunded', async () => {
    const flow = await lost();
    expect(await flow.at(150).says(PAID, BACK).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@150
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@150 tries=1 calledAt=@150
      counts latePayments 1
      refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68
      writes refunds.0.result status=succeeded at=@68 learnedAt=@150
      = 200 paid none
    `);
    expect(await flow.at(154).poll()).toMatchInlineSnapshot(`= 200 paid none`);
  });

  test('was paid in the end, and has gone back', async () => {
    const flow = await lost();
    expect(
      await flow
        .at(150)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@150
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@150 tries=1 calledAt=@150 channelNo=1
        refunds.0.result status=succeeded at=@150 learnedAt=@150
      = 200 paid none
    `);
  });

  test('a lost till code is closed at the channel', async () => {
    const flow = await lost();
    expect(await flow.at(150).says(CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes attempts.0 doubtResolvedAt=@150
      = 200 awaiting_payment get_qr_code
    `);
  });

  test('waits for the customer still: asked again', async () => {
    const flow = await lost();
    expect(await flow.at(150).says(WAITING).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment get_qr_code
    `);
  });

  test('tells what cannot be: kept for a person', async () => {
    const flow = await lost();
    const wrong = { ...PAID, amount: { currency: 'CNY', value: 1 } };
    expect(await flow.at(150).says(wrong).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_amount
      = 200 awaiting_payment get_qr_code
    `);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(keys).toEqual(['ano_865a0ab5e712ab1849987e80e8c040296274532eb362da9a5341cdc5d2078396']);
  });

  test('holds the close of its order up until it was looked for', async () => {
    const flow = await lost();
    expect(await flow.at(60).close()).toMatchInlineSnapshot(`
      writes closeRequested at=@60 by=cashier
      = 202 closing start_new_order
    `);
    expect(await flow.at(144).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes
        attempts.0 doubtResolvedAt=@144
        closed at=@144 reason=cashier
      = 200 closed start_new_order
    `);
  });
});

describe('two of them', () => {
  /** The second was scanned after a minute, and lost until 195 s after noon. */
  async function two(): Promise<Flow> {
    const flow = await lost();
    await flow.at(60).says(SILENCE, ABSENT).scan(2);
    await flow.at(105).says(ABSENT, ABSENT, ABSENT).poll();
    return flow;
  }

  test('are looked for each at its time', async () => {
    const flow = await two();
    expect(await flow.at(194.999).says(SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment get_qr_code
    `);
    expect(await flow.at(198).says(ABSENT, ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0 doubtResolvedAt=@198
      query attemptNo=2 → absent
      writes attempts.1 doubtResolvedAt=@198
      = 200 awaiting_payment get_qr_code
    `);
    expect(await flow.at(202).poll()).toMatchInlineSnapshot(`= 200 awaiting_payment get_qr_code`);
  });

  test('are both taken if both were paid, and both go back', async () => {
    const flow = await two();
    expect(
      await flow
        .at(198)
        .says(PAID, BACK, { ...PAID, tradeNo: 't2' })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@198
        refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@198 tries=1 calledAt=@198
      counts latePayments 1
      refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68
      writes refunds.0.result status=succeeded at=@68 learnedAt=@198
      query attemptNo=2 → paid refundedInFull=false tradeNo=t2 paidAt=@8 amount=CNY 1234
      writes
        payments.1 attempt=2 tradeNo=t2 paidAt=@8 source=query at=@198
        refunds.1 refundNo=auto_2 attempt=2 k=2 amount=1234 source=automatic requestedAt=@198 tries=0
      counts latePayments 1
      = 200 paid do_not_hand_over_goods
    `);
    expect(await flow.at(202).says(BACK).poll()).toMatchInlineSnapshot(`
      writes refunds.1 tries=1 calledAt=@202
      refund attemptNo=2 tradeNo=t2 requestNo=r2 amount=CNY 1234 → succeeded at=@68
      writes refunds.1.result status=succeeded at=@68 learnedAt=@202
      = 200 paid none
    `);
  });

  test('the second is looked for when the first says nothing', async () => {
    const flow = await two();
    expect(
      await flow
        .at(198)
        .says(WAITING, { ...PAID, tradeNo: 't2', refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      query attemptNo=2 → paid refundedInFull=true tradeNo=t2 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=2 tradeNo=t2 paidAt=@8 source=query at=@198
        refunds.0 refundNo=auto_2 attempt=2 k=1 amount=1234 source=automatic requestedAt=@198 tries=1 calledAt=@198 channelNo=2
        refunds.0.result status=succeeded at=@198 learnedAt=@198
      = 200 paid none
    `);
  });

  test('the second is not looked for any more when the first took too long', async () => {
    const flow = await two();
    expect(await flow.at(198).says(flow.takes(1, ABSENT)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0 doubtResolvedAt=@198.001
      = 200 awaiting_payment get_qr_code
    `);
  });
});

test('a code that was open when the order was paid by another is looked for after its end', async () => {
  const flow = await shown();
  await flow.at(5).says(CLOSED).poll();
  await flow.at(9).says(CODE).code(2);
  const { kind, refundedInFull, ...paid } = PAID;
  expect(await flow.at(12).notified({ paid })).toMatchInlineSnapshot(`
    writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=notification at=@12
    = success
  `);
  expect(await flow.at(71.999).poll()).toMatchInlineSnapshot(`= 200 paid hand_over_goods`);
  expect(await flow.at(233.999).poll()).toMatchInlineSnapshot(`= 200 paid none`);
  expect(
    await flow
      .at(234)
      .says({ ...PAID, tradeNo: 't2' }, SILENCE)
      .poll(),
  ).toMatchInlineSnapshot(`
    query attemptNo=2 → paid refundedInFull=false tradeNo=t2 paidAt=@8 amount=CNY 1234
    writes
      payments.1 attempt=2 tradeNo=t2 paidAt=@8 source=query at=@234
      refunds.0 refundNo=auto_2 attempt=2 k=1 amount=1234 source=automatic requestedAt=@234 tries=1 calledAt=@234
    counts latePayments 1
    refund attemptNo=2 tradeNo=t2 requestNo=r1 amount=CNY 1234 → unknown why=time-out, counted and warned of
    = 200 paid do_not_hand_over_goods
  `);
});

test.each([
  ['250000000000000', false],
  ['2500000000000000', true],
  ['2400000000000000', false],
  ['2900000000000000', true],
  ['3000000000000000', true],
  ['3100000000000000', false],
  ['300000000000000000000000', true],
  ['3000000000000000000000000', false],
  ['12500000000000000', false],
  ['250000000000000x', false],
])('%s is a code of Alipay: %s', (code, expected) => {
  expect(isTillCode('alipay', code)).toBe(expected);
});
