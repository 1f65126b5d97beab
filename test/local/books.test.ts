/** The simulator's books, to the unit: payments, refunds, cancel, close, expiry and discount. No HTTP and no signatures. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Books, type No, type Order, refundedSum, type Trade } from '../../bin/local/alipay-simulator/books.ts';

const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const SELLER = '2088000000000001';
const HOUR = 3_600_000;
const ENDS = NOON + 90_000;

const order = (more: Partial<Order> = {}): Order => ({
  ...{ appId: 'app', sellerId: SELLER, outTradeNo: 'o_1', amount: 10_000, subject: 'tea', content: 'tea' },
  ...{ notifyUrl: null, endsAt: ENDS, ...more },
});

let books: Books;
let changes: unknown[];
beforeEach(() => {
  changes = [];
  let made = 0;
  books = new Books(
    (kind, value) => changes.push([kind, 'code' in value ? value.code : value.status]),
    (bytes) => (++made).toString(16).padStart(2 * bytes, '0'),
  );
});

/** What must be a trade. */
function trade(of: Trade | No): Trade {
  if ('no' in of) throw new Error(of.no);
  return of;
}
const scanned = (more: Partial<Order> = {}, now = NOON) =>
  trade(books.scan(trade(books.precreate(order(more), now)), now));
const paid = (more: Partial<Order> = {}, now = NOON) => trade(books.pay(scanned(more, now), now));
/** What can change of a trade. */
const stateOf = ({ status, createdAt, paidAt, closedAt, refunds }: Trade) => ({
  status,
  createdAt,
  paidAt,
  closedAt,
  refunds,
});

describe('a code', () => {
  test('is there before any trade is, which begins with the scan', () => {
    const made = trade(books.precreate(order({ storeId: 'main', operatorId: 'anna', terminalId: 'trm' }), NOON));
    expect(made).toEqual({
      ...order({ storeId: 'main', operatorId: 'anna', terminalId: 'trm' }),
      ...{ tradeNo: null, status: 'NONE', qrCode: `https://qr.alipay.com/bax${'1'.padStart(18, '0')}` },
      ...{ createdAt: null, paidAt: null, closedAt: null, refunds: [] },
    });
    expect(trade(books.scan(made, NOON + 1))).toMatchObject({
      status: 'WAIT_BUYER_PAY',
      tradeNo: `20260301220014${'2'.padStart(14, '0')}`,
      createdAt: NOON + 1,
      paidAt: null,
    });
    expect(trade(books.scan(made, NOON + 2)).createdAt).toBe(NOON + 1);
    expect(changes).toEqual([
      ['trade', 'NONE'],
      ['trade', 'WAIT_BUYER_PAY'],
    ]);
  });

  test('a trade has its number by the day of China', () => {
    const at = Date.parse('2026-03-01T23:59:59.999+08:00');
    const [late, next] = [at, at + 1].map(
      (now) => scanned({ outTradeNo: `o_${now}`, endsAt: now + HOUR }, now).tradeNo,
    );
    expect([late?.slice(0, 14), next?.slice(0, 14)]).toEqual(['20260301220014', '20260302220014']);
  });

  test('ends to the millisecond: unscanned it is over, scanned its trade closes', () => {
    const open = trade(books.precreate(order(), NOON));
    expect(books.scan(open, ENDS)).toEqual({ no: 'expired' });
    expect(trade(books.scan(open, ENDS - 1)).status).toBe('WAIT_BUYER_PAY');
    expect(books.byQrCode(open.qrCode ?? '', ENDS - 1)?.status).toBe('WAIT_BUYER_PAY');
    expect(books.byQrCode(open.qrCode ?? '', ENDS + 7)).toMatchObject({ status: 'TRADE_CLOSED', closedAt: ENDS });
    expect(books.pay(open, ENDS + 8)).toEqual({ no: 'closed' });
  });

  test('cannot be asked for after its own end', () => {
    expect(books.precreate(order(), ENDS)).toEqual({ no: 'NOW_TIME_AFTER_EXPIRE_TIME_ERROR' });
    expect(trade(books.precreate(order(), ENDS - 1)).status).toBe('NONE');
  });

  test('repeated: the same again, or why not', () => {
    const first = trade(books.precreate(order(), NOON));
    expect(books.precreate(order(), NOON + 1)).toBe(first);
    expect(books.precreate(order({ content: 'coffee' }), NOON)).toEqual({ no: 'CONTEXT_INCONSISTENT' });
    expect(trade(books.precreate(order({ appId: 'other', content: 'coffee' }), NOON))).not.toBe(first);
    books.scan(first, NOON);
    expect(books.precreate(order(), NOON)).toBe(first);
    expect(books.precreate(order(), ENDS)).toEqual({ no: 'TRADE_HAS_CLOSE' });
    const sold = paid({ outTradeNo: 'o_2' });
    expect(books.precreate(order({ outTradeNo: 'o_2' }), NOON)).toEqual({ no: 'TRADE_HAS_SUCCESS' });
    books.refund(sold, 'r', 10_000, NOON);
    expect(books.precreate(order({ outTradeNo: 'o_2' }), NOON)).toEqual({ no: 'TRADE_HAS_SUCCESS' });
  });

  test('is found by its code, its number and the number of its trade, each in its own app', () => {
    const it = scanned();
    const tradeNo = it.tradeNo ?? '';
    expect(books.find('app', { outTradeNo: 'o_1' }, NOON)).toBe(it);
    expect(books.find('app', { tradeNo }, NOON)).toBe(it);
    expect(books.find('app', { tradeNo, outTradeNo: 'other' }, NOON)).toBe(it);
    expect(books.find('other', { outTradeNo: 'o_1' }, NOON)).toBeUndefined();
    expect(books.find('other', { tradeNo }, NOON)).toBeUndefined();
    expect(books.byQrCode(it.qrCode ?? '', NOON)).toBe(it);
    expect(books.byQrCode('other', NOON)).toBeUndefined();
    const again = new Books(() => {});
    again.restore(it);
    expect([again.find('app', { outTradeNo: 'o_1' }, NOON), again.byQrCode(it.qrCode ?? '', NOON)]).toEqual([it, it]);
  });
});

