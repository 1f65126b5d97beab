/** What is said to the channel, stored and counted, step by step: a till code that is sent, and what comes of it. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, Flow, PAID, SILENCE, WAITING } from '../support/flow.ts';
import { bare, scanned } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

const NO_MONEY = { kind: 'refused', refusal: { reason: 'customer_cannot_pay' } };
const WRONG = { ...PAID, amount: { currency: 'CNY', value: 1 } };

const UNAUTHORISED = { blames: 'app', misconfiguration: 'authorisation_missing' };

describe('a till code', () => {
  test('is sent with the end of the trade, and paid at once', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(PAID).scan(1, undefined, { operatorId: '008' })).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54 operatorId=008
      payWithTillCode attemptNo=1 amount=CNY 1234 operatorId=008 expiresAt=@99 tillCode=280000000000000001 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=pay_answer at=@9
      = 200 paid hand_over_goods
    `);
    expect(flow.requests).toEqual([
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
        expiresAt: NOON + 99_000,
        notifyUrl: 'https://pay.example/v1/notifications/alipay',
        operatorId: '008',
        storeId: 'main',
        subject: 'tea',
        terminalId: 'trm_aaaabbbbcccc',
        tillCode: '280000000000000001',
      },
    ]);
    expect(await flow.at(10).scan()).toMatchInlineSnapshot(`= 200 paid hand_over_goods`);
  });

  test('names who opened the order, if nobody else scanned, and who scanned, if it was another', async () => {
    const flow = new Flow({ backOffice: true });
    await flow.create({ qrCode: false, operatorId: '007' });
    await flow.at(1).says(NO_MONEY, CLOSED).scan(1);
    await flow.at(9).says(PAID).scan(2, undefined, { operatorId: '008' });
    expect(flow.requests).toMatchObject([
      { operatorId: '007', terminalId: 'back-office' },
      {},
      { operatorId: '008', terminalId: 'back-office' },
    ]);
  });

  test('is not sent when there may be no time to store what came of it', async () => {
    const flow = await bare();
    expect(await flow.at(9).scan(1, 5_999)).toMatchInlineSnapshot(
      `= attempt_out_of_order detail=The next attempt of this order is 1. orderId= status=created nextAction=get_qr_code`,
    );
    expect(await flow.says(PAID).scan(1, 6_000)).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=pay_answer at=@9
      = 200 paid hand_over_goods
    `);
  });

  test('is sent by nobody else than who stored it', async () => {
    const flow = await bare();
    const other = flow.learns({ type: 'attempt_requested', n: 1, kind: 'till_code' });
    expect(await flow.at(9).meanwhile(other).scan()).toMatchInlineSnapshot(`
      loses a race
      = 202 created do_not_hand_over_goods
    `);
    expect(await flow.at(10).says(WAITING).scan()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes attempts.0 waitingSince=@10
      = 200 awaiting_payment wait
    `);
  });

  test('of a payment that cannot be this order’s is kept for a person', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(WRONG).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_amount
      = 202 created do_not_hand_over_goods
    `);
    const { keys } = await flow.orders.query({ index: 'due', partition: 'anomaly', limit: 9 });
    expect(keys).toEqual(['ano_d18b11f14a3ee75072d8f856a077ff5c67d656eefc2cb5c04cb20481cf9fc3b9']);
  });

  test('waits for the customer, who confirms', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(WAITING).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → waiting
      writes attempts.0 waitingSince=@9
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(11.999).poll()).toMatchInlineSnapshot(`= 200 awaiting_payment wait`);
    expect(await flow.at(12).says(WAITING).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(15).says(PAID).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@15
      = 200 paid hand_over_goods
    `);
  });

  test('that is taken opens a channel that was thought closed, waiting or paid', async () => {
    for (const answer of [WAITING, PAID]) {
      const flow = await bare();
      const app = {
        kind: 'unknown',
        why: 'not signed',
        refusal: { reason: 'channel_unavailable', code: '20001', ...UNAUTHORISED },
      };
      expect(await flow.at(1).says(app, CLOSED).scan()).toEqual([
        'writes attempts.0.n=1 attempts.0.kind=till_code attempts.0.expiresAt=@46',
        'payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@91 tillCode=280000000000000001 → unknown why=not signed refusal=(reason=channel_unavailable code=20001 blames=app misconfiguration=authorisation_missing)',
        'counts channelUnknown 1',
        'warn: channel_unknown channelOperation=payWithTillCode reason=not signed',
        'counts channelMisconfigured 1',
        'error: channel_misconfigured merchantId=mer_aaaabbbbcccc reason=authorisation_missing channelCode=20001',
        'query attemptNo=1 → closed',
        'writes attempts.0.ended.why=closed attempts.0.ended.at=@1',
        '= 200 created get_qr_code',
      ]);
      const lines = await flow.at(2).says(answer).scan(2);
      expect(lines.at(-2)).toBe('warn: channel_opened merchantId=mer_aaaabbbbcccc');
    }
  });
});

describe('silence', () => {
  test('a scan without an answer is asked about at once', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(SILENCE, PAID).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → unknown why=time-out, counted and warned of
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = 200 paid hand_over_goods
    `);
  });

  test('that is asked about and waits is a customer who confirms', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(SILENCE, WAITING).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → unknown why=time-out, counted and warned of
      query attemptNo=1 → waiting
      writes attempts.0 waitingSince=@9
      = 200 awaiting_payment wait
    `);
  });

  test.each([
    ['absent', ABSENT],
    ['unknown', SILENCE],
  ])('%s: left to polls and the sweep', async (kind, answer) => {
    const flow = await bare();
    const lines = await flow.at(9).says(SILENCE, answer).scan();
    expect([lines.filter((line) => line.startsWith('query')), lines.slice(-2)]).toEqual([
      [expect.stringContaining(`query attemptNo=1 → ${kind}`)],
      ['writes dueAt=@54', '= 202 created do_not_hand_over_goods'],
    ]);
  });

  test('is not asked about when time is short', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(flow.takes(1, SILENCE)).scan(1, 6_000)).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → unknown why=time-out, counted and warned of
      plans the next visit at @54
      = 202 created do_not_hand_over_goods
    `);
    expect(await flow.at(20).poll(5_999)).toMatchInlineSnapshot(`= 200 created do_not_hand_over_goods`);
    expect(await flow.at(20).says(ABSENT).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = 200 created do_not_hand_over_goods
    `);
  });

  test('of a code whose trade is closed makes room at once', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(SILENCE, CLOSED).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → unknown why=time-out, counted and warned of
      query attemptNo=1 → closed
      writes attempts.0.ended why=closed at=@9
      = 200 created get_qr_code
    `);
  });
});

test('a till code is asked about before another one is scanned', async () => {
  const flow = await scanned();
  expect(await flow.at(12).says(WAITING).scan(2)).toMatchInlineSnapshot(`
    query attemptNo=1 → waiting
    = attempt_out_of_order detail=The code that was scanned before has no definite outcome yet. Do what nextAction of the order says, then scan again. orderId= status=awaiting_payment nextAction=wait
  `);
  expect(await flow.at(15).says(CLOSED, PAID).scan(2)).toMatchInlineSnapshot(`
    query attemptNo=1 → closed
    writes attempts.0.ended why=closed at=@15
    writes attempts.1 n=2 kind=till_code expiresAt=@60
    payWithTillCode attemptNo=2 amount=CNY 1234 expiresAt=@105 tillCode=280000000000000001 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
    writes payments.0 attempt=2 tradeNo=t1 paidAt=@8 source=pay_answer at=@15
    = 200 paid hand_over_goods
  `);
});
