/** What is said to the channel, stored and counted, step by step: refunds that a till asks for. */
import { describe, expect, test } from 'vitest';
import { SILENCE } from '../support/flow.ts';
import { asked, paid } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const at = (seconds: number) => NOON + seconds * 1_000;
const BACK = { kind: 'succeeded', at: at(100) };
const back = (value: number, currency = 'CNY') => ({ ...BACK, amount: { currency, value } });
const NONE = { kind: 'none' };
const PENDING = { kind: 'pending' };

describe('a refund', () => {
  test('is asked for with all that was stored before', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(BACK).refund('a', 100, { reason: 'broken', operatorId: '007' })).toEqual([
      'writes refunds.0.refundNo=a refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=100 refunds.0.reason=broken refunds.0.operatorId=007 refunds.0.source=till refunds.0.requestedAt=@100 refunds.0.tries=1 refunds.0.calledAt=@100 dueAt=@160 dueShard=0',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 reason=broken operatorId=007 → succeeded at=@100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@100 -dueAt -dueShard',
      '= 201 paid none succeeded',
    ]);
    expect(flow.requests.slice(2)).toEqual([
      {
        account: {
          appId: '2021000000000001',
          channel: 'alipay',
          sellerId: '2088000000000001',
        },
        amount: {
          currency: 'CNY',
          value: 100,
        },
        attemptNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_1',
        operatorId: '007',
        reason: 'broken',
        requestNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_r1',
        tradeNo: 't1',
      },
    ]);
    expect(await flow.at(103).refund('a', 100, { reason: 'broken', operatorId: '007' })).toEqual([
      '= 200 paid none succeeded',
    ]);
  });

  test('names neither reason nor operator where there is none', async () => {
    const flow = await paid();
    await flow.at(100).says(BACK).refund('a', 1_234);
    expect(flow.requests.slice(2)).toEqual([
      {
        account: {
          appId: '2021000000000001',
          channel: 'alipay',
          sellerId: '2088000000000001',
        },
        amount: {
          currency: 'CNY',
          value: 1234,
        },
        attemptNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_1',
        requestNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_r1',
        tradeNo: 't1',
      },
    ]);
  });

  test('that was taken and moved no money is looked for', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(PENDING, back(100)).refund('a', 100)).toEqual([
      'writes refunds.0.refundNo=a refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=100 refunds.0.source=till refunds.0.requestedAt=@100 refunds.0.tries=1 refunds.0.calledAt=@100 dueAt=@160 dueShard=0',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 → pending',
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@100 -dueAt -dueShard',
      '= 201 paid none succeeded',
    ]);
    const other = await paid();
    expect(await other.at(100).says(PENDING, NONE).refund('a', 100)).toEqual([
      'writes refunds.0.refundNo=a refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=100 refunds.0.source=till refunds.0.requestedAt=@100 refunds.0.tries=1 refunds.0.calledAt=@100 dueAt=@160 dueShard=0',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 → pending',
      'queryRefund attemptNo=1 requestNo=r1 → none',
      '= 202 paid none requested',
    ]);
  });

  test('waits three seconds for the one before', async () => {
    const flow = await paid();
    await flow.at(100).says(BACK).refund('a', 100);
    expect(await flow.at(102.999).refund('b', 200)).toEqual([
      'writes refunds.1.refundNo=b refunds.1.attempt=1 refunds.1.k=2 refunds.1.amount=200 refunds.1.source=till refunds.1.requestedAt=@102.999 refunds.1.tries=0 dueAt=@103 dueShard=0',
      '= 202 paid none requested',
    ]);
    expect(await flow.at(103).says(BACK).poll()).toEqual([
      'writes refunds.1.tries=1 refunds.1.calledAt=@103 dueAt=@163',
      'refund attemptNo=1 requestNo=r2 amount=CNY 200 → succeeded at=@100',
      'writes refunds.1.result.status=succeeded refunds.1.result.at=@100 refunds.1.result.learnedAt=@103 -dueAt -dueShard',
      '= 200 paid none',
    ]);
    expect(await flow.at(106).says(BACK).refund('c', 300)).toEqual([
      'writes refunds.2.refundNo=c refunds.2.attempt=1 refunds.2.k=3 refunds.2.amount=300 refunds.2.source=till refunds.2.requestedAt=@106 refunds.2.tries=1 refunds.2.calledAt=@106 dueAt=@166 dueShard=0',
      'refund attemptNo=1 requestNo=r3 amount=CNY 300 → succeeded at=@100',
      'writes refunds.2.result.status=succeeded refunds.2.result.at=@100 refunds.2.result.learnedAt=@106 -dueAt -dueShard',
      '= 201 paid none succeeded',
    ]);
  });

  test('waits for the lease of one without an answer', async () => {
    const flow = await asked();
    expect(await flow.at(105).refund('b', 200)).toEqual([
      'writes refunds.1.refundNo=b refunds.1.attempt=1 refunds.1.k=2 refunds.1.amount=200 refunds.1.source=till refunds.1.requestedAt=@105 refunds.1.tries=0',
      '= 202 paid none requested',
    ]);
    expect(await flow.at(159.999).says(NONE).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      '= 200 paid none',
    ]);
    expect(await flow.at(163).says(back(100), BACK).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@163 dueAt=@105',
      'writes refunds.1.tries=1 refunds.1.calledAt=@163 dueAt=@223',
      'refund attemptNo=1 requestNo=r2 amount=CNY 200 → succeeded at=@100',
      'writes refunds.1.result.status=succeeded refunds.1.result.at=@100 refunds.1.result.learnedAt=@163 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });
});

