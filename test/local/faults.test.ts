/** How the simulator is told to misbehave, and what it tells of a payment and a refund: to the call and as whole values. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Books, type Trade } from '../../bin/local/alipay-simulator/books.ts';
import { changeFaults, type Faults, noFaults, takeFault } from '../../bin/local/alipay-simulator/faults.ts';
import { type Notice, Notifier } from '../../bin/local/alipay-simulator/notifier.ts';

const NONE = {
  ...{ dropNotifications: false, duplicateNotifications: false, delayNotificationsMs: 0, tamperNotification: null },
  ...{ channelClosed: false, bill: null, authorisations: {}, revokedTokens: [] },
  ...{ everyNthCall: 0, everyNthTwice: 0, operations: {} },
};
let faults: Faults;
/** What goes wrong with this call. */
const take = (operation: Parameters<typeof takeFault>[1], count: number) => takeFault(faults, operation, count)?.answer;
beforeEach(() => {
  faults = noFaults();
});

describe('a fault', () => {
  test('by name happens so many times, and no other operation has it', () => {
    expect(
      changeFaults(faults, { query: { answer: 'garbage', times: 2 }, pay: { answer: 'time_out' } }),
    ).toBeUndefined();
    const taken = (['query', 'close', 'query', 'query', 'pay', 'pay'] as const).map((it) => take(it, 1));
    expect(taken).toEqual(['garbage', undefined, 'garbage', undefined, 'time_out', undefined]);
  });

  test('of every third call comes in each way in turn, and one by name comes first', () => {
    changeFaults(faults, { everyNthCall: 3 });
    const taken = Array.from({ length: 21 }, (_, i) => take('query', i + 1));
    const inTurn = [
      ...['time_out_with_effect', 'garbage', 'bad_signature', 'system_error_with_effect', 'time_out'],
      ...['system_error', 'time_out_with_effect'],
    ];
    expect(taken).toEqual(inTurn.flatMap((fault) => [undefined, undefined, fault]));
    changeFaults(faults, { query: { answer: 'garbage' } });
    expect([take('query', 3), take('query', 3)]).toEqual(['garbage', 'time_out_with_effect']);
    // A bill is asked for once a day.
    expect(take('bill', 3)).toBeUndefined();
  });

  test('that is not named keeps its value; reset takes all away, before what is named beside it', () => {
    changeFaults(faults, { dropNotifications: true, everyNthTwice: 4, query: { answer: 'garbage' } });
    changeFaults(faults, { everyNthTwice: 5 });
    const operations = { query: { answer: 'garbage', form: 'signed', times: 1 } };
    expect(faults).toEqual({ ...NONE, dropNotifications: true, everyNthTwice: 5, operations });
    changeFaults(faults, { everyNthCall: 2, reset: true });
    expect(faults).toEqual({ ...NONE, everyNthCall: 2 });
  });

  test.each([
    [{ dropNotifications: 1 }, 'dropNotifications'],
    [{ duplicateNotifications: 'yes' }, 'duplicateNotifications'],
    [{ delayNotificationsMs: -1 }, 'delayNotificationsMs'],
    [{ delayNotificationsMs: 0.5 }, 'delayNotificationsMs'],
    [{ tamperNotification: { field: 'a' } }, 'tamperNotification'],
    [{ tamperNotification: 'a' }, 'tamperNotification'],
    [{ channelClosed: null }, 'channelClosed'],
    [{ bill: { day: 1 } }, 'bill'],
    [{ bill: { answer: 'retry' } }, 'bill'],
    [{ revokedTokens: 'token' }, 'revokedTokens'],
    [{ query: { answer: 'code:20000', form: 'other' } }, 'query'],
    [{ query: { answer: 'code:2000' } }, 'query'],
    [{ authorisations: { token: '2087000000000001' } }, 'authorisations'],
    [{ authorisations: null }, 'authorisations'],
    [{ everyNthCall: -1 }, 'everyNthCall'],
    [{ everyNthTwice: 1.5 }, 'everyNthTwice'],
    [{ reset: 1 }, 'reset'],
    [{ query: 'garbage' }, 'query'],
    [{ query: null }, 'query'],
    [{ query: { answer: 'nonsense' } }, 'query'],
    [{ query: { answer: 'refuse:' } }, 'query'],
    [{ query: { answer: 'retry' } }, 'query'],
    [{ query: { answer: 'garbage', times: -1 } }, 'query'],
    [{ query: { answer: 'garbage', times: 0.5 } }, 'query'],
  ])('that is none, %j, changes nothing', (request, name) => {
    expect(changeFaults(faults, { everyNthTwice: 7, ...request })).toBe(`${name} is not what it can be`);
    expect(faults).toEqual(NONE);
  });

  test.each([
    [{ tamperNotification: null }, {}],
    [{ bill: null }, {}],
    [{ delayNotificationsMs: 0 }, {}],
    [
      { authorisations: { token: '2088000000000001', gone: null } },
      { authorisations: { token: '2088000000000001', gone: null } },
    ],
    [{ tamperNotification: { field: 'a', value: '' } }, { tamperNotification: { field: 'a', value: '' } }],
    [{ revokedTokens: ['token'] }, { revokedTokens: ['token'] }],
    [{ bill: { day: '2026-03-01' } }, { bill: { day: '2026-03-01' } }],
    [{ cancel: { answer: 'retry' } }, { operations: { cancel: { answer: 'retry', form: 'signed', times: 1 } } }],
    [
      { pay: { answer: 'refuse:ACQ.X', times: 0 } },
      { operations: { pay: { answer: 'refuse:ACQ.X', form: 'signed', times: 0 } } },
    ],
    [
      { bill: { answer: 'code:40006:isv.x-y', form: 'error_response' } },
      { operations: { bill: { answer: 'code:40006:isv.x-y', form: 'error_response', times: 1 } } },
    ],
  ])('%j is one', (request, changed) => {
    expect(changeFaults(faults, request)).toBeUndefined();
    expect(faults).toEqual({ ...NONE, ...changed });
  });

  test('that there is not is told with those that there are', () => {
    expect(changeFaults(faults, { dropNotification: true })).toMatch(
      /^unknown member dropNotification; known: dropNot/,
    );
    expect(faults).toEqual(NONE);
  });
});

