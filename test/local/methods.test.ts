/** What the simulator's gateway takes and answers, method by method: bounds to the unit, answers as whole values. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BillDesk } from '../../bin/local/alipay-simulator/bill-desk.ts';
import { Books, type Trade } from '../../bin/local/alipay-simulator/books.ts';
import { noFaults } from '../../bin/local/alipay-simulator/faults.ts';
import { METHODS } from '../../bin/local/alipay-simulator/methods.ts';
import { Notifier } from '../../bin/local/alipay-simulator/notifier.ts';
import { type App, chinaTime, readChinaTime, readYuan, yuan } from '../../bin/local/alipay-simulator/wire.ts';

const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const HOUR = 3_600_000;
const SELLER = '2088000000000001';
/** Another merchant for whom the app may act. */
const OTHER = '2088000000000003';
const app: App = {
  ...{ appId: '2021000000000001', sellerId: SELLER, merchantName: 'Tea' },
  ...{ appPublicKeyPem: '', alipayPrivateKeyPem: '' },
};
const BUYER = { buyer_logon_id: '138****5678', buyer_user_id: '2088102146225135', buyer_user_type: 'PRIVATE' };

let now: number;
let books: Books;
let notifier: Notifier;
beforeEach(() => {
  now = NOON;
  const faults = noFaults();
  books = new Books(() => {});
  notifier = new Notifier({
    now: () => now,
    keys: new Map(),
    faults,
    changed: () => {},
    fetch,
    tradeOf: () => undefined,
  });
});

function call(method: string, content: Record<string, unknown>, sees = true) {
  const run = METHODS[`alipay.trade.${method}`];
  if (!run) throw new Error(`there is no ${method}`);
  const bills = new BillDesk(books, noFaults());
  const whose = { app, sellerId: SELLER, sellers: [SELLER, OTHER], sees: () => sees };
  return run({ books, notifier, bills, ...whose, now, notifyUrl: null, content });
}
const ok = (members: object) => ({ code: '10000', msg: 'Success', ...members });
const no = (subCode: string) => ({
  ...{ code: '40004', msg: 'Business Failed', sub_code: subCode },
  sub_msg: TEXTS[subCode],
});
const TEXTS: Readonly<Record<string, string>> = {
  'ACQ.CONTEXT_INCONSISTENT': '交易信息被篡改',
  'ACQ.INVALID_PARAMETER': '参数无效',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': '退款金额超限',
  'ACQ.TRADE_NOT_EXIST': '交易不存在',
};
const sale = (more: object = {}) => ({ out_trade_no: 'o_1', total_amount: '12.34', subject: 'tea', ...more });
const stored = () => books.trades.get('2021000000000001/o_1');

/** Sold by a code of the customer with a coupon of so much. */
function pay(coupon = 0, more: object = {}) {
  const { code } = books.newTillCode(now, false, coupon);
  return call('pay', { ...sale(), scene: 'bar_code', auth_code: code, ...more });
}