describe('without an answer', () => {
  test('it is looked for by the first of two polls within three seconds', async () => {
    const flow = await asked();
    const look = ['queryRefund attemptNo=1 requestNo=r1 → none', '= 200 paid none'];
    expect(await flow.at(110).says(NONE).poll()).toEqual(look);
    expect(await flow.at(112.999).poll()).toEqual(['= 200 paid none']);
    expect(await flow.at(113).says(NONE).poll()).toEqual(look);
  });

  test('it is not looked for right after another one was called', async () => {
    const flow = await asked();
    await flow.at(163).says(BACK).refund('b', 200);
    expect(await flow.at(165.999).poll()).toEqual(['= 200 paid none']);
    expect((await flow.at(166).says(back(100)).poll())[0]).toBe(
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
    );
  });

  test('F30 F34 it is looked for after ten seconds, and called again after its lease, under the same number', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(SILENCE).refund('a', 100, { reason: 'broken', operatorId: '007' })).toEqual([
      'writes refunds.0.refundNo=a refunds.0.attempt=1 refunds.0.k=1 refunds.0.amount=100 refunds.0.reason=broken refunds.0.operatorId=007 refunds.0.source=till refunds.0.requestedAt=@100 refunds.0.tries=1 refunds.0.calledAt=@100 dueAt=@160 dueShard=0',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 reason=broken operatorId=007 → unknown why=time-out',
      'counts channelUnknown 1',
      'warn: channel_unknown channelOperation=refund reason=time-out',
      '= 202 paid none requested',
    ]);
    expect(await flow.at(109.999).poll()).toEqual(['= 200 paid none']);
    expect(await flow.at(110).says(NONE).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      '= 200 paid none',
    ]);
    expect(await flow.at(159.999).says(NONE).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      '= 200 paid none',
    ]);
    expect(await flow.at(163).says(NONE, BACK).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      'writes refunds.0.tries=2 refunds.0.calledAt=@163 dueAt=@283',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 reason=broken operatorId=007 → succeeded at=@100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@163 -dueAt -dueShard',
      '= 200 paid none',
    ]);
    expect(await flow.at(200).poll()).toEqual(['= 200 paid none']);
  });

  test('it is found to be carried out', async () => {
    const flow = await asked();
    expect(await flow.at(160).says(back(100)).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@160 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('the query has no answer either: the refund is not called again', async () => {
    const flow = await asked();
    expect(await flow.at(160).says(SILENCE).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → unknown why=time-out',
      'counts channelUnknown 1',
      'warn: channel_unknown channelOperation=queryRefund reason=time-out',
      '= 200 paid none',
    ]);
    expect(await flow.at(163).says(NONE, SILENCE).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      'writes refunds.0.tries=2 refunds.0.calledAt=@163 dueAt=@283',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 → unknown why=time-out',
      'counts channelUnknown 1',
      'warn: channel_unknown channelOperation=refund reason=time-out',
      '= 200 paid none',
    ]);
  });

  test('it is not called again when time is short', async () => {
    const flow = await asked();
    expect(await flow.at(160).poll(5_999)).toEqual(['= 200 paid none']);
    expect(await flow.at(160).says(flow.takes(1, NONE)).poll(6_000)).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      '= 200 paid none',
    ]);
    expect(await flow.at(164).says(NONE, BACK).poll(6_000)).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      'writes refunds.0.tries=2 refunds.0.calledAt=@164 dueAt=@284',
      'refund attemptNo=1 requestNo=r1 amount=CNY 100 → succeeded at=@100',
      'writes refunds.0.result.status=succeeded refunds.0.result.at=@100 refunds.0.result.learnedAt=@164 -dueAt -dueShard',
      '= 200 paid none',
    ]);
  });

  test('F16 it is called again by one of two who both want to', async () => {
    const flow = await asked();
    const other = flow.learns({ type: 'refund_called', refundNo: 'a' });
    expect(await flow.at(160).says(NONE).meanwhile(other).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      'loses a race',
      '= 200 paid none',
    ]);
    const ended = flow.learns({ type: 'refund_succeeded', refundNo: 'a', at: at(230) });
    expect(await flow.at(230).says(NONE).meanwhile(ended).poll()).toEqual([
      'queryRefund attemptNo=1 requestNo=r1 → none',
      'loses a race',
      '= 200 paid none',
    ]);
  });

  test.each([
    ['amount', back(99)],
    ['currency', back(100, 'USD')],
  ])('something of another %s was carried out: kept for a person', async (_, answer) => {
    const flow = await asked();
    expect(await flow.at(110).says(answer).poll()).toEqual([
      expect.stringMatching(/^queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=/),
      'keeps an anomaly',
      'counts anomalies 1',
      'error: anomaly_stored attemptNo=1 reason=different_refund',
      '= 200 paid none',
    ]);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(keys).toEqual(['ano_8415a3630bb3cc82b64e550990cad27bfab5f9e5ebafbba14272556d05871b57']);
    expect(await flow.orders.get(keys[0] ?? '')).toMatchObject({
      attemptNo: `${flow.orderId}_1`,
      facts: answer.amount,
    });
  });
});
