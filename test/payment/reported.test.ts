/** What is said to the channel, stored and counted, step by step: refunds that the channel reports, ours and others'. */
import { describe, expect, test } from 'vitest';
import { FAILURES_UNTIL_QUARANTINE } from '../../functions/deadlines.ts';
import { orderView } from '../../functions/order/view.ts';
import { type Flow, PAID, SILENCE, T1 } from '../support/flow.ts';
import { back, NONE, refused } from '../support/flow-answers.ts';
import { paid, shown } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const cny = (value: number) => ({ currency: 'CNY', value });
/** The channel's message of a refund: by which number, and how much has gone back of the trade so far. */
const reports = (requestNo?: string, returned?: number) => ({
  paid: T1,
  refund: { requestNo, ...(returned !== undefined && { returned: cny(returned) }) },
  notificationId: `of ${requestNo}`,
});
/** What a till is told now. */
async function told(flow: Flow) {
  const { refundable, refunded, nextAction, nextPollAfterMs } = orderView(await flow.order(), flow.now);
  return [refundable.value, refunded.value, nextAction, nextPollAfterMs];
}

describe('a refund that the channel reports', () => {
  test('F39 was made in its console', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(back(234)).notified(reports('console-1', 234))).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@100 amount=CNY 234
      writes
        refunds.0 refundNo=channel_1 attempt=1 channelNo=console-1 amount=234 source=channel requestedAt=@100 tries=0
        refunds.0.result status=succeeded at=@100 learnedAt=@100
      = success
    `);
    expect(await flow.at(110).notified(reports('console-1', 234))).toMatchInlineSnapshot(`= success`);
  });

  test('a reported refund is ours, and open', async () => {
    const flow = await paid();
    await flow.at(100).says(SILENCE).refund('a', 100);
    const ours = reports(`${flow.orderId}_r1`, 100);
    expect(await flow.at(101).says(back(100)).notified(ours)).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100
      writes refunds.0.result status=succeeded at=@100 learnedAt=@101
      = success
    `);
    expect(await flow.at(102).notified(ours)).toMatchInlineSnapshot(`= success`);
  });

  test('is ours, and we called it failed: it stays open, and is kept for a person', async () => {
    const flow = await paid();
    await flow.at(100).says(refused('refund_not_possible')).refund('a', 100);
    const ours = reports(`${flow.orderId}_r1`, 100);
    expect(await flow.at(101).says(NONE).notified(ours)).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes
        reportedRefunds.0 attempt=1 amount=100 at=@101
        reportedRefunds.0.numbers.0 channelNo=r1
      = success
    `);
    expect(await flow.at(102).says(back(100)).notified(ours)).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@100 amount=CNY 100
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_refund
      = success
    `);
    expect(await told(flow)).toEqual([1_134, 0, 'do_not_hand_over_goods', 5_000]);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(await flow.orders.get(keys[0] ?? '')).toEqual({
      at: NOON + 102_000,
      attemptNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_1',
      dueAt: NOON + 102_000,
      dueShard: 'anomaly',
      facts: { currency: 'CNY', value: 100 },
      orderId: 'ano_8415a3630bb3cc82b64e550990cad27bfab5f9e5ebafbba14272556d05871b57',
      reason: 'different_refund',
      version: 1,
    });
  });

  test('comes with the payment that it undoes: both are one write', async () => {
    const flow = await shown();
    expect(await flow.at(20).says(back(1_234)).notified(reports('console-1', 1_234))).toMatchInlineSnapshot(`
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=notification at=@20
        reportedRefunds.0 attempt=1 amount=1234 at=@20
        reportedRefunds.0.numbers.0 channelNo=console-1
      queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@100 amount=CNY 1234
      writes
        refunds.0 refundNo=channel_1 attempt=1 channelNo=console-1 amount=1234 source=channel requestedAt=@20 tries=0
        refunds.0.result status=succeeded at=@100 learnedAt=@20
        reportedRefunds.0 -attempt -amount -at
        reportedRefunds.0.numbers.0 -channelNo
      = success
    `);
  });

  test('is of another trade than the one that was paid: nothing of it is believed', async () => {
    const flow = await paid();
    const other = { ...reports('console-1', 234), paid: { ...T1, tradeNo: 't9' } };
    expect((await flow.at(100).notified(other)).slice(-2)).toMatchInlineSnapshot(`
      error: anomaly_stored attemptNo=1 reason=different_trade
      = success
    `);
    expect(await flow.order()).not.toHaveProperty('reportedRefunds');
  });
});

