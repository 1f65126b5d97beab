/** Alipay's notifications: what its own SDK calls genuine we call genuine, and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  APP_ID,
  FIELDS,
  form,
  gbkCharacters,
  isGenuineBySdk,
  OTHER_APP_ID,
  otherAlipayKey,
  read,
} from '../support/notifications.ts';

const paid = {
  tradeNo: FIELDS.trade_no,
  paidAt: Date.parse('2026-03-01T04:00:00Z'),
  amount: { currency: 'CNY', value: 1234 },
  received: { currency: 'CNY', value: 1234 },
};
const news = {
  kind: 'news',
  notificationId: 'n1',
  account: { channel: 'alipay', appId: APP_ID, sellerId: FIELDS.seller_id },
  attemptNo: FIELDS.out_trade_no,
  paid,
  closedUnpaid: false,
};

describe('a genuine notification', () => {
  test('is read, without anything of the payer', () => {
    expect(read(form(FIELDS))).toEqual(news);
  });

  test('F11 in GBK is the same, whatever the characters', () => {
    const subject = fc.array(fc.constantFrom(...gbkCharacters), { maxLength: 30 });
    fc.assert(
      fc.property(subject, fc.boolean(), fc.constantFrom('GBK', 'gbk', 'GB2312', 'gb18030'), (chars, plus, charset) => {
        const fields = { ...FIELDS, charset, subject: `拿铁${chars.join('')}` };
        expect(read(form(fields, { charset: 'GBK', plus }))).toEqual(news);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('F11 a blank is a plus or %20, in any order of fields', () => {
    for (const plus of [true, false]) {
      const pairs = form(FIELDS, { plus }).split('&');
      expect([read(pairs.reverse().join('&')), read(pairs.sort().join('&'))]).toEqual([news, news]);
    }
  });

  test("a second app's is verified by the keys of that app", () => {
    const fields = { ...FIELDS, app_id: OTHER_APP_ID };
    expect(read(form(fields, { key: otherAlipayKey }))).toEqual({
      ...news,
      account: { ...news.account, appId: OTHER_APP_ID },
    });
  });

  test('a notification has 16 KB at the most', () => {
    const room = 16 * 1024 - form({ ...FIELDS, body: '' }).length;
    // A signature has characters that are escaped, some more, some less: fill up what is left.
    const sized = (length: number) => {
      for (let n = length; ; n -= 1) {
        const body = form({ ...FIELDS, body: 'x'.repeat(n) });
        if (body.length <= 16 * 1024) return body;
      }
    };
    const largest = sized(room + 20);
    expect(read(largest)).toEqual(news);
    expect(read(form({ ...FIELDS, body: 'x'.repeat(room + 201) })).kind).toBe('forged');
  });

  test('an empty value may be signed or not', () => {
    const { sign: _, ...rest } = { ...FIELDS, sign: '' };
    expect(read(form({ ...rest, body: '' }))).toEqual(news);
    expect(read(`${form(FIELDS)}&body=`)).toEqual(news);
  });

  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc
      .array(fc.constantFrom('咖啡', '😀', '+', '%', '%2B', '&', '=', '&sign=', ' ', '"', '\\', '\n', '\u0000'))
      .map((it) => it.join('')),
  );
  test("F11 is what Alipay's SDK calls genuine, whatever the text", () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (subject, extra, plus) => {
        const body = form({ ...FIELDS, subject: `s${subject}`, new_field: `x${extra}` }, { plus });
        expect([read(body), isGenuineBySdk(body)]).toEqual([news, true]);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  const { paid: _, ...unpaid } = news;
  const cny = (value: number) => ({ currency: 'CNY', value });
  const whole = { returned: paid.amount };
  test.each([
    ['TRADE_SUCCESS', {}, { paid }],
    ['TRADE_SUCCESS', { gmt_payment: '' }, { incomplete: true }],
    ['TRADE_SUCCESS', { gmt_payment: 'yesterday' }, { incomplete: true }],
    ['TRADE_SUCCESS', { receipt_amount: '0.00' }, { paid: { ...paid, received: undefined } }],
    ['TRADE_SUCCESS', { receipt_amount: '0.00', discount_amount: '12.34' }, { paid: { ...paid, received: cny(0) } }],
    ['TRADE_SUCCESS', { refund_fee: '0.00', gmt_refund: '' }, { paid }],
    [
      'TRADE_SUCCESS',
      { refund_fee: '1.00', out_biz_no: 'r1' },
      { paid, refund: { requestNo: 'r1', returned: cny(100) } },
    ],
    ['TRADE_SUCCESS', { gmt_refund: '2026-03-01 13:00:00.123' }, { paid, refund: {} }],
    [
      'TRADE_SUCCESS',
      { gmt_refund: '2026-03-01 13:00:00.123', out_biz_no: 'r1' },
      { paid, refund: { requestNo: 'r1' } },
    ],
    ['TRADE_SUCCESS', { total_amount: '12.345' }, { paid: { ...paid, amount: { currency: 'CNY', value: -1 } } }],
    ['TRADE_SUCCESS', { trade_no: '' }, { paid: { ...paid, tradeNo: '' } }],
    ['TRADE_SUCCESS', { trade_no: '张三 13800000000' }, { paid: { ...paid, tradeNo: '' } }],
    ['TRADE_SUCCESS', { trade_no: '1'.repeat(65) }, { paid: { ...paid, tradeNo: '' } }],
    ['TRADE_SUCCESS', { trade_no: '1'.repeat(64) }, { paid: { ...paid, tradeNo: '1'.repeat(64) } }],
    ['TRADE_FINISHED', {}, { paid }],
    ['TRADE_FINISHED', { refund_fee: '1.00' }, { paid, refund: { returned: cny(100) } }],
    ['TRADE_CLOSED', { gmt_payment: '' }, { closedUnpaid: true }],
    // money F11 N1, N3, N2: closed after it was paid, all of it has gone back.
    ['TRADE_CLOSED', {}, { paid, refund: whole }],
    ['TRADE_CLOSED', { gmt_payment: '', refund_fee: '0.00' }, { closedUnpaid: true }],
    ['TRADE_CLOSED', { refund_fee: '12.34' }, { paid, refund: whole }],
    ['TRADE_CLOSED', { refund_fee: '12.34', out_biz_no: 'r1' }, { paid, refund: { requestNo: 'r1', ...whole } }],
    ['TRADE_CLOSED', { gmt_payment: '', gmt_refund: '2026-03-01 13:00:00.123' }, { incomplete: true, refund: whole }],
    ['WAIT_BUYER_PAY', {}, {}],
    ['WAIT_BUYER_PAY', { gmt_payment: '' }, {}],
    ['SOMETHING_NEW', {}, {}],
  ])('F12 a trade that is %s with %j is told as what it is', (trade_status, more, expected) => {
    expect(read(form({ ...FIELDS, trade_status, ...more }))).toEqual({ ...unpaid, ...expected });
  });

  test('F12 closed without any time of a payment is over, unpaid', () => {
    const { gmt_payment: _, ...fields } = FIELDS;
    expect(read(form({ ...fields, trade_status: 'TRADE_CLOSED' }))).toEqual({ ...unpaid, closedUnpaid: true });
  });

  test.each(['notify_type', 'notify_id', 'out_trade_no', 'trade_status'])(
    'a notification without %s is not ours',
    (name) => {
      expect(read(form({ ...FIELDS, [name]: '' })).kind).toBe('not_ours');
    },
  );

  test('a notification about something else is not ours', () => {
    expect(read(form({ ...FIELDS, notify_type: 'other' }))).toMatchObject({ kind: 'not_ours' });
  });
});