describe('what an order must have', () => {
  test.each([
    [{}, undefined],
    [{ out_trade_no: '' }, 'ACQ.INVALID_PARAMETER'],
    [{ out_trade_no: 'a'.repeat(64) }, undefined],
    [{ out_trade_no: 'a'.repeat(65) }, 'ACQ.INVALID_PARAMETER'],
    [{ out_trade_no: 'a-b' }, 'ACQ.INVALID_PARAMETER'],
    [{ out_trade_no: 7 }, 'ACQ.INVALID_PARAMETER'],
    [{ total_amount: '0.01' }, undefined],
    [{ total_amount: '0.00' }, 'ACQ.INVALID_PARAMETER'],
    [{ total_amount: '100000000.00' }, undefined],
    [{ total_amount: '100000000.01' }, 'ACQ.INVALID_PARAMETER'],
    [{ total_amount: 12.34 }, undefined],
    [{ total_amount: 12.345 }, 'ACQ.INVALID_PARAMETER'],
    [{ subject: '' }, 'ACQ.INVALID_PARAMETER'],
    [{ subject: 'a'.repeat(256) }, undefined],
    [{ subject: 'a'.repeat(257) }, 'ACQ.INVALID_PARAMETER'],
    [{ seller_id: SELLER }, undefined],
    [{ seller_id: OTHER }, 'ACQ.INVALID_RECEIVE_ACCOUNT'],
    [{ seller_id: '2088000000000002' }, 'ACQ.SELLER_NOT_EXIST'],
    [{ time_expire: '2026-03-01 12:00:01' }, undefined],
    [{ time_expire: '2026-03-01 12:00:00' }, 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR'],
    [{ time_expire: '2026-03-01T12:00:01' }, 'ACQ.INVALID_PARAMETER'],
  ])('%j: %s', (more, subCode) => {
    expect(call('precreate', sale(more)).sub_code).toBe(subCode);
  });

  test('what is stored of it: the seller and the place that are named, and an end within two hours', () => {
    const place = { store_id: 'main', operator_id: 'anna', terminal_id: 'trm' };
    call('precreate', sale({ ...place, time_expire: '2026-03-01 12:01:30' }));
    expect(stored()).toMatchObject({
      ...{ amount: 1_234, sellerId: SELLER, endsAt: NOON + 90_000, notifyUrl: null },
      ...{ storeId: 'main', operatorId: 'anna', terminalId: 'trm' },
    });
    for (const [i, [more, end]] of (
      [
        [{}, 2 * HOUR],
        [{ time_expire: '2026-03-01 13:59:59' }, 2 * HOUR - 1_000],
        [{ time_expire: '2026-03-01 14:00:01' }, 2 * HOUR],
      ] as const
    ).entries()) {
      call('precreate', sale({ out_trade_no: `end_${i}`, ...more }));
      expect(books.trades.get(`2021000000000001/end_${i}`)?.endsAt).toBe(NOON + end);
    }
  });

  test('a repeat must agree in amount, subject and end', () => {
    const first = call('precreate', sale());
    expect(first).toEqual(ok({ out_trade_no: 'o_1', qr_code: stored()?.qrCode }));
    expect(call('precreate', sale())).toEqual(first);
    for (const more of [{ total_amount: '12.35' }, { subject: 'tee' }, { time_expire: '2026-03-01 13:00:00' }])
      expect(call('precreate', sale(more))).toEqual(no('ACQ.CONTEXT_INCONSISTENT'));
  });
});

describe('what is answered', () => {
  const members = () => ({ trade_no: stored()?.tradeNo, out_trade_no: 'o_1', total_amount: '12.34', ...BUYER });
  const paidAll = { receipt_amount: '12.34', invoice_amount: '12.34', buyer_pay_amount: '12.34', point_amount: '0.00' };

  test('a payment and its query', () => {
    const fund_bill_list = [{ amount: '12.34', fund_channel: 'ALIPAYACCOUNT' }];
    expect(pay()).toEqual(ok({ ...members(), ...paidAll, fund_bill_list, gmt_payment: '2026-03-01 12:00:00' }));
    const query = ok({
      ...members(),
      ...{ trade_status: 'TRADE_SUCCESS', ...paidAll, fund_bill_list, send_pay_date: '2026-03-01 12:00:00' },
    });
    expect(call('query', { out_trade_no: 'o_1' })).toEqual(query);
    expect(call('query', { trade_no: stored()?.tradeNo })).toEqual(query);
    expect(call('query', { out_trade_no: 'o_1' }, false)).toEqual(no('ACQ.TRADE_NOT_EXIST'));
    expect(call('query', {})).toEqual(no('ACQ.INVALID_PARAMETER'));
  });

  test('a payment with a coupon: what the shop gave, and what the customer paid', () => {
    const own = { receipt_amount: '11.00', invoice_amount: '11.00', buyer_pay_amount: '11.00', point_amount: '0.00' };
    expect(pay(134)).toEqual(
      ok({
        ...members(),
        ...own,
        mdiscount_amount: '1.34',
        fund_bill_list: [
          { amount: '11.00', fund_channel: 'ALIPAYACCOUNT' },
          { amount: '1.34', fund_channel: 'MDISCOUNT' },
        ],
        voucher_detail_list: [
          {
            ...{ name: '商家优惠券', type: 'ALIPAY_BIZ_VOUCHER', amount: '1.34', memo: '' },
            ...{ merchant_contribute: '1.34', other_contribute: '0.00' },
          },
        ],
        gmt_payment: '2026-03-01 12:00:00',
      }),
    );
  });

  test('all of it by the coupon: no money of the customer', () => {
    expect(pay(1_234)).toMatchObject({
      receipt_amount: '0.00',
      fund_bill_list: [{ amount: '12.34', fund_channel: 'MDISCOUNT' }],
    });
  });

  test('a scan that waits for the password', () => {
    expect(pay(0, { total_amount: '1000.01' })).toEqual({
      ...{ code: '10003', msg: ' order success pay inprocess' },
      ...members(),
      total_amount: '1000.01',
      ...{ receipt_amount: '0.00', invoice_amount: '0.00', buyer_pay_amount: '0.00', point_amount: '0.00' },
    });
    expect(pay(0, { out_trade_no: 'o_2', scene: 'wave_code' })).toEqual(no('ACQ.INVALID_PARAMETER'));
    expect(call('pay', { ...sale(), scene: 'bar_code' })).toEqual(no('ACQ.INVALID_PARAMETER'));
  });

  test('refunds: of which sum, and whether this call moved money', () => {
    pay();
    const refund = (more: object) => call('refund', { out_trade_no: 'o_1', ...more });
    const done = (moved: 'Y' | 'N', sum: string) =>
      ok({ ...members(), fund_change: moved, refund_fee: sum, gmt_refund_pay: '2026-03-01 12:00:00' });
    expect(refund({ refund_amount: '2.00', out_request_no: 'r1' })).toMatchObject(done('Y', '2.00'));
    expect(refund({ refund_amount: '2.00', out_request_no: 'r1' })).toMatchObject(done('N', '2.00'));
    expect(refund({ refund_amount: '0.34', out_request_no: 'r2' })).toMatchObject(done('Y', '2.34'));
    expect(refund({ refund_amount: '0.00', out_request_no: 'r3' })).toEqual(no('ACQ.INVALID_PARAMETER'));
    expect(refund({ refund_amount: '10.00' })).toEqual(no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'));
    const query = (more: object) => call('fastpay.refund.query', { out_trade_no: 'o_1', ...more });
    const found = {
      ...{ trade_no: stored()?.tradeNo, out_trade_no: 'o_1', out_request_no: 'r2', total_amount: '12.34' },
      ...{ refund_amount: '0.34', refund_status: 'REFUND_SUCCESS' },
    };
    now += 5_000;
    expect(query({ out_request_no: 'r2' })).toEqual(ok(found));
    expect(query({ out_request_no: 'r2', query_options: ['gmt_refund_pay'] })).toEqual(
      ok({ ...found, gmt_refund_pay: '2026-03-01 12:00:00' }),
    );
    expect(query({ out_request_no: 'r9' })).toEqual(ok({}));
    expect(query({})).toEqual(no('ACQ.INVALID_PARAMETER'));
  });

  test('without a number of its own a refund is of all, under that of the trade', () => {
    pay();
    call('refund', { out_trade_no: 'o_1', refund_amount: '12.34' });
    expect(stored()).toMatchObject({
      status: 'TRADE_CLOSED',
      refunds: [{ outRequestNo: 'o_1', amount: 1_234, at: NOON }],
    } satisfies Partial<Trade>);
  });

  test('close and cancel', () => {
    call('precreate', sale());
    expect(call('close', { out_trade_no: 'o_1' })).toEqual(no('ACQ.TRADE_NOT_EXIST'));
    expect(call('cancel', { out_trade_no: 'o_1' })).toEqual(ok({ out_trade_no: 'o_1', retry_flag: 'N' }));
    const trade = stored();
    if (trade) books.scan(trade, now);
    const both = () => ({ trade_no: stored()?.tradeNo, out_trade_no: 'o_1' });
    expect(call('close', { out_trade_no: 'o_1' })).toEqual(ok(both()));
    expect(call('cancel', { out_trade_no: 'o_1' })).toEqual(ok({ ...both(), retry_flag: 'N', action: 'close' }));
  });
});

describe('the wire', () => {
  test.each([
    ['0.01', 1],
    ['0.1', 10],
    ['1', 100],
    ['19.99', 1_999],
    ['0.29', 29],
    ['100000000.00', 10_000_000_000],
    ['100000000.01', undefined],
    ['0', undefined],
    ['1.005', undefined],
    ['1.', undefined],
    ['.5', undefined],
    ['-1', undefined],
    ['1e2', undefined],
    [1, undefined],
    [null, undefined],
  ])('reads %j as %s fen', (text, fen) => {
    expect(readYuan(text)).toBe(fen);
  });

  test.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
    [1_999, '19.99'],
    [10_000_000_000, '100000000.00'],
  ])('writes %i fen as %s', (fen, text) => {
    expect(yuan(fen)).toBe(text);
  });

  test('tells and reads times of China', () => {
    expect(chinaTime(NOON + 999)).toBe('2026-03-01 12:00:00');
    expect(chinaTime(Date.parse('2026-02-28T16:00:00Z'))).toBe('2026-03-01 00:00:00');
    expect(readChinaTime('2026-03-01 12:00:00')).toBe(NOON);
    expect(['2026-03-01', '2026-03-01T12:00:00', '2026-13-01 00:00:00'].map(readChinaTime)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