describe('a payment', () => {
  test('is one, once', () => {
    const it = scanned();
    expect(books.pay(it, NOON + 5)).toBe(it);
    expect(stateOf(it)).toEqual({
      ...{ status: 'TRADE_SUCCESS', createdAt: NOON, paidAt: NOON + 5, closedAt: null, refunds: [] },
    });
    expect(books.pay(it, NOON + 6)).toEqual({ no: 'closed' });
    expect(books.pay(it, NOON + 6, true)).toEqual({ no: 'closed' });
    expect(it.paidAt).toBe(NOON + 5);
    expect(it.received).toBeUndefined();
  });

  test('needs a scan, and a trade that is not closed, unless it was under way', () => {
    const unseen = trade(books.precreate(order(), NOON));
    expect(books.pay(unseen, NOON, true)).toEqual({ no: 'not scanned' });
    const it = scanned({ outTradeNo: 'o_2' });
    books.close(it, NOON + 1);
    expect(books.pay(it, NOON + 2)).toEqual({ no: 'closed' });
    expect(stateOf(trade(books.pay(it, NOON + 3, true)))).toEqual({
      ...{ status: 'TRADE_SUCCESS', createdAt: NOON, paidAt: NOON + 3, closedAt: null, refunds: [] },
    });
  });

  test.each([
    [0, undefined],
    [1, 9_999],
    [2_000, 8_000],
    [9_999, 1],
    [10_000, 0],
    [10_001, 0],
  ])("with a coupon of the shop's own of %i fen the merchant receives %s", (coupon, received) => {
    const it = trade(books.pay(scanned(), NOON, false, coupon));
    expect([it.amount, it.received]).toEqual([10_000, received]);
  });
});

describe('a close', () => {
  test('closes what waits, once, and nothing else', () => {
    const unseen = trade(books.precreate(order(), NOON));
    expect(books.close(unseen, NOON)).toEqual({ no: 'TRADE_NOT_EXIST' });
    const it = scanned({ outTradeNo: 'o_2' });
    expect(stateOf(trade(books.close(it, NOON + 1)))).toEqual({
      ...{ status: 'TRADE_CLOSED', createdAt: NOON, paidAt: null, closedAt: NOON + 1, refunds: [] },
    });
    expect(books.close(it, NOON + 2)).toEqual({ no: 'TRADE_STATUS_ERROR' });
    expect(books.close(paid({ outTradeNo: 'o_3' }), NOON)).toEqual({ no: 'TRADE_STATUS_ERROR' });
  });
});

