/** What is said to the channel, stored and counted, step by step: a QR code from its order to its end. */
import { describe, expect, test } from 'vitest';
import { ABSENT, CODE, Flow, SILENCE } from '../support/flow.ts';
import { owed } from '../support/flow-starts.ts';
import { NOON } from '../support/orders.ts';

describe('the code', () => {
  test('is asked for with all that was stored before', async () => {
    const flow = new Flow().says(CODE);
    expect(await flow.create({ operatorId: '007', subject: 'tea for two' })).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      createQrCode attemptNo=1 amount=CNY 1234 subject=tea for two operatorId=007 expiresAt=@180 → accepted payload=code
      writes attempts.0 payload=code
      = 201 awaiting_payment show_qr_code
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
        expiresAt: NOON + 180_000,
        notifyUrl: 'https://pay.example/v1/notifications/alipay',
        operatorId: '007',
        storeId: 'main',
        subject: 'tea for two',
        terminalId: 'trm_aaaabbbbcccc',
      },
    ]);
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
        operatorId: '007',
        storeId: 'main',
        subject: 'tea for two',
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
      dueAt: NOON + 225_000,
      dueShard: '0',
      latePayment: 'refund',
      merchantId: 'mer_aaaabbbbcccc',
      orderId: 'ord_apnyyr77nmwnx6wkoxp3hquwld',
      payments: [],
      refunds: [],
      schema: 2,
      updatedAt: NOON,
      version: 2,
    });
  });

  test('of a back office names no terminal and no operator', async () => {
    const flow = new Flow({ backOffice: true }).says(CODE);
    expect(await flow.create()).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      createQrCode attemptNo=1 amount=CNY 1234 terminalId=back-office expiresAt=@180 → accepted payload=code
      writes attempts.0 payload=code
      = 201 awaiting_payment show_qr_code
    `);
  });

  test('F17 that does not come is asked for again by a poll, three seconds later, under the same number and end', async () => {
    const flow = new Flow().says(SILENCE);
    expect(await flow.create()).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → unknown why=time-out, counted and warned of
      = 202 created wait
    `);
    expect(await flow.at(2.999).poll()).toMatchInlineSnapshot(`= 200 created wait`);
    expect(await flow.at(3).says(CODE).poll()).toMatchInlineSnapshot(`
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → accepted payload=code
      writes attempts.0 payload=code
      = 200 awaiting_payment show_qr_code
    `);
    expect(await flow.at(5.999).poll()).toMatchInlineSnapshot(`= 200 awaiting_payment show_qr_code`);
    expect(await flow.at(6).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = 200 awaiting_payment show_qr_code
    `);
  });

  test('is not asked for when less than a minute of it would be left', async () => {
    expect(await (await owed()).at(120).says(CODE).poll()).toMatchInlineSnapshot(`
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → accepted payload=code
      writes attempts.0 payload=code
      = 200 awaiting_payment show_qr_code
    `);
    expect(await (await owed()).at(120.001).says(ABSENT).poll()).toMatchInlineSnapshot(`
      query attemptNo=1 → absent
      = 200 created wait
    `);
  });

  test('is not asked for when the invocation may end before the answer is stored', async () => {
    expect(await (await owed()).at(5).poll(5_999)).toMatchInlineSnapshot(`= 200 created wait`);
    expect(await (await owed()).at(5).says(CODE).poll(6_000)).toMatchInlineSnapshot(`
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → accepted payload=code
      writes attempts.0 payload=code
      = 200 awaiting_payment show_qr_code
    `);
    expect(await new Flow().create({}, 5_999)).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      = 202 created wait
    `);
  });

  test('that is refused says why, and makes room for the next attempt', async () => {
    const flow = new Flow().says({
      kind: 'refused',
      refusal: { reason: 'amount_over_limit', subCode: 'ACQ.TOTAL_FEE_EXCEED', code: '40004' },
    });
    expect(await flow.create()).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → refused refusal=(reason=amount_over_limit subCode=ACQ.TOTAL_FEE_EXCEED code=40004)
      warn: qr_code_refused reason=amount_over_limit channelCode=ACQ.TOTAL_FEE_EXCEED
      writes
        attempts.0.refused reason=amount_over_limit subCode=ACQ.TOTAL_FEE_EXCEED code=40004 at=@0
        attempts.0.ended why=refused at=@0
      = 201 created get_qr_code
    `);
    expect(await flow.at(1).poll()).toMatchInlineSnapshot(`= 200 created get_qr_code`);
    expect(
      await flow
        .at(2)
        .says({ kind: 'refused', refusal: { reason: 'not_completed', code: '40004' } })
        .code(2),
    ).toMatchInlineSnapshot(`
      writes attempts.1 n=2 kind=qr_code expiresAt=@182
      createQrCode attemptNo=2 amount=CNY 1234 expiresAt=@182 → refused refusal=(reason=not_completed code=40004)
      warn: qr_code_refused reason=not_completed channelCode=40004
      writes
        attempts.1.refused reason=not_completed code=40004 at=@2
        attempts.1.ended why=refused at=@2
      = 200 created get_qr_code
    `);
    expect(
      await flow
        .at(3)
        .says({ kind: 'refused', refusal: { reason: 'not_completed' } })
        .code(3),
    ).toMatchInlineSnapshot(`
      writes attempts.2 n=3 kind=qr_code expiresAt=@183
      createQrCode attemptNo=3 amount=CNY 1234 expiresAt=@183 → refused refusal=(reason=not_completed)
      warn: qr_code_refused reason=not_completed channelCode=
      writes
        attempts.2.refused reason=not_completed at=@3
        attempts.2.ended why=refused at=@3
      = 200 created get_qr_code
    `);
    expect(await flow.at(4).says(CODE).code(4)).toMatchInlineSnapshot(`
      writes attempts.3 n=4 kind=qr_code expiresAt=@184
      createQrCode attemptNo=4 amount=CNY 1234 expiresAt=@184 → accepted payload=code
      writes attempts.3 payload=code
      = 200 awaiting_payment show_qr_code
    `);
  });

  test('of a merchant whom the channel turns away closes the channel; the next code opens it', async () => {
    const refusal = {
      ...{ reason: 'channel_unavailable', subCode: 'ACQ.PARTNER_ERROR', code: '40004' },
      blames: 'merchant',
    };
    const flow = new Flow().says({ kind: 'refused', refusal });
    expect(await flow.create()).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → refused refusal=(reason=channel_unavailable subCode=ACQ.PARTNER_ERROR code=40004 blames=merchant)
      warn: qr_code_refused reason=channel_unavailable channelCode=ACQ.PARTNER_ERROR
      writes
        attempts.0.refused reason=channel_unavailable subCode=ACQ.PARTNER_ERROR code=40004 at=@0
        attempts.0.ended why=refused at=@0
      counts channelClosures 1
      error: channel_closed merchantId=mer_aaaabbbbcccc channelCode=ACQ.PARTNER_ERROR
      = 201 created get_qr_code
    `);
    expect(await flow.at(61).says(CODE).code(2)).toMatchInlineSnapshot(`
      writes attempts.1 n=2 kind=qr_code expiresAt=@241
      createQrCode attemptNo=2 amount=CNY 1234 expiresAt=@241 → accepted payload=code
      writes attempts.1 payload=code
      warn: channel_opened merchantId=mer_aaaabbbbcccc
      = 200 awaiting_payment show_qr_code
    `);
  });

  test('integration M2 that an unsigned answer turns away is refused at once; only what speaks of the app counts as a strike', async () => {
    const unsigned = (refusal: object) => ({ kind: 'unknown', why: 'not signed', refusal });
    const flow = new Flow().says(
      unsigned({ reason: 'channel_unavailable', subCode: 'ACQ.PARTNER_ERROR', blames: 'merchant' }),
    );
    expect(await flow.create()).toMatchInlineSnapshot(`
      opens attempts.0 n=1 kind=qr_code expiresAt=@180
      createQrCode attemptNo=1 amount=CNY 1234 expiresAt=@180 → unknown why=not signed refusal=(reason=channel_unavailable subCode=ACQ.PARTNER_ERROR blames=merchant)
      counts channelUnknown 1
      warn: channel_unknown channelOperation=createQrCode reason=not signed
      warn: qr_code_refused reason=channel_unavailable channelCode=ACQ.PARTNER_ERROR
      writes
        attempts.0.refused reason=channel_unavailable subCode=ACQ.PARTNER_ERROR at=@0
        attempts.0.ended why=refused at=@0
      = 201 created get_qr_code
    `);
    const app = unsigned({
      ...{ reason: 'channel_unavailable', code: '40002', subCode: 'isv.invalid-app-id' },
      ...{ blames: 'app', misconfiguration: 'app_unknown' },
    });
    for (const n of [2, 3]) await flow.at(n).says(app).code(n);
    expect((await flow.at(4).says(app).code(4)).slice(1)).toMatchInlineSnapshot(`
      createQrCode attemptNo=4 amount=CNY 1234 expiresAt=@184 → unknown why=not signed refusal=(reason=channel_unavailable code=40002 subCode=isv.invalid-app-id blames=app misconfiguration=app_unknown)
      counts channelUnknown 1
      warn: channel_unknown channelOperation=createQrCode reason=not signed
      warn: qr_code_refused reason=channel_unavailable channelCode=isv.invalid-app-id
      writes
        attempts.3.refused reason=channel_unavailable code=40002 subCode=isv.invalid-app-id at=@4
        attempts.3.ended why=refused at=@4
      counts channelMisconfigured 1
      error: channel_misconfigured merchantId=mer_aaaabbbbcccc reason=app_unknown channelCode=isv.invalid-app-id
      counts channelClosures 1
      error: channel_closed merchantId=mer_aaaabbbbcccc channelCode=isv.invalid-app-id
      = 200 created get_qr_code
    `);
  });
});
