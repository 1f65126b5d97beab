/** What is said to the channel, stored and counted, step by step: the payment of a QR code, and the attempt after it. */
import { describe, expect, test } from 'vitest';
import { CLOSED, CODE, PAID, WAITING } from '../support/flow.ts';
import { ACCOUNT } from '../support/flow-shop.ts';
import { owed, shown } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

describe('the payment', () => {
  test('F4 is found by a poll when no notification came', async () => {
    const flow = await shown();
    expect(await flow.at(3).says(WAITING).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment show_qr_code
    `);
    expect(await flow.at(9).says(PAID).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = 200 paid hand_over_goods
    `);
    expect(await flow.at(12).poll()).toMatchInlineSnapshot(`= 200 paid hand_over_goods`);
    expect(await flow.order()).toEqual({
      account: {
        appId: '2021000000000001',
        channel: 'alipay',
        sellerId: '2088000000000001',
      },
      request: {
        amount: {
          currency: 'CNY',
          value: 1234,
        },
        expiresInSeconds: 180,
        merchantOrderNo: '1',
        storeId: 'main',
        subject: 'tea',
        terminalId: 'trm_aaaabbbbcccc',
      },
      attempts: [
        {
          expiresAt: NOON + 180_000,
          kind: 'qr_code',
          n: 1,
          payload: 'code',
        },
      ],
      createdAt: NOON,
      day: '2026-03-01',
      dayKey: 'mer_aaaabbbbcccc#main#2026-03-01',
      latePayment: 'refund',
      merchantId: 'mer_aaaabbbbcccc',
      orderId: 'ord_apnyyr77nmwnx6wkoxp3hquwld',
      payments: [
        {
          at: NOON + 9_000,
          attempt: 1,
          paidAt: NOON + 8_000,
          source: 'query',
          tradeNo: 't1',
        },
      ],
      refunds: [],
      schema: 2,
      unpostedKey: 'mer_aaaabbbbcccc#2',
      updatedAt: NOON + 9_000,
      version: 3,
    });
  });

  test('that has gone back whole before anybody knew of it is stored with its refund', async () => {
    const flow = await shown();
    expect(
      await flow
        .at(9)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
        refunds.0 refundNo=channel_1 attempt=1 channelNo=1 amount=1234 source=channel requestedAt=@9 tries=0
        refunds.0.result status=succeeded at=@9 learnedAt=@9
      = 200 paid none
    `);
  });

  test('F7 that cannot be this order’s is kept for a person once, and nothing else changes', async () => {
    const flow = await shown();
    const wrong = { ...PAID, amount: { currency: 'CNY', value: 1 }, refundedInFull: true };
    expect(await flow.at(9).says(wrong).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_amount
      = 200 awaiting_payment show_qr_code
    `);
    expect(await flow.at(12).says(wrong).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1
      is there already
      = 200 awaiting_payment show_qr_code
    `);
    const [key = ''] = (await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 })).keys;
    expect(await flow.orders.get(key)).toEqual({
      at: NOON + 9_000,
      attemptNo: 'ord_apnyyr77nmwnx6wkoxp3hquwld_1',
      dueAt: NOON + 9_000,
      dueShard: 'anomaly',
      facts: {
        currency: 'CNY',
        paidAt: NOON + 8_000,
        tradeNo: 't1',
        value: 1,
      },
      orderId: 'ano_865a0ab5e712ab1849987e80e8c040296274532eb362da9a5341cdc5d2078396',
      reason: 'different_amount',
      version: 1,
    });
  });

  test('is not looked for when the invocation may end before the answer is stored', async () => {
    const flow = await shown();
    expect(await flow.at(9).poll(5_999)).toMatchInlineSnapshot(`= 200 awaiting_payment show_qr_code`);
    expect(await flow.says(PAID).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = 200 paid hand_over_goods
    `);
  });

  test('F1 F7 F9 is taken from a notification, whatever else is known by then', async () => {
    const flow = await shown();
    const { kind, refundedInFull, ...paid } = PAID;
    expect(await flow.at(9).notified({ paid })).toMatchInlineSnapshot(`
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=notification at=@9
      = success
    `);
    expect(await flow.at(10).notified({ paid })).toMatchInlineSnapshot(`= success`);
    expect(
      await flow.at(11).notified({ paid: { ...paid, tradeNo: 't2' }, notificationId: 'n2' }),
    ).toMatchInlineSnapshot(`
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_trade
      = success
    `);
    expect(
      await flow.at(12).notified({ account: { ...ACCOUNT, appId: 'x' }, paid, notificationId: 'n3' }),
    ).toMatchInlineSnapshot(`
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_app
      = success
    `);
    expect(
      await flow.at(13).notified({ account: { ...ACCOUNT, sellerId: 'x' }, notificationId: 'n4' }),
    ).toMatchInlineSnapshot(`
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_seller
      = success
    `);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect((await flow.orders.getMany(keys)).map(({ reason, facts }) => [reason, facts])).toEqual([
      [
        'different_trade',
        {
          currency: 'CNY',
          paidAt: NOON + 8_000,
          tradeNo: 't2',
          value: 1234,
        },
      ],
      [
        'different_app',
        {
          currency: 'CNY',
          paidAt: NOON + 8_000,
          tradeNo: 't1',
          value: 1234,
        },
      ],
      ['different_seller', {}],
    ]);
    expect(await flow.at(14).notified({ attemptNo: `${flow.orderId}_2` })).toMatchInlineSnapshot(`
      counts unknownNotifications 1
      error: notification_unknown orderId=undefined attemptNo=2
      = fail
    `);
    // Security minor 5: whatever else it says does not get into the log.
    expect(await flow.notified({ attemptNo: '张三 138' })).toMatchInlineSnapshot(`
      counts unknownNotifications 1
      error: notification_unknown orderId=undefined attemptNo=???138
      = fail
    `);
  });
});

