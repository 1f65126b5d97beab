/** Why a notification is no news: each way in which a form can be none of Alipay's, by its name. */
import { describe, expect, test } from 'vitest';
import { APP_ID, FIELDS, form, otherAlipayKey, read } from '../support/notifications.ts';

const why = (body: string | Buffer) => {
  const told = read(body);
  return told.kind === 'news' ? 'news' : `${told.kind}: ${told.why}`;
};
const good = form(FIELDS);

describe('forged', () => {
  test.each<[string, string | Buffer]>([
    ['it is too large', `${good}&x=${'x'.repeat(16 * 1024)}`],
    ['it is not a form', ''],
    ['it is not a form', `${good}&`],
    ['it is not a form', `${good}&=1`],
    ['it is not a form', `${good}&x`],
    ['it is not a form', `${good} `],
    ['it is not a form', `\n${good}`],
    ['it is not a form', Buffer.from(`${good}&x=咖`)],
    ['its escapes are broken', `${good}&x=%`],
    ['its escapes are broken', `${good}&x=%4`],
    ['its escapes are broken', `${good}&x=%zz`],
    ['its escapes are broken', `${good}&%4=x`],
    ['it has a name that is none', `${good}&a%20b=x`],
    ['it has a name that is none', `${good}&%20b=x`],
    ['it has a name that is none', `${good}&a+=x`],
    ['it names app_id twice', `${good}&app_id=${APP_ID}`],
    ['its charset is unknown', form({ ...FIELDS, charset: 'constructor' })],
    ['it is not text in utf-8', `${good}&x=%FF`],
    ['it is not text in gbk', form({ ...FIELDS, charset: 'GBK', subject: '' }).replace('subject=', 'subject=%FF')],
    ['it can be read in two ways', form({ ...FIELDS, subject: 'x&total_amount=1' })],
    ['the app is unknown', form({ ...FIELDS, app_id: '1' })],
    ['the app is unknown', form(FIELDS).replace(/app_id=\d+&/, '')],
    ['the signature is not RSA2', form(FIELDS, { signType: 'RSA' })],
    ['the signature does not fit', form(FIELDS, { key: otherAlipayKey })],
    ['the signature does not fit', good.replace(/&sign=.*/, '')],
    ['the signature does not fit', good.replace('12.34', '0.01')],
    ['the signature does not fit', `${good}&new=field`],
  ])('a notification is forged if %s', (reason, body) => {
    expect(why(body)).toBe(`forged: ${reason}`);
  });
});

test('a form that says nothing of its charset is UTF-8, by any of its names', () => {
  const { charset: _, ...fields } = FIELDS;
  expect([why(form(fields)), why(form({ ...FIELDS, charset: 'UTF8' }))]).toEqual(['news', 'news']);
});

test('a byte order mark is a character of what was signed', () => {
  expect(why(form({ ...FIELDS, subject: '\ufeffx' }))).toBe('news');
});

test('genuine news about anything but a trade is not ours, and says what it is of', () => {
  expect(why(form({ ...FIELDS, notify_type: 'x' }))).toBe('not_ours: notify_type x');
  const { notify_type: _, ...untyped } = FIELDS;
  expect(why(form(untyped))).toBe('not_ours: notify_type missing');
});

test('what a genuine one leaves out fits no order', () => {
  const { seller_id, trade_no, total_amount, receipt_amount, notify_time, ...rest } = FIELDS;
  expect(read(form(rest))).toMatchObject({
    account: { channel: 'alipay', sellerId: '' },
    paid: { tradeNo: '', paidAt: Date.parse('2026-03-01T04:00:00Z'), amount: { currency: 'CNY', value: -1 } },
  });
  expect(read(form(rest))).not.toHaveProperty('paid.received');
});
