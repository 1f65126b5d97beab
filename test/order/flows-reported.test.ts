/** What is said to the channel, stored and counted, step by step: refunds that the channel reports, ours and others'. */
import { describe, expect, test } from 'vitest';
import { SILENCE, T1 } from '../support/flow.ts';
import { paid, shown } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const back = (value: number) => ({ kind: 'succeeded', at: NOON + 100_000, amount: { currency: 'CNY', value } });
const NONE = { kind: 'none' };
const refused = (reason: string) => ({ kind: 'refused', refusal: { reason } });
const reports = (requestNo: string) => ({ refund: { requestNo, inFull: false }, notificationId: requestNo });

describe('a refund that the channel reports', () => {
  test('F39 was made in its console', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(back(234)).notified(reports('console-1'))).toEqual([
      'queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@100 amount=CNY 234',
      'writes refunds.0.refundNo=channel_1 refunds.0.attempt=1 refunds.0.channelNo=console-1 refunds.0.amount=234 refunds.0.source=channel refunds.0.requestedAt=@100 refunds.0.tries=0 refunds.0.result.status=succeeded refunds.0.result.at=@100',
      '= success',
    ]);
    expect(await flow.at(110).notified(reports('console-1'))).toEqual(['= success']);
  });

  test('is not asked about when time is short', async () => {
    const flow = await paid();
    expect(await flow.at(100).notified(reports('console-1'), 5_999)).toEqual(['= success']);
    expect(await flow.at(100).says(NONE).notified(reports('console-1'), 6_000)).toEqual([
      'queryRefund attemptNo=1 requestNo=console-1 → none',
      '= success',
    ]);
  });

  test('is unknown to the query: nothing is stored', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(SILENCE).notified(reports('console-1'))).toEqual([
      'queryRefund attemptNo=1 requestNo=console-1 → unknown why=time-out',
      'counts channelUnknown 1',
      'warn: the channel did not say operation=queryRefund reason=time-out',
      '= success',
    ]);
    expect(flow.s.lastAsked.get(flow.orderId)).toBe(NOON + 100_000);
  });

  test('is ours, and open', async () => {
    const flow = await paid();
    await flow.at(100).says(SILENCE).refund('a', 100);
    expect(
      await flow
        .at(101)
        .says(back(100))
        .notified(reports(`${flow.orderId}_r1`)),
    ).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 -dueAt -dueShard',
      '= success',
    ]);
    expect(await flow.at(102).notified(reports(`${flow.orderId}_r1`))).toEqual(['= success']);
  });

  test('is ours, and we called it failed: kept for a person', async () => {
    const flow = await paid();
    await flow.at(100).says(refused('refund_amount')).refund('a', 100);
    expect(
      await flow
        .at(101)
        .says(NONE)
        .notified(reports(`${flow.orderId}_r1`)),
    ).toEqual(['queryRefund attemptNo=1 requestNo=r1 → none', '= success']);
    expect(
      await flow
        .at(102)
        .says(back(100))
        .notified(reports(`${flow.orderId}_r1`)),
    ).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
      'keeps an anomaly',
      'counts anomalies 1',
      'error: the channel tells what cannot be true attemptNo=1 reason=different_refund',
      '= success',
    ]);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(await flow.orders.get(keys[0] ?? '')).toEqual({
      at: NOON + 102_000,
      attemptNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_1',
      dueAt: NOON + 102_000,
      dueShard: 'anomaly',
      facts: {
        currency: 'CNY',
        value: 100,
      },
      orderId: 'ano_8415a3630bb3cc82b64e550990cad27bfab5f9e5ebafbba14272556d05871b57',
      reason: 'different_refund',
      version: 1,
    });
  });

  test('comes with the payment that it undoes', async () => {
    const flow = await shown();
    expect(
      await flow
        .at(20)
        .says(back(1_234))
        .notified({ paid: T1, ...reports('console-1') }),
    ).toEqual([
      'writes payments.0.attempt=1 payments.0.tradeNo=t1 payments.0.paidAt=@8 payments.0.source=notification payments.0.at=@20 unbilledKey=mer_aaaabbbbcccc#2 -dueAt -dueShard',
      'queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@100 amount=CNY 1234',
      'writes refunds.0.refundNo=channel_1 refunds.0.attempt=1 refunds.0.channelNo=console-1 refunds.0.amount=1234 refunds.0.source=channel refunds.0.requestedAt=@20 refunds.0.tries=0 refunds.0.result.status=succeeded refunds.0.result.at=@100',
      '= success',
    ]);
  });
});
