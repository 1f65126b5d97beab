/** F5: what is not genuine, to the last bit of a notification, is called forged. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alipayKey, appKey, FIELDS, form, isGenuineBySdk, otherAlipayKey, read } from '../support/notifications.ts';

const good = form(FIELDS);
const pairs = good.split('&');
/** The same message with some fields' values spelt anew, its signature kept. */
const spelt = (changes: Readonly<Record<string, string | undefined>>): string => {
  const fields = { ...Object.fromEntries(new URLSearchParams(good)), ...changes };
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
};

describe('F5 what is not genuine', () => {
  test.each([
    ['nothing', ''],
    ['JSON', JSON.stringify(FIELDS)],
    ['no signature', good.replace(/&sign=[^&]*/, '')],
    ['an empty signature', good.replace(/&sign=[^&]*/, '&sign=')],
    ['a short signature', good.replace(/(&sign=.{20})[^&]*/, '$1')],
    ['no sign_type', good.replace('&sign_type=RSA2', '')],
    ['SHA-1, and says so', form(FIELDS, { signType: 'RSA', hash: 'RSA-SHA1' })],
    ['SHA-1, and says otherwise', form(FIELDS, { hash: 'RSA-SHA1' })],
    ['SHA-256, and says otherwise', form(FIELDS, { signType: 'RSA' })],
    ["our own key instead of Alipay's", form(FIELDS, { key: appKey })],
    ["Alipay's key for another app of ours", form(FIELDS, { key: otherAlipayKey })],
    ['another app of ours, by the key of this one', form({ ...FIELDS, app_id: '2021000000000002' })],
    ['an app that nobody knows', form({ ...FIELDS, app_id: '2021999999999999' })],
    ['S25 an app of a prototype', form({ ...FIELDS, app_id: '__proto__' })],
    ['a parameter twice', `${good}&total_amount=12.34`],
    ['a parameter twice, one of them empty', `${good}&total_amount=`],
    ['a parameter twice, one of them escaped', `${good}&%74otal_amount=0.01`],
    ['a parameter more', `${good}&x=1`],
    ['a parameter less', good.replace(/&subject=[^&]*/, '')],
    ['a parameter without a name', `${good}&=1`],
    ['a parameter without a value', `${good}&x`],
    ['broken escapes', good.replace('%', '%zz')],
    ['an escape that ends early', `${good}&x=%4`],
    ['bytes that are no text', good.replace(/subject=[^&]*/, 'subject=%FF%FE')],
    ['bytes outside of ASCII', good.replace(/subject=[^&]*/, 'subject=拿铁')],
    ['a charset that nobody knows', form({ ...FIELDS, charset: 'klingon' })],
    ['a charset that every object has', form({ ...FIELDS, charset: 'constructor' })],
    ['a charset that is a prototype', form({ ...FIELDS, charset: '__proto__' })],
    ['more than 16 KB', form({ ...FIELDS, body: 'x'.repeat(17_000) })],
  ])('a notification is forged: %s', (_, body) => {
    expect(read(body).kind).toBe('forged');
  });
});

describe('F5 one signed text, cut in two ways', () => {
  const cheap = form({
    ...FIELDS,
    trade_status: 'WAIT_BUYER_PAY',
    subject: 'x&total_amount=99.00&trade_no=1&trade_status=TRADE_SUCCESS&u=',
  });

  test('fields that are cut out of a signed subject are refused', () => {
    const { total_amount, trade_no, trade_status, version, ...rest } = Object.fromEntries(new URLSearchParams(cheap));
    const u = `&total_amount=${total_amount}&trade_no=${trade_no}&trade_status=${trade_status}&version=${version}`;
    const cut = { ...rest, subject: 'x', total_amount: '99.00', trade_no: '1', trade_status: 'TRADE_SUCCESS', u };
    const body = String(new URLSearchParams(cut));
    // Alipay's scheme itself cannot tell: the same text, the same signature.
    expect([isGenuineBySdk(body), read(body).kind, read(cheap).kind]).toEqual([true, 'forged', 'forged']);
  });

  test('a time of payment that hides in the field before it is refused', () => {
    const closed = Object.fromEntries(new URLSearchParams(form({ ...FIELDS, trade_status: 'TRADE_CLOSED' })));
    const { gmt_payment, ...rest } = closed;
    const fund_bill_list = `${closed.fund_bill_list}&gmt_payment=${gmt_payment}`;
    const body = String(new URLSearchParams({ ...rest, fund_bill_list }));
    expect([isGenuineBySdk(body), read(body).kind]).toEqual([true, 'forged']);
  });

  test('fields that hide in the name of another are refused', () => {
    const { subject, total_amount, ...rest } = Object.fromEntries(new URLSearchParams(good));
    const body = String(new URLSearchParams({ ...rest, [`subject=${subject}&total_amount`]: String(total_amount) }));
    expect([isGenuineBySdk(body), read(body).kind]).toEqual([true, 'forged']);
  });
});