describe('a cancel', () => {
  test('closes what waits', () => {
    const it = scanned();
    expect(books.cancel(it, NOON + 1)).toEqual({ action: 'close' });
    expect(books.cancel(it, NOON + 2)).toEqual({ action: 'close' });
    expect(stateOf(it)).toEqual({
      ...{ status: 'TRADE_CLOSED', createdAt: NOON, paidAt: null, closedAt: NOON + 1, refunds: [] },
    });
  });

  test('gives back all that is paid, once, under the number of the trade itself', () => {
    const it = paid();
    expect(books.cancel(it, NOON + 1)).toEqual({ action: 'refund' });
    expect(books.cancel(it, NOON + 2)).toEqual({ action: 'refund' });
    expect(stateOf(it)).toEqual({
      ...{ status: 'TRADE_CLOSED', createdAt: NOON, paidAt: NOON, closedAt: NOON + 1 },
      refunds: [{ outRequestNo: 'o_1', amount: 10_000, at: NOON + 1 }],
    });
  });

  test('knows no code that nobody has scanned, and nothing that has gone back in part', () => {
    expect(books.cancel(trade(books.precreate(order(), NOON)), NOON)).toEqual({ no: 'TRADE_NOT_EXIST' });
    const it = paid({ outTradeNo: 'o_2' });
    books.refund(it, 'r', 1, NOON);
    expect(books.cancel(it, NOON)).toEqual({ no: 'REASON_TRADE_REFUND_FEE_ERR' });
    expect(refundedSum(it)).toBe(1);
  });

  test('what was refunded in full by another number was closed, not cancelled', () => {
    const it = paid();
    books.refund(it, 'r', 10_000, NOON);
    expect(books.cancel(it, NOON)).toEqual({ action: 'close' });
  });

  test('is possible for 24 hours, to the millisecond', () => {
    const it = paid();
    expect(books.cancel(it, NOON + 24 * HOUR + 1)).toEqual({ no: 'TRADE_CANCEL_TIME_OUT' });
    expect(it.refunds).toEqual([]);
    expect(books.cancel(it, NOON + 24 * HOUR)).toEqual({ action: 'refund' });
  });
});

describe('a refund', () => {
  test('happens once under its number', () => {
    const it = paid();
    const refund = { outRequestNo: 'r', amount: 9_999, at: NOON + 1 };
    expect(books.refund(it, 'r', 9_999, NOON + 1)).toEqual({ moved: true, refund });
    expect(books.refund(it, 'r', 9_999, NOON + 2)).toEqual({ moved: false, refund });
    expect(books.refund(it, 'r', 9_998, NOON + 2)).toEqual({ no: 'DISCORDANT_REPEAT_REQUEST' });
    expect(stateOf(it)).toEqual({
      ...{ status: 'TRADE_SUCCESS', createdAt: NOON, paidAt: NOON, closedAt: null, refunds: [refund] },
    });
  });

  test('never of more than is there, to the fen', () => {
    const it = paid();
    expect(books.refund(it, 'r1', 10_001, NOON)).toEqual({ no: 'REFUND_AMT_NOT_EQUAL_TOTAL' });
    expect(books.refund(it, 'r1', 4_000, NOON)).toMatchObject({ moved: true });
    expect(books.refund(it, 'r2', 6_001, NOON)).toEqual({ no: 'REASON_TRADE_REFUND_FEE_ERR' });
    expect(books.refund(it, 'r2', 6_000, NOON + 9)).toMatchObject({ moved: true });
    expect([it.status, it.closedAt, refundedSum(it)]).toEqual(['TRADE_CLOSED', NOON + 9, 10_000]);
    expect(books.refund(it, 'r3', 1, NOON)).toEqual({ no: 'TRADE_HAS_CLOSE' });
    expect(books.refund(it, 'r2', 6_000, NOON)).toMatchObject({ moved: false });
  });

  test('only of what is paid', () => {
    const unseen = trade(books.precreate(order(), NOON));
    expect(books.refund(unseen, 'r', 1, NOON)).toEqual({ no: 'TRADE_NOT_EXIST' });
    expect(books.refund(scanned({ outTradeNo: 'o_2' }), 'r', 1, NOON)).toEqual({ no: 'TRADE_STATUS_ERROR' });
  });

  test('any refunds in any order: their sum is what has gone back, never more than was paid, closed at exactly all', () => {
    const asks = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 60 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(asks, (all) => {
        const own = new Books(() => {});
        const it = trade(own.scan(trade(own.precreate(order({ amount: 100 }), NOON)), NOON));
        own.pay(it, NOON);
        const moved = new Map<string, number>();
        for (const [no, amount] of all) {
          const before = [...moved.values()].reduce((sum, one) => sum + one, 0);
          const done = own.refund(it, no, amount, NOON);
          const isNew = !moved.has(no) && before + amount <= 100;
          expect('no' in done ? false : done.moved).toBe(isNew);
          if (isNew) moved.set(no, amount);
        }
        const sum = [...moved.values()].reduce((total, one) => total + one, 0);
        expect([refundedSum(it), it.status]).toEqual([sum, sum === 100 ? 'TRADE_CLOSED' : 'TRADE_SUCCESS']);
      }),
      { seed: 16 },
    );
  });
});
