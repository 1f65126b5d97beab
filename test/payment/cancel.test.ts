/** What is said to the channel, stored and counted, step by step: a till code whose 45 seconds are over, and its cancel. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CLOSED, type Flow, PAID, SILENCE, WAITING } from '../support/flow.ts';
import { refused } from '../support/flow-answers.ts';
import { cancelling, scanned } from '../support/flow-starts.ts';

const { kind, refundedInFull, ...news } = PAID;
const paidBy = (flow: Flow) => flow.learns({ type: 'paid', n: 1, news, source: 'notification' });

describe('the 45 seconds', () => {
  test('are waited for, and then what waits is cancelled', async () => {
    const flow = await scanned();
    expect(await flow.at(53.999).says(WAITING).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(57).says(WAITING, CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes attempts.0 cancelRequestedAt=@57
      cancel attemptNo=1 → closed
      writes attempts.0.ended why=cancelled at=@57
      = 200 awaiting_payment get_qr_code
    `);
    expect(await flow.at(60).poll()).toMatchInlineSnapshot(`= 200 awaiting_payment get_qr_code`);
  });

  test('are over, and the channel says nothing: the cancel is sent all the same', async () => {
    const flow = await scanned();
    expect(await flow.at(53).says(SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment wait
    `);
    expect(await flow.at(56).says(SILENCE, SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@56
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(await flow.at(59).says(CLOSED).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → closed
      writes attempts.0.ended why=closed at=@59
      = 200 awaiting_payment get_qr_code
    `);
  });

  describe('money: closed by a cancel after a query without an answer, which is asked once more, because a trade', () => {
    test('may be closed because it was never paid', async () => {
      const flow = await scanned();
      expect(await flow.at(56).says(SILENCE, CLOSED, CLOSED).poll()).toMatchInlineSnapshot(`
        query attemptNo=1 → unknown why=time-out, counted and warned of
        writes attempts.0 cancelRequestedAt=@56
        cancel attemptNo=1 → closed
        query attemptNo=1 → closed
        writes attempts.0.ended why=cancelled at=@56
        = 200 awaiting_payment get_qr_code
      `);
    });

    test('may have been paid, and refunded in full in the channel’s own console', async () => {
      const flow = await scanned();
      expect(
        await flow
          .at(56)
          .says(SILENCE, CLOSED, { ...PAID, refundedInFull: true })
          .poll(),
      ).toMatchInlineSnapshot(`
        query attemptNo=1 → unknown why=time-out, counted and warned of
        writes attempts.0 cancelRequestedAt=@56
        cancel attemptNo=1 → closed
        query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
        writes
          payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@56
          refunds.0 refundNo=auto_1 attempt=1 k=1 amount=1234 source=automatic requestedAt=@56 tries=1 calledAt=@56 channelNo=1
          refunds.0.result status=succeeded at=@56 learnedAt=@56
        = 200 paid none
      `);
    });

    test('may be either while the channel is silent', async () => {
      const flow = await scanned();
      expect(await flow.at(56).says(SILENCE, CLOSED, SILENCE).poll()).toMatchInlineSnapshot(`
        query attemptNo=1 → unknown why=time-out, counted and warned of
        writes attempts.0 cancelRequestedAt=@56
        cancel attemptNo=1 → closed
        query attemptNo=1 → unknown why=time-out, counted and warned of
        = 200 awaiting_payment do_not_hand_over_goods
      `);
      expect(await flow.at(59).says(CLOSED).poll()).toMatchInlineSnapshot(`
        query attemptNo=1 → closed
        writes attempts.0.ended why=closed at=@59
        = 200 awaiting_payment get_qr_code
      `);
    });
  });

  test('end with a payment that went back by hand', async () => {
    const flow = await scanned();
    expect(
      await flow
        .at(30)
        .says({ ...PAID, refundedInFull: true })
        .poll(),
    ).toMatchInlineSnapshot(`
      query attemptNo=1 → paid refundedInFull=true tradeNo=t1 paidAt=@8 amount=CNY 1234
      writes
        payments.0 attempt=1 tradeNo=t1 paidAt=@8 source=query at=@30
        refunds.0 refundNo=channel_1 attempt=1 channelNo=1 amount=1234 source=channel requestedAt=@30 tries=0
        refunds.0.result status=succeeded at=@30 learnedAt=@30
      = 200 paid none
    `);
  });

  test('end while a notification comes: what is paid is not cancelled', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(WAITING).meanwhile(paidBy(flow)).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      loses a race
      = 200 paid hand_over_goods
    `);
  });

  test('a cancel that may not end in time is not begun', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(flow.takes(1, SILENCE)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54.001
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(await flow.at(58).says(SILENCE, SILENCE).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment do_not_hand_over_goods
    `);
  });

  test('the cashier ends them earlier', async () => {
    const flow = await scanned();
    expect(await flow.at(20).says(WAITING, CLOSED).close('007')).toMatchInlineSnapshot(`
      query attemptNo=1 → waiting
      writes
        attempts.0 cancelRequestedAt=@20
        closeRequested at=@20 by=cashier operatorId=007
      cancel attemptNo=1 → closed
      writes
        attempts.0.ended why=cancelled at=@20
        closed at=@20 reason=cashier
      = 200 closed start_new_order
    `);
  });

  test('the cashier ends them while the request may be on its way', async () => {
    const flow = await scanned();
    expect(await flow.at(20).says(ABSENT, ABSENT).close()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes
        attempts.0 cancelRequestedAt=@20
        closeRequested at=@20 by=cashier
      cancel attemptNo=1 → absent
      = 202 closing do_not_hand_over_goods
    `);
    expect(await flow.at(53.999).says(ABSENT, ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      cancel attemptNo=1 → absent
      = 200 closing do_not_hand_over_goods
    `);
    expect(await flow.at(57).says(ABSENT, ABSENT, ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      cancel attemptNo=1 → absent
      query attemptNo=1 → absent
      writes attempts.0.ended why=cancelled at=@57 inDoubtUntil=@144
      = 200 closing start_new_order
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

describe('the cancel', () => {
  test('found nothing: one more query makes sure, and a last one after the channel’s own end', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(ABSENT, ABSENT, ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → absent
      query attemptNo=1 → absent
      writes attempts.0.ended why=cancelled at=@54 inDoubtUntil=@144
      = 200 awaiting_payment get_qr_code
    `);
    expect(await flow.at(143.999).poll()).toMatchInlineSnapshot(`= 200 awaiting_payment get_qr_code`);
    expect(await flow.at(144).poll(5_999)).toMatchInlineSnapshot(`= 200 awaiting_payment get_qr_code`);
    expect(await flow.at(144).says(SILENCE).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment get_qr_code
    `);
    expect(await flow.at(148).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0 doubtResolvedAt=@148
      = 200 awaiting_payment get_qr_code
    `);
    expect(await flow.at(152).poll()).toMatchInlineSnapshot(`= 200 awaiting_payment get_qr_code`);
  });

  test('found nothing, and the query after it does: it is asked again', async () => {
    for (const answer of [WAITING, SILENCE, PAID]) {
      const flow = await scanned();
      const lines = await flow.at(54).says(ABSENT, ABSENT, answer).poll();
      expect([lines[3], lines.at(-1)]).toEqual([
        expect.stringMatching(`^query attemptNo=1 → ${answer.kind}`),
        '= 200 awaiting_payment do_not_hand_over_goods',
      ]);
      expect(lines.filter((line) => line.startsWith('writes'))).toHaveLength(1);
    }
  });

  test('found nothing, and there is no time to make sure', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(ABSENT, flow.takes(1, ABSENT)).poll(6_000)).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → absent
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect((await flow.at(58).says(ABSENT, ABSENT, ABSENT).poll(6_000)).slice(-3)).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0.ended why=cancelled at=@58 inDoubtUntil=@144
      = 200 awaiting_payment get_qr_code
    `);
  });

  test('is refused: for want of cover, or for a reason of the channel’s own', async () => {
    const flow = await scanned();
    expect(await flow.at(54).says(SILENCE, refused('no_cover')).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      writes attempts.0 cancelRequestedAt=@54
      cancel attemptNo=1 → refused refusal=(reason=no_cover)
      counts refundsWithoutCover 1
      counts channelUnknown 1
      warn: channel_unknown channelOperation=cancel reason=no_cover
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(
      (
        await flow
          .at(58)
          .says(SILENCE, refused('not_completed', { subCode: 'ACQ.X' }))
          .poll()
      ).slice(-4),
    ).toMatchInlineSnapshot(`
      cancel attemptNo=1 → refused refusal=(reason=not_completed subCode=ACQ.X)
      counts channelUnknown 1
      warn: channel_unknown channelOperation=cancel reason=ACQ.X
      = 200 awaiting_payment do_not_hand_over_goods
    `);
  });

  test('is not sent any more when the channel would not take it', async () => {
    const flow = await cancelling();
    expect(await flow.at(86_348.999).says(SILENCE, SILENCE).poll()).toHaveLength(7);
    expect(await flow.at(86_352).says(SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    const exact = await cancelling();
    expect(await exact.at(86_349).says(SILENCE).poll()).toHaveLength(4);
  });

  test('is nothing when its request can never be carried out any more', async () => {
    const flow = await scanned();
    expect(await flow.at(143.999).says(ABSENT, SILENCE).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0 cancelRequestedAt=@143.999
      cancel attemptNo=1 → unknown why=time-out, counted and warned of
      = 200 awaiting_payment do_not_hand_over_goods
    `);
    expect(await flow.at(147).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      writes attempts.0.ended why=expired at=@147
      = 200 awaiting_payment get_qr_code
    `);
    const exact = await scanned();
    expect((await exact.at(144).says(ABSENT).poll()).slice(1)).toMatchInlineSnapshot(`
      writes attempts.0.ended why=expired at=@144
      = 200 awaiting_payment get_qr_code
    `);
  });
});
