/** What is said to the channel, stored and counted, step by step: refunds that a till asks for. */
import { describe, expect, test } from 'vitest';
import { SILENCE } from '../support/flow.ts';
import { BACK, back, NONE } from '../support/flow-answers.ts';
import { asked, paid } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const at = (seconds: number) => NOON + seconds * 1_000;
const PENDING = { kind: 'pending' };

describe('a refund', () => {
  test('is asked for with all that was stored before', async () => {
    const flow = await paid();
    expect(
      await flow.at(100).says(BACK).refund('a', 100, { reason: 'broken', operatorId: '007' }),
    ).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 reason=broken operatorId=007 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 reason=broken operatorId=007 → succeeded at=@100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@100
      = 201 paid none succeeded
    `);
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
    expect(await flow.at(103).refund('a', 100, { reason: 'broken', operatorId: '007' })).toMatchInlineSnapshot(
      `= 200 paid none succeeded`,
    );
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
    expect(await flow.at(100).says(PENDING, back(100)).refund('a', 100)).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → pending
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@100
      = 201 paid none succeeded
    `);
    const other = await paid();
    expect(await other.at(100).says(PENDING, NONE).refund('a', 100)).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → pending
      queryRefund attemptNo=1 requestNo=r1 → none
      = 202 paid none requested
    `);
  });

  test('waits three seconds for the one before', async () => {
    const flow = await paid();
    await flow.at(100).says(BACK).refund('a', 100);
    expect(await flow.at(102.999).refund('b', 200)).toMatchInlineSnapshot(`
      writes refunds.1 refundNo=b attempt=1 k=2 amount=200 source=till requestedAt=@102.999 tries=0
      = 202 paid none requested
    `);
    expect(await flow.at(103).says(BACK).poll()).toMatchInlineSnapshot(`
      writes refunds.1 tries=1 calledAt=@103
      refund attemptNo=1 requestNo=r2 amount=CNY 200 → succeeded at=@100
      writes refunds.1.result status=succeeded at=@100 learnedAt=@103
      = 200 paid none
    `);
    expect(await flow.at(106).says(BACK).refund('c', 300)).toMatchInlineSnapshot(`
      writes refunds.2 refundNo=c attempt=1 k=3 amount=300 source=till requestedAt=@106 tries=1 calledAt=@106
      refund attemptNo=1 requestNo=r3 amount=CNY 300 → succeeded at=@100
      writes refunds.2.result status=succeeded at=@100 learnedAt=@106
      = 201 paid none succeeded
    `);
  });

  test('waits for the lease of one without an answer', async () => {
    const flow = await asked();
    expect(await flow.at(105).refund('b', 200)).toMatchInlineSnapshot(`
      writes refunds.1 refundNo=b attempt=1 k=2 amount=200 source=till requestedAt=@105 tries=0
      = 202 paid none requested
    `);
    expect(await flow.at(159.999).says(NONE).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      = 200 paid none
    `);
    expect(await flow.at(163).says(back(100), BACK).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@163
      writes refunds.1 tries=1 calledAt=@163
      refund attemptNo=1 requestNo=r2 amount=CNY 200 → succeeded at=@100
      writes refunds.1.result status=succeeded at=@100 learnedAt=@163
      = 200 paid none
    `);
  });
});

describe('without an answer', () => {
  test('it is looked for by the first of two polls within three seconds', async () => {
    const flow = await asked();
    const look = ['queryRefund attemptNo=1 requestNo=r1 → none', '= 200 paid none'];
    expect(await flow.at(110).says(NONE).poll()).toEqual(look);
    expect(await flow.at(112.999).poll()).toMatchInlineSnapshot(`= 200 paid none`);
    expect(await flow.at(113).says(NONE).poll()).toEqual(look);
  });

  test('it is not looked for right after another one was called', async () => {
    const flow = await asked();
    await flow.at(163).says(BACK).refund('b', 200);
    expect(await flow.at(165.999).poll()).toMatchInlineSnapshot(`= 200 paid none`);
    expect((await flow.at(166).says(back(100)).poll())[0]).toBe(
      'queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100',
    );
  });

  test('F30 F34 it is looked for after ten seconds, and called again after its lease, under the same number', async () => {
    const flow = await paid();
    expect(
      await flow.at(100).says(SILENCE).refund('a', 100, { reason: 'broken', operatorId: '007' }),
    ).toMatchInlineSnapshot(`
      writes refunds.0 refundNo=a attempt=1 k=1 amount=100 reason=broken operatorId=007 source=till requestedAt=@100 tries=1 calledAt=@100
      refund attemptNo=1 requestNo=r1 amount=CNY 100 reason=broken operatorId=007 → unknown why=time-out, counted and warned of
      = 202 paid none requested
    `);
    expect(await flow.at(109.999).poll()).toMatchInlineSnapshot(`= 200 paid none`);
    expect(await flow.at(110).says(NONE).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      = 200 paid none
    `);
    expect(await flow.at(159.999).says(NONE).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      = 200 paid none
    `);
    expect(await flow.at(163).says(NONE, BACK).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@163
      refund attemptNo=1 requestNo=r1 amount=CNY 100 reason=broken operatorId=007 → succeeded at=@100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@163
      = 200 paid none
    `);
    expect(await flow.at(200).poll()).toMatchInlineSnapshot(`= 200 paid none`);
  });

  test('it is found to be carried out', async () => {
    const flow = await asked();
    expect(await flow.at(160).says(back(100)).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@160
      = 200 paid none
    `);
  });

  test('the query has no answer either: the refund is not called again', async () => {
    const flow = await asked();
    expect(await flow.at(160).says(SILENCE).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → unknown why=time-out, counted and warned of
      = 200 paid none
    `);
    expect(await flow.at(163).says(NONE, SILENCE).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@163
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → unknown why=time-out, counted and warned of
      = 200 paid none
    `);
  });

  test('it is not called again when time is short', async () => {
    const flow = await asked();
    expect(await flow.at(160).poll(5_999)).toMatchInlineSnapshot(`= 200 paid none`);
    expect(await flow.at(160).says(flow.takes(1, NONE)).poll(6_000)).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      = 200 paid none
    `);
    expect(await flow.at(164).says(NONE, BACK).poll(6_000)).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@164
      refund attemptNo=1 requestNo=r1 amount=CNY 100 → succeeded at=@100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@164
      = 200 paid none
    `);
  });

  test('F16 it is called again by one of two who both want to', async () => {
    const flow = await asked();
    const other = flow.learns({ type: 'refund_called', refundNo: 'a' });
    expect(await flow.at(160).says(NONE).meanwhile(other).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      loses a race
      = 200 paid none
    `);
    const ended = flow.learns({ type: 'refund_succeeded', refundNo: 'a', at: at(230) });
    expect(await flow.at(230).says(NONE).meanwhile(ended).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      loses a race
      = 200 paid none
    `);
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
