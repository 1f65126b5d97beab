/** The simulator's books where the shop scans the customer's code: at once, with the password, without money, too late. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Books, type No, type Order, type Trade } from '../../bin/local/alipay-simulator/books.ts';

const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const MINUTE = 60_000;
const order = (more: Partial<Order> = {}): Order => ({
  ...{ appId: 'app', sellerId: '2088000000000001', outTradeNo: 'o_1', amount: 500, subject: 'tea', content: 'tea' },
  ...{ notifyUrl: null, endsAt: NOON + 90_000, ...more },
});
let books: Books;
let changes: string[];
beforeEach(() => {
  changes = [];
  books = new Books((kind, value) =>
    changes.push('code' in value ? `${kind} ${value.used}` : `${kind} ${value.status}`),
  );
});
function trade(of: Trade | No): Trade {
  if ('no' in of) throw new Error(of.no);
  return of;
}

describe('a code of the customer', () => {
  test('has 18 digits, begins with 28, and lives for a minute', () => {
    const code = books.newTillCode(NOON);
    expect(code).toEqual({
      ...{ code: expect.stringMatching(/^28\d{16}$/), endsAt: NOON + MINUTE },
      ...{ used: false, noMoney: false, shopDiscount: 0 },
    });
    expect(books.payByCode(order(), code.code, NOON + MINUTE)).toEqual({ no: 'PAYMENT_AUTH_CODE_INVALID' });
    expect(trade(books.payByCode(order(), code.code, NOON + MINUTE - 1)).paidAt).toBe(NOON + MINUTE - 1);
    expect(books.newTillCode(NOON).code).not.toBe(code.code);
  });

  test('pays at once, once', () => {
    const { code } = books.newTillCode(NOON);
    const it = trade(books.payByCode(order(), code, NOON));
    expect(it).toEqual({
      ...order({ content: `tea\n${code}` }),
      ...{ tradeNo: expect.stringMatching(/^20260301220014\d{14}$/), status: 'TRADE_SUCCESS', qrCode: null },
      ...{ createdAt: NOON, paidAt: NOON, closedAt: null, refunds: [] },
    });
    expect(changes).toEqual(['tillCode false', 'tillCode true', 'trade TRADE_SUCCESS']);
    expect(books.payByCode(order({ outTradeNo: 'o_2' }), code, NOON)).toEqual({ no: 'PAYMENT_AUTH_CODE_INVALID' });
    expect(books.payByCode(order(), code, NOON)).toEqual({ no: 'TRADE_HAS_SUCCESS' });
  });

  test('needs the password above 1,000.00 yuan, to the fen', () => {
    const pay = (amount: number) =>
      trade(books.payByCode(order({ amount, outTradeNo: `o_${amount}` }), books.newTillCode(NOON).code, NOON));
    expect([pay(100_000).status, pay(100_001).status]).toEqual(['TRADE_SUCCESS', 'WAIT_BUYER_PAY']);
  });

  test('waits for the password: found by its code, repeated it is the same trade, paid it is one, or it ends', () => {
    const { code } = books.newTillCode(NOON);
    const large = order({ amount: 100_001 });
    const it = trade(books.payByCode(large, code, NOON));
    expect([it.paidAt, it.createdAt]).toEqual([null, NOON]);
    expect(books.payByCode(large, code, NOON + 1)).toBe(it);
    expect(books.payByCode(large, books.newTillCode(NOON).code, NOON)).toEqual({ no: 'CONTEXT_INCONSISTENT' });
    expect(books.waitingForCode(code, NOON)).toBe(it);
    expect(books.waitingForCode(code.slice(1), NOON)).toBeUndefined();
    expect(trade(books.pay(it, NOON + 2)).paidAt).toBe(NOON + 2);
    const other = books.newTillCode(NOON).code;
    books.payByCode(order({ amount: 100_001, outTradeNo: 'o_2' }), other, NOON);
    expect(books.waitingForCode(other, NOON + 90_000)).toMatchObject({
      status: 'TRADE_CLOSED',
      closedAt: NOON + 90_000,
      paidAt: null,
    });
  });

  test('without money is refused, and yet its number is a trade that waits', () => {
    const { code } = books.newTillCode(NOON, true);
    expect(books.payByCode(order(), code, NOON)).toEqual({ no: 'BUYER_BALANCE_NOT_ENOUGH' });
    const it = books.find('app', { outTradeNo: 'o_1' }, NOON);
    expect(it).toMatchObject({ status: 'WAIT_BUYER_PAY', paidAt: null, createdAt: NOON });
    expect(books.payByCode(order(), code, NOON)).toBe(it);
  });

  test.each([
    [0, undefined],
    [1, 499],
    [500, 0],
    [501, 0],
  ])('with a coupon of %i fen the merchant receives %s of 5.00', (coupon, received) => {
    const { code } = books.newTillCode(NOON, false, coupon);
    expect(trade(books.payByCode(order(), code, NOON)).received).toBe(received);
  });

  test('is not used up by what is refused before it is looked at', () => {
    const { code } = books.newTillCode(NOON);
    expect(books.payByCode(order({ endsAt: NOON }), code, NOON)).toEqual({ no: 'NOW_TIME_AFTER_EXPIRE_TIME_ERROR' });
    expect(trade(books.payByCode(order({ endsAt: NOON + 1 }), code, NOON)).status).toBe('TRADE_SUCCESS');
    expect(books.payByCode(order({ outTradeNo: 'o_9' }), '281111111111111111', NOON)).toEqual({
      no: 'PAYMENT_AUTH_CODE_INVALID',
    });
    expect(books.find('app', { outTradeNo: 'o_9' }, NOON)).toBeUndefined();
  });
});