describe('the next attempt', () => {
  test('begins once the channel calls the first one closed', async () => {
    const flow = await shown();
    expect(await flow.at(9).says(WAITING).code(2)).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = attempt_out_of_order orderId=
    `);
    expect(await flow.at(12).says(CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes attempts.0.ended why=closed at=@12
      = 200 awaiting_payment get_qr_code
    `);
    expect(
      await flow
        .at(15)
        .says({ ...CODE, payload: 'second' })
        .code(2),
    ).toMatchInlineSnapshot(`
      writes attempts.1 n=2 kind=qr_code expiresAt=@195
      createQrCode attemptNo=2 amount=CNY 1234 expiresAt=@195 → accepted payload=second
      writes attempts.1 payload=second
      = 200 awaiting_payment show_qr_code
    `);
  });

  test('is a replay as long as its code is owed, and asks for that', async () => {
    const flow = await owed();
    expect(await flow.at(1).says(CODE).code(1)).toMatchInlineSnapshot(`
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → accepted payload=code
      writes attempts.0 payload=code
      = 200 awaiting_payment show_qr_code
    `);
    expect(await flow.at(2).code(1)).toMatchInlineSnapshot(`= 200 awaiting_payment show_qr_code`);
  });

  test('begins when the notification says that nobody paid the first', async () => {
    const flow = await shown();
    expect(await flow.at(9).notified({ closedUnpaid: true })).toMatchInlineSnapshot(`
      writes attempts.0.ended why=closed at=@9
      = success
    `);
    expect(await flow.at(10).says(CODE).code(2)).toMatchInlineSnapshot(`
      writes attempts.1 n=2 kind=qr_code expiresAt=@190
      createQrCode attemptNo=2 amount=CNY 1234 expiresAt=@190 → accepted payload=code
      writes attempts.1 payload=code
      = 200 awaiting_payment show_qr_code
    `);
  });
});

test('an instance remembers ten thousand orders that it has asked about, and then begins anew', async () => {
  const flow = await shown();
  flow.s.lastSynced.clear();
  for (let n = 0; n < 9_999; n += 1) flow.s.lastSynced.set(String(n), 0);
  await flow.at(9).says(WAITING).poll();
  expect(flow.s.lastSynced.size).toBe(10_000);
  await flow.at(12).says(WAITING).poll();
  expect([...flow.s.lastSynced]).toEqual([[flow.orderId, flow.now]]);
});