describe('money F1 a message of a refund is thanked only once what it tells is kept', () => {
  test('the query says nothing: it is open work, and what it tells is not refundable', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(SILENCE).notified(reports('console-1', 234))).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=console-1 → unknown why=time-out, counted and warned of
      writes
        reportedRefunds.0 attempt=1 amount=234 at=@100
        reportedRefunds.0.numbers.0 channelNo=console-1
      = success
    `);
    expect(flow.s.lastSynced.get(flow.orderId)).toBe(NOON + 100_000);
    expect(await told(flow)).toEqual([1_000, 0, 'do_not_hand_over_goods', 5_000]);
    expect(await flow.refund('a', 1_001)).toMatchInlineSnapshot(
      `= refund_exceeds_refundable orderId= refundable=CNY 1000`,
    );
    // The terminal asks four seconds later, and the channel is well again.
    expect(await flow.at(104).says(back(234)).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@100 amount=CNY 234
      writes
        refunds.0 refundNo=channel_1 attempt=1 channelNo=console-1 amount=234 source=channel requestedAt=@104 tries=0
        refunds.0.result status=succeeded at=@100 learnedAt=@104
        reportedRefunds.0 -attempt -amount -at
        reportedRefunds.0.numbers.0 -channelNo
      = 200 paid none
    `);
    expect(await told(flow)).toEqual([1_000, 234, 'none', null]);
  });

  test('the query knows no such refund, because it is asked too early', async () => {
    const flow = await paid();
    expect(await flow.at(100).says(NONE).notified(reports('console-1', 234))).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=console-1 → none
      writes
        reportedRefunds.0 attempt=1 amount=234 at=@100
        reportedRefunds.0.numbers.0 channelNo=console-1
      = success
    `);
  });

  test('there is no time to ask about it', async () => {
    const flow = await paid();
    expect(await flow.at(100).notified(reports('console-1', 234), 5_999)).toMatchInlineSnapshot(`
      writes
        reportedRefunds.0 attempt=1 amount=234 at=@100
        reportedRefunds.0.numbers.0 channelNo=console-1
      = success
    `);
    expect(await flow.at(110).says(back(234)).sweep()).toMatchInlineSnapshot(`
      counts oldestDueAge 0
      queryRefund attemptNo=1 requestNo=console-1 → succeeded at=@100 amount=CNY 234
      writes
        refunds.0 refundNo=channel_1 attempt=1 channelNo=console-1 amount=234 source=channel requestedAt=@110 tries=0
        refunds.0.result status=succeeded at=@100 learnedAt=@110
        reportedRefunds.0 -attempt -amount -at
        reportedRefunds.0.numbers.0 -channelNo
      counts sweptOrders 1
      counts sweepFailures 0
      = orders=1 failures=0
    `);
  });

  test('there is no time to ask, and it tells no sum: all of the rest may have gone', async () => {
    const flow = await paid();
    await flow.at(50).says(back(200)).refund('a', 200);
    await flow.at(100).notified(reports('console-1'), 5_999);
    expect(await told(flow)).toEqual([0, 200, 'do_not_hand_over_goods', 5_000]);
  });

  test('it is asked about again later and later, then once a day, with an alarm', async () => {
    const flow = await paid();
    await flow.at(100).says(SILENCE).notified(reports('console-1', 234));
    const pauses: number[] = [];
    const alarms: string[] = [];
    for (let visit = 1; visit <= FAILURES_UNTIL_QUARANTINE; visit += 1) {
      flow.now = (await flow.order()).dueAt ?? 0;
      alarms.push(...(await flow.says(NONE).sweep()).filter((line) => line.startsWith('error')));
      pauses.push(((await flow.order()).dueAt ?? 0) - flow.now);
    }
    const minutes = pauses.map((ms) => ms / 60_000);
    expect(minutes).toEqual([1, 2, 4, 8, ...Array.from({ length: 15 }, () => 10), 24 * 60]);
    expect(alarms).toEqual(['error: order_quarantined']);
    expect((await told(flow)).slice(0, 3)).toEqual([1_000, 0, 'do_not_hand_over_goods']);
  });

  test('it cannot be kept: the message is not thanked, and comes again', async () => {
    const flow = await paid();
    for (let i = 1; i <= 20; i += 1) await flow.at(100).notified(reports(`console-${i}`), 5_999);
    expect((await flow.order()).reportedRefunds).toMatchObject([{ numbers: { length: 20 } }]);
    expect(await flow.notified(reports('console-21', 900), 5_999)).toMatchInlineSnapshot(
      `= throws what is told of  cannot be kept: too_many_refunds`,
    );
    expect(await flow.notified(reports('console-20', 900), 5_999)).toEqual([expect.any(String), '= success']);
  });
});

describe('money F11 closed, with a time of payment: paid, and all of it has gone back', () => {
  /** What the channel's message says: no number, and the whole sum. */
  const gone = reports(undefined, 1_234);
  const RETURNED = { ...PAID, refundedInFull: true };
  const QUERIED = 'query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234';

  test('N1 N3 the first word of it: no till is told to hand over goods', async () => {
    const flow = await shown();
    expect(await flow.at(20).says(RETURNED).notified(gone)).toMatchInlineSnapshot(`
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=notification at=@20
        reportedRefunds.0 attempt=1 amount=1234 at=@20
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        refunds.0 refundNo=channel_1 attempt=1 channelNo=1 amount=1234 source=channel requestedAt=@20 tries=0
        refunds.0.result status=succeeded at=@20 learnedAt=@20
        reportedRefunds.0 -attempt -amount -at
      = success
    `);
    expect(await told(flow)).toEqual([0, 1_234, 'none', null]);
  });

  test('N1 the channel does not answer: nothing is refundable, and polls and sweeps ask until it does', async () => {
    const flow = await shown();
    await flow.at(20).says(SILENCE).notified(gone);
    expect(await told(flow)).toEqual([0, 0, 'do_not_hand_over_goods', 5_000]);
    await flow.at(24).says(SILENCE).poll();
    expect(await told(flow)).toEqual([0, 0, 'do_not_hand_over_goods', 5_000]);
    expect((await flow.at(30).says(RETURNED).sweep()).slice(1, 3)).toEqual([QUERIED, expect.stringMatching(/^writes/)]);
    expect(await told(flow)).toEqual([0, 1_234, 'none', null]);
  });

  test('N4 the message comes after an ordinary payment', async () => {
    const flow = await paid();
    expect(await flow.at(20).says(RETURNED).notified(gone)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        refunds.0 refundNo=channel_1 attempt=1 channelNo=1 amount=1234 source=channel requestedAt=@20 tries=0
        refunds.0.result status=succeeded at=@20 learnedAt=@20
      = success
    `);
    expect(await flow.at(30).notified(gone)).toMatchInlineSnapshot(`= success`);
  });

  test('of money that nobody wanted: our refund finds it gone, and it is ours', async () => {
    const flow = await shown();
    await flow.at(5).says({ kind: 'absent' }).close();
    const lines = await flow.at(20).says(refused('refund_amount'), RETURNED).notified(gone);
    expect(lines.at(-2)).toMatch(/^writes refunds\.0\.channelNo=1 refunds\.0\.result\.status=succeeded/);
    expect((await flow.order()).refunds).toMatchObject([{ refundNo: 'auto_1', result: { status: 'succeeded' } }]);
    expect(await told(flow)).toEqual([0, 1_234, 'none', null]);
  });
});
