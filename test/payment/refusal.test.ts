/** What is said to the channel, stored and counted, step by step: a till code that the channel refuses, and what is believed of it. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, PAID, SILENCE, WAITING } from '../support/flow.ts';
import { refused } from '../support/flow-answers.ts';
import { bare } from '../support/flow-starts.ts';

const NO_MONEY = refused('customer_cannot_pay', { subCode: 'ACQ.BUYER_BALANCE_NOT_ENOUGH', code: '40004' });
const NEVER_SEEN = refused('not_completed', { subCode: 'ACQ.NEVER_SEEN' });
const WRONG = { ...PAID, amount: { currency: 'CNY', value: 1 } };

describe('a refusal', () => {
  test.each([
    ['absent', ABSENT],
    ['closed', CLOSED],
  ])('is final when the trade is %s', async (_, answer) => {
    const flow = await bare();
    expect(await flow.at(9).says(NO_MONEY, answer).scan()).toEqual([
      'writes attempts.0.n=1 attempts.0.kind=till_code attempts.0.expiresAt=@54',
      'payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004)',
      'warn: till_code_refused reason=customer_cannot_pay channelCode=ACQ.BUYER_BALANCE_NOT_ENOUGH',
      `query attemptNo=1 → ${answer.kind}`,
      'writes attempts.0.refused.reason=customer_cannot_pay attempts.0.refused.subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH attempts.0.refused.code=40004 attempts.0.refused.at=@9 attempts.0.ended.why=refused attempts.0.ended.at=@9',
      '= 200 created get_qr_code',
    ]);
  });

  test('a refusal by the gateway alone names its code, or none', async () => {
    for (const [refusal, code] of [
      [{ code: '40004' }, '40004'],
      [{}, ''],
    ] as const) {
      const flow = await bare();
      const lines = await flow.at(9).says(refused('expired', refusal), CLOSED).scan();
      expect(lines).toContain(`warn: till_code_refused reason=expired channelCode=${code}`);
    }
  });

  test('of a trade that waits all the same is shown, and the trade is cancelled', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(NO_MONEY, WAITING, CLOSED).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004)
      warn: till_code_refused reason=customer_cannot_pay channelCode=ACQ.BUYER_BALANCE_NOT_ENOUGH
      query attemptNo=1 → waiting
      writes attempts.0.refused reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004 at=@9
      writes attempts.0 waitingSince=@9
      writes attempts.0 cancelRequestedAt=@9
      cancel attemptNo=1 → closed
      writes attempts.0.ended why=refused at=@9
      = 200 awaiting_payment get_qr_code
    `);
  });

  test('that nobody could ask about is shown, and settled by the next poll', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(flow.takes(1, NO_MONEY)).scan(1, 6_000)).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004)
      warn: till_code_refused reason=customer_cannot_pay channelCode=ACQ.BUYER_BALANCE_NOT_ENOUGH
      writes attempts.0.refused reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004 at=@9.001
      = 200 created do_not_hand_over_goods
    `);
    expect(await flow.at(12).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0.ended why=refused at=@12
      = 200 created get_qr_code
    `);
  });

  test('that the query does not confirm is shown, and cancelled', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(NO_MONEY, SILENCE, SILENCE).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004)
      warn: till_code_refused reason=customer_cannot_pay channelCode=ACQ.BUYER_BALANCE_NOT_ENOUGH
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0.refused reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004 at=@9
      writes attempts.0 cancelRequestedAt=@9
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 created do_not_hand_over_goods
    `);
    expect(await flow.at(12).says(CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes attempts.0.ended why=refused at=@12
      = 200 created get_qr_code
    `);
  });

  test('of what is paid all the same is not believed', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(NO_MONEY, PAID).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004)
      warn: till_code_refused reason=customer_cannot_pay channelCode=ACQ.BUYER_BALANCE_NOT_ENOUGH
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@9
      = 200 paid hand_over_goods
    `);
  });

  test('of what is paid by an amount that cannot be leaves it unknown', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(NO_MONEY, WRONG).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=customer_cannot_pay subCode=ACQ.BUYER_BALANCE_NOT_ENOUGH code=40004)
      warn: till_code_refused reason=customer_cannot_pay channelCode=ACQ.BUYER_BALANCE_NOT_ENOUGH
      query attemptNo=1 → paid refundedInFull=false tradeNo=t1 paidAt=@8 amount=CNY 1
      keeps an anomaly
      counts anomalies 1
      error: anomaly_stored attemptNo=1 reason=different_amount
      plans the next visit at @54
      = 202 created do_not_hand_over_goods
    `);
  });

  test('a refusal by a code that nobody knows may mean anything', async () => {
    const flow = await bare();
    expect(await flow.at(9).says(NEVER_SEEN, SILENCE).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=not_completed subCode=ACQ.NEVER_SEEN)
      warn: till_code_refused reason=not_completed channelCode=ACQ.NEVER_SEEN
      query attemptNo=1 → unknown why=time-out, counted and warned of
      plans the next visit at @54
      = 202 created do_not_hand_over_goods
    `);
    const waits = await bare();
    expect(await waits.at(9).says(NEVER_SEEN, WAITING).scan()).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=not_completed subCode=ACQ.NEVER_SEEN)
      warn: till_code_refused reason=not_completed channelCode=ACQ.NEVER_SEEN
      query attemptNo=1 → waiting
      writes attempts.0 waitingSince=@9
      = 200 awaiting_payment wait
    `);
    const hurried = await bare();
    expect(await hurried.at(9).says(hurried.takes(1, NEVER_SEEN)).scan(1, 6_000)).toMatchInlineSnapshot(`
      writes attempts.0 n=1 kind=till_code expiresAt=@54
      payWithTillCode attemptNo=1 amount=CNY 1234 expiresAt=@99 tillCode=280000000000000001 → refused refusal=(reason=not_completed subCode=ACQ.NEVER_SEEN)
      warn: till_code_refused reason=not_completed channelCode=ACQ.NEVER_SEEN
      plans the next visit at @54
      = 202 created do_not_hand_over_goods
    `);
  });

  test('of the merchant closes the channel', async () => {
    const flow = await bare();
    const lines = await flow
      .at(9)
      .says(refused('channel_unavailable', { subCode: 'ACQ.PARTNER_ERROR', blames: 'merchant' }), ABSENT)
      .scan();
    expect(lines.slice(-3)).toMatchInlineSnapshot(`
      counts channelClosures 1
      error: channel_closed merchantId=mer_aaaabbbbcccc channelCode=ACQ.PARTNER_ERROR
      = 200 created get_qr_code
    `);
  });
});