describe('F5 10,000 mutations, none accepted', () => {
  const which = fc.nat({ max: pairs.length - 1 });
  const signature = Buffer.from(new URLSearchParams(good).get('sign') ?? '', 'base64');

  test('a changed character of the form makes it forged', () => {
    const property = fc.property(which, fc.nat(), fc.constantFrom(...'abcXYZ0129+%&= '), (n, at, char) => {
      const pair = pairs[n] ?? '';
      const changed = pair.slice(0, at % pair.length) + char + pair.slice((at % pair.length) + 1);
      fc.pre(!sameBytes(pair, changed));
      expect(read(pairs.with(n, changed).join('&')).kind).toBe('forged');
    });
    fc.assert(property, { numRuns: 4_000, seed: 1 });
  });

  test('a changed bit of a value makes it forged', () => {
    const names = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
    const property = fc.property(fc.constantFrom(...names), fc.nat(), fc.nat({ max: 6 }), (name, at, bit) => {
      const value = FIELDS[name];
      const code = value.charCodeAt(at % value.length) ^ (1 << bit);
      const changed =
        value.slice(0, at % value.length) + String.fromCharCode(code) + value.slice((at % value.length) + 1);
      expect(read(spelt({ [name]: changed })).kind).toBe('forged');
    });
    fc.assert(property, { numRuns: 2_500, seed: 2 });
  });

  test('a changed bit of the signature makes it forged', () => {
    const property = fc.property(fc.nat({ max: signature.length * 8 - 1 }), (bit) => {
      const changed = Buffer.from(signature);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(read(spelt({ sign: changed.toString('base64') })).kind).toBe('forged');
    });
    fc.assert(property, { numRuns: 1_500, seed: 3 });
  });

  test('a field that is dropped, doubled, added or exchanged makes it forged', () => {
    const fresh = fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string({ minLength: 1, maxLength: 12 }));
    const property = fc.property(which, which, fresh, (n, m, [name, value]) => {
      const [a = '', b = ''] = [pairs[n], pairs[m]];
      const textOf = (pair: string) => pair.slice(pair.indexOf('=') + 1);
      const nameOf = (pair: string) => pair.slice(0, pair.indexOf('='));
      expect(read(pairs.toSpliced(n, 1).join('&')).kind).toBe('forged');
      expect(read([...pairs, a].join('&')).kind).toBe('forged');
      expect(read(`${good}&${name}=${encodeURIComponent(value)}`).kind).toBe('forged');
      fc.pre(textOf(a) !== textOf(b));
      const swapped = pairs.with(n, `${nameOf(a)}=${textOf(b)}`).with(m, `${nameOf(b)}=${textOf(a)}`);
      expect(read(swapped.join('&')).kind).toBe('forged');
    });
    fc.assert(property, { numRuns: 500, seed: 4 });
  });

  test('the notification that was not touched is accepted every time', () => {
    const amount = fc.integer({ min: 1, max: 10_000_000_000 });
    const property = fc.property(amount, fc.stringMatching(/^[a-z0-9]{1,20}$/), (fen, id) => {
      const total_amount = `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
      const body = form({ ...FIELDS, total_amount, notify_id: id }, { key: alipayKey });
      expect(read(body)).toMatchObject({ kind: 'news', notificationId: id, paid: { amount: { value: fen } } });
    });
    fc.assert(property, { numRuns: 500, seed: 5 });
  });
});

/** Escapes may be spelt in more than one way; the tail bits of base64 mean nothing. */
function sameBytes(a: string, b: string): boolean {
  const parts = (pair: string) => {
    const [[name, value] = ['', '']] = new URLSearchParams(pair);
    return [name, name === 'sign' ? Buffer.from(value, 'base64').toString('hex') : value].join('=');
  };
  return parts(a) === parts(b);
}
