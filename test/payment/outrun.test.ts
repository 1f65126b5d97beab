/** What is said to the channel, stored and counted: money that came and went back while somebody else's query was under way. */
import { describe, expect, test } from 'vitest';
import { type Flow, PAID, SILENCE, T1 } from '../support/flow.ts';
import { NONE } from '../support/flow-answers.ts';
import { cancelling, scanned } from '../support/flow-starts.ts';

const RETURNED = { ...PAID, refundedInFull: true };
const back = (value: number) => ({ kind: 'succeeded', at: T1.paidAt + 50_000, amount: { currency: 'CNY', value } });

/** While the query is under way a notification brings the payment, and its refund is called for. */
const outrun = (flow: Flow) => async () => {
  await flow.learns({ type: 'paid', n: 1, news: T1, source: 'notification' })();
  return RETURNED;
};

describe('seed 906360: a query tells that all is back, and meanwhile our own refund was called for', () => {
  test('it was ours, whose answer is still on its way', async () => {
    const flow = await cancelling();
    expect(await flow.at(58).says(outrun(flow), back(1_234)).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      loses a race
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@58 amount=CNY 1234
      writes refunds.0.result status=succeeded at=@58 learnedAt=@58
      = 200 paid none
    `);
  });

  test('it was the shop, which ours shows only by its second query: it is too soon to believe the first one', async () => {
    const flow = await cancelling();
    expect(await flow.at(58).says(outrun(flow), NONE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      loses a race
      queryRefund attemptNo=1 requestNo=r1 → none
      = 200 paid do_not_hand_over_goods
    `);
    const gone = { kind: 'refused', refusal: { reason: 'no_cover', code: '40004' } };
    expect(await flow.at(118).says(NONE, gone, RETURNED).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → none
      writes refunds.0 tries=2 calledAt=@118
      refund attemptNo=1 requestNo=r1 amount=CNY 1234 → refused refusal=(reason=no_cover code=40004)
      counts refundsWithoutCover 1
      warn: refund_refused refundNo=auto_1 reason=no_cover channelCode=40004
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        refunds.0 channelNo=1
        refunds.0.result status=succeeded at=@118 learnedAt=@118
      = 200 paid none
    `);
  });

  test('nobody says: it stays open, and is looked for again', async () => {
    const flow = await cancelling();
    expect(await flow.at(58).says(outrun(flow), SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      loses a race
      queryRefund attemptNo=1 requestNo=r1 → unknown why=time-out, counted and warned of
      = 200 paid do_not_hand_over_goods
    `);
    expect(await flow.at(68).says(back(1_234)).poll()).toMatchInlineSnapshot(`
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@58 amount=CNY 1234
      writes refunds.0.result status=succeeded at=@58 learnedAt=@68
      = 200 paid none
    `);
  });

  test('no time is left to request: it stays open', async () => {
    const flow = await cancelling();
    const late = async () => {
      flow.now += 1;
      return outrun(flow)();
    };
    expect(await flow.at(58).says(late).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      loses a race
      = 200 paid do_not_hand_over_goods
    `);
  });

  test('the till asked for the refund', async () => {
    const flow = await scanned();
    const sold = async () => {
      await flow.learns({ type: 'paid', n: 1, news: T1, source: 'notification' })();
      const amount = T1.amount;
      await flow.learns({ type: 'refund_requested', refundNo: 'a', amount, until: Number.POSITIVE_INFINITY })();
      return RETURNED;
    };
    expect(await flow.at(20).says(sold, back(1_234)).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      loses a race
      queryRefund attemptNo=1 requestNo=r1 → succeeded at=@58 amount=CNY 1234
      writes refunds.0.result status=succeeded at=@58 learnedAt=@20
      = 200 paid none
    `);
  });
});
