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
    expect(await flow.at(150).says(PAID, BACK).poll()).toEqual([
      'query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@150 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@150 refunds.0.tries=1 refunds.0.calledAt=@150 dueAt=@210 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@68 refunds.0.result.learnedAt=@150 -dueAt -dueShard',
      '= 200 paid none',
    ]);
    expect(await flow.at(154).poll()).toEqual(['= 200 paid none']);
  });

  test('was paid in the end, and has gone back', async () => {
    const flow = await lost();
    expect(
      await flow
        .at(150)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toEqual([
      'query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@150 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@150 refunds.0.tries=1 refunds.0.calledAt=@150 refunds.0.channelNo=1 refunds.0.result.status=succeeded refunds.0.result.at=@150 refunds.0.result.learnedAt=@150 unpostedKey=mer_aaaabbbbcccc#2 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('a lost till code is closed at the channel', async () => {
    const flow = await lost();
    expect(await flow.at(150).says(CLOSED).poll()).toEqual([
      'query attemptNo=1 → closed',
      'writes attempts.0.doubtResolvedAt=@150',
      '= 200 awaiting_payment get_qr_code',
    ]);
  });

  test('waits for the customer still: asked again', async () => {
    const flow = await lost();
    expect(await flow.at(150).says(WAITING).poll()).toEqual([
      'query attemptNo=1 → waiting',
      '= 200 awaiting_payment get_qr_code',
    ]);
  });

  test('tells what cannot be: kept for a person', async () => {
    const flow = await lost();
    const wrong = { ...PAID, amount: { currency: 'CNY', value: 1 } };
    expect(await flow.at(150).says(wrong).poll()).toEqual([
      'query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1',
      'keeps an anomaly',
      'counts anomalies 1',
      'error: anomaly_stored attemptNo=1 reason=different_amount',
      '= 200 awaiting_payment get_qr_code',
    ]);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(keys).toEqual(['ano_865a0ab5e712ab1849987e80e8c040296274532eb362da9a5341cdc5d2078396']);
  });

  test('holds the close of its order up until it was looked for', async () => {
    const flow = await lost();
    expect(await flow.at(60).close()).toEqual([
      'writes closeRequested.at=@60 closeRequested.by=cashier',
      '= 202 closing start_new_order',
    ]);
    expect(await flow.at(144).says(ABSENT).poll()).toEqual([
      'query attemptNo=1 → absent',
      'writes attempts.0.doubtResolvedAt=@144 closed.at=@144 closed.reason=cashier -dueAt -dueShard',
      '= 200 closed start_new_order',
    ]);
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
    expect(await flow.at(194.999).says(SILENCE).poll()).toEqual([
      'query attemptNo=1 → unknown why=time-out',
      'counts channelUnknown 1',
      'warn: channel_unknown channelOperation=query reason=time-out',
      '= 200 awaiting_payment get_qr_code',
    ]);
    expect(await flow.at(198).says(ABSENT, ABSENT).poll()).toEqual([
      'query attemptNo=1 → absent',
      'writes attempts.0.doubtResolvedAt=@198',
      'query attemptNo=2 → absent',
      'writes attempts.1.doubtResolvedAt=@198',
      '= 200 awaiting_payment get_qr_code',
    ]);
    expect(await flow.at(202).poll()).toEqual(['= 200 awaiting_payment get_qr_code']);
  });

  test('are both taken if both were paid, and both go back', async () => {
    const flow = await two();
    expect(
      await flow
        .at(198)
        .says(PAID, BACK, { ...PAID, tradeNo: 't2' })
        .poll(),
    ).toEqual([
      'query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@198 refunds.0.refundNo=auto_1 refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@198 refunds.0.tries=1 refunds.0.calledAt=@198 dueAt=@195 unpostedKey=mer_aaaabbbbcccc#2',
      'counts latePayments 1',
      'refund attemptNo=1 requestNo=r1 amount=CNY 1234 → succeeded at=@68',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@68 refunds.0.result.learnedAt=@198',
      'query attemptNo=2 → paid refundedInFull=false tradeNo=t2 paidAt=@8 amount=CNY 1234',
      'writes payments.1.attempt=2 payments.1.tradeNo=t2 payments.1.paidAt=@8 payments.1.source=query payments.1.at=@198 refunds.1.refundNo=auto_2 refunds.1.attempt=2 refunds.1.k=2 refunds.1.amount=1234 refunds.1.source=automatic refunds.1.requestedAt=@198 refunds.1.tries=0 dueAt=@201',
      'counts latePayments 1',
      '= 200 paid do_not_hand_over_goods',
    ]);
    expect(await flow.at(202).says(BACK).poll()).toEqual([
      'writes refunds.1.tries=1 refunds.1.calledAt=@202 dueAt=@262',
      'refund attemptNo=2 tradeNo=t2 requestNo=r2 amount=CNY 1234 → succeeded at=@68',
      'writes refunds.1.result.status=succeeded refunds.1.result.at=@68 refunds.1.result.learnedAt=@202 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('the second is looked for when the first says nothing', async () => {
    const flow = await two();
    expect(
      await flow
        .at(198)
        .says(WAITING, { ...PAID, tradeNo: 't2', refundedInFull: true })
        .poll(),
    ).toEqual([
      'query attemptNo=1 → waiting',
      'query attemptNo=2 → paid refundedInFull=true tradeNo=t2 paidAt=@8 amount=CNY 1234',
      'writes payments.0.attempt=2 payments.0.tradeNo=t2 payments.0.paidAt=@8 payments.0.source=query payments.0.at=@198 refunds.0.refundNo=auto_2 refunds.0.attempt=2 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@198 refunds.0.tries=1 refunds.0.calledAt=@198 refunds.0.channelNo=2 refunds.0.result.status=succeeded refunds.0.result.at=@198 refunds.0.result.learnedAt=@198 dueAt=@144 unpostedKey=mer_aaaabbbbcccc#2',
      '= 200 paid none',
    ]);
  });

  test('the second is not looked for any more when the first took too long', async () => {
    const flow = await two();
    expect(await flow.at(198).says(flow.takes(1, ABSENT)).poll(6_000)).toEqual([
      'query attemptNo=1 → absent',
      'writes attempts.0.doubtResolvedAt=@198.001',
      '= 200 awaiting_payment get_qr_code',
    ]);
  });
});

test('a code that was open when the order was paid by another is looked for after its end', async () => {
  const flow = await shown();
  await flow.at(5).says(CLOSED).poll();
  await flow.at(9).says(CODE).code(2);
  const { kind, refundedInFull, ...paid } = PAID;
  expect(await flow.at(12).notified({ paid })).toEqual([
    'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=notification payments.0.at=@12 dueAt=@234 unpostedKey=mer_aaaabbbbcccc#2',
    '= success',
  ]);
  expect(await flow.at(71.999).poll()).toEqual(['= 200 paid hand_over_goods']);
  expect(await flow.at(233.999).poll()).toEqual(['= 200 paid none']);
  expect(
    await flow
      .at(234)
      .says({ ...PAID, tradeNo: 't2' }, SILENCE)
      .poll(),
  ).toEqual([
    'query attemptNo=2 → paid refundedInFull=false tradeNo=t2 paidAt=@8 amount=CNY 1234',
    'writes payments.1.attempt=2 payments.1.tradeNo=t2 payments.1.paidAt=@8 payments.1.source=query payments.1.at=@234 refunds.0.refundNo=auto_2 refunds.0.attempt=2 refunds.0.k=1 refunds.0.amount=1234 refunds.0.source=automatic refunds.0.requestedAt=@234 refunds.0.tries=1 refunds.0.calledAt=@234 dueAt=@294',
    'counts latePayments 1',
    'refund attemptNo=2 tradeNo=t2 requestNo=r1 amount=CNY 1234 → unknown why=time-out',
    'counts channelUnknown 1',
    'warn: channel_unknown channelOperation=refund reason=time-out',
    '= 200 paid do_not_hand_over_goods',
  ]);
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