describe('a notification', () => {
  const NOON = Date.parse('2026-03-01T12:00:00+08:00');
  let books: Books;
  let notifier: Notifier;
  let kept: Notice[];
  beforeEach(() => {
    kept = [];
    books = new Books(() => {});
    const changed = (notice: Notice) => kept.push(structuredClone(notice));
    // Without the key of its app nothing is sent: the notice stays as it was made.
    notifier = new Notifier({ now: () => NOON, keys: new Map(), faults, changed, fetch, tradeOf: () => undefined });
  });
  function paid(coupon = 0, notifyUrl: string | null = 'http://127.0.0.1:1/'): Trade {
    const open = books.precreate(
      {
        ...{ appId: 'app', sellerId: '2088000000000001', outTradeNo: 'o_1', amount: 1_234, subject: 'tea' },
        ...{ content: '', notifyUrl, endsAt: NOON + 90_000 },
      },
      NOON,
    );
    if ('no' in open) throw new Error(open.no);
    books.scan(open, NOON);
    books.pay(open, NOON + 1_000, false, coupon);
    return open;
  }
  const fields = (trade: Trade, own = '12.34') => ({
    ...{ notify_type: 'trade_status_sync', charset: 'utf-8', version: '1.0', app_id: 'app', auth_app_id: 'app' },
    ...{ trade_no: trade.tradeNo, out_trade_no: 'o_1', seller_id: '2088000000000001', subject: 'tea' },
    ...{ seller_email: 'shop@example.com', buyer_id: '2088102146225135', buyer_logon_id: '138****5678' },
    ...{ gmt_create: '2026-03-01 12:00:00', trade_status: 'TRADE_SUCCESS', total_amount: '12.34' },
    ...{ receipt_amount: own, invoice_amount: own, buyer_pay_amount: own, point_amount: '0.00' },
    ...{ gmt_payment: '2026-03-01 12:00:01' },
  });
  const ALL_OWN = '[{"amount":"12.34","fundChannel":"ALIPAYACCOUNT"}]';

  test('of a payment', () => {
    const trade = paid();
    notifier.paid(trade, NOON + 1_000);
    expect(kept).toEqual([
      {
        ...{ notifyId: expect.stringMatching(/^[0-9a-f]{34}$/), appId: 'app', outTradeNo: 'o_1' },
        ...{ url: 'http://127.0.0.1:1/', dueAt: NOON + 1_000, tries: 0, attempts: [] },
        fields: { ...fields(trade), fund_bill_list: ALL_OWN },
      },
    ]);
  });

  test('of a payment with a coupon of the shop', () => {
    const trade = paid(134);
    notifier.paid(trade, NOON);
    expect(kept[0]?.fields).toEqual({
      ...fields(trade, '11.00'),
      fund_bill_list: '[{"amount":"11.00","fundChannel":"ALIPAYACCOUNT"},{"amount":"1.34","fundChannel":"MDISCOUNT"}]',
      voucher_detail_list:
        '[{"amount":"1.34","merchantContribute":"1.34","name":"商家优惠券","otherContribute":"0.00","type":"ALIPAY_BIZ_VOUCHER","memo":""}]',
    });
  });

  test('of refunds: the sum that has gone back, and the close with the last', () => {
    const trade = paid();
    books.refund(trade, 'r1', 200, NOON + 2_000);
    notifier.refunded(trade, 'r1', NOON + 2_007, 'cold');
    books.refund(trade, 'r2', 1_034, NOON + 3_000);
    notifier.refunded(trade, 'r2', NOON + 3_000);
    const common = { ...fields(trade), fund_bill_list: ALL_OWN };
    expect(kept.map((it) => it.fields)).toEqual([
      {
        ...{ ...common, out_biz_no: 'r1', refund_fee: '2.00', refund_reason: 'cold' },
        gmt_refund: '2026-03-01 12:00:02.007',
      },
      {
        ...{ ...common, trade_status: 'TRADE_CLOSED', out_biz_no: 'r2', refund_fee: '12.34' },
        ...{ gmt_refund: '2026-03-01 12:00:03.000', gmt_close: '2026-03-01 12:00:03' },
      },
    ]);
    expect(new Set(kept.map(({ notifyId }) => notifyId)).size).toBe(2);
  });

  test('is late where it is told to be, and there is none without an address', () => {
    changeFaults(faults, { delayNotificationsMs: 5_000 });
    notifier.paid(paid(), NOON);
    expect(kept.map(({ dueAt }) => dueAt)).toEqual([NOON + 5_000]);
    books = new Books(() => {});
    notifier.paid(paid(0, null), NOON);
    expect(kept).toHaveLength(1);
    notifier.stop();
  });
});
