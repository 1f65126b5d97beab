/** The simulator's wallet and its desk of bills: every action, what it refuses, and how long a link lives. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BillDesk } from '../../bin/local/alipay-simulator/bill-desk.ts';
import { Books, type Trade } from '../../bin/local/alipay-simulator/books.ts';
import { noFaults } from '../../bin/local/alipay-simulator/faults.ts';
import { Notifier } from '../../bin/local/alipay-simulator/notifier.ts';
import { answerWallet, type WalletOptions } from '../../bin/local/alipay-simulator/wallet.ts';
import type { App, AppKeys } from '../../bin/local/alipay-simulator/wire.ts';

const NOON = Date.parse('2026-03-01T12:00:00+08:00');
const SELLER = '2088000000000001';
const app: App = {
  ...{ appId: 'app', sellerId: SELLER, merchantName: 'Tea house' },
  ...{ appPublicKeyPem: '', alipayPrivateKeyPem: '' },
};
const cny = (value: number) => ({ currency: 'CNY', value });

let now: number;
let options: WalletOptions;
let faultsKept: number;
let made: number;
beforeEach(() => {
  [now, faultsKept, made] = [NOON, 0, 0];
  const faults = noFaults();
  options = {
    books: new Books(() => {}),
    notifier: new Notifier({
      now: () => now,
      keys: new Map(),
      faults,
      changed: () => {},
      fetch,
      tradeOf: () => undefined,
    }),
    ...{ faults, keys: new Map([['app', { app } as AppKeys]]), now: () => now, calls: { count: 3 } },
    faultsChanged: () => {
      faultsKept += 1;
    },
  };
});

const post = (action: string, body: object = {}) => answerWallet(options, `POST /wallet/${action}`, { ...body });
const get = (what: string) => answerWallet(options, `GET /wallet/${what}`, {});
const ok = (body: unknown) => ({ status: 200, body });
const refused = (status: number, error: string) => ({ status, body: { error } });

/** A code that is shown, with the trade behind it. */
function shown(amount = 1_234): Trade & { qrCode: string } {
  made += 1;
  const trade = options.books.precreate(
    {
      ...{ appId: 'app', sellerId: SELLER, outTradeNo: `o_${made}`, amount, subject: 'tea', content: '' },
      ...{ notifyUrl: 'http://127.0.0.1:1/', endsAt: NOON + 90_000 },
    },
    now,
  );
  if ('no' in trade) throw new Error(trade.no);
  return trade as Trade & { qrCode: string };
}
const told = () => options.notifier.notices.map(({ fields }) => [fields.trade_status, fields.refund_fee]);

describe('a scan', () => {
  test('shows what is to be paid', () => {
    const trade = shown();
    const answer = post('scan', { qrCode: trade.qrCode });
    expect(trade.status).toBe('WAIT_BUYER_PAY');
    const { tradeNo } = trade;
    expect(answer).toEqual(ok({ merchantName: 'Tea house', subject: 'tea', amount: cny(1_234), tradeNo }));
    // The end of its time is told then, and only if nothing has come of it.
    const opened = [
      ['WAIT_BUYER_PAY', undefined],
      ['TRADE_CLOSED', '0.00'],
    ];
    expect(told()).toEqual(opened);
    post('scan', { qrCode: trade.qrCode });
    expect(told()).toEqual(opened);
  });

  test('of no code, an unknown one, or one that is over', () => {
    const { qrCode } = shown();
    expect(post('scan')).toEqual(refused(400, 'qrCode is the text of the code'));
    expect(post('scan', { qrCode: 'x' })).toEqual(refused(404, 'nobody knows this code'));
    now += 90_000;
    expect(post('scan', { qrCode })).toEqual(refused(410, 'the code has expired'));
    expect(post('pay', { qrCode })).toEqual(ok({ result: 'expired', tradeNo: null }));
  });
});

describe('a payment', () => {
  test('with the right password is one, and the shop hears of it once', () => {
    const trade = shown();
    const wrong = post('pay', { qrCode: trade.qrCode, wrongPassword: true });
    const { tradeNo } = trade;
    expect([wrong, trade.paidAt]).toEqual([ok({ result: 'wrong_password', tradeNo }), null]);
    expect(post('pay', { qrCode: trade.qrCode })).toEqual(ok({ result: 'success', tradeNo }));
    expect(post('pay', { qrCode: trade.qrCode })).toEqual(ok({ result: 'closed', tradeNo }));
    expect([trade.paidAt, told()]).toEqual([NOON, [['TRADE_SUCCESS', undefined]]]);
  });

  test('that comes after the end arrives only if it was under way', () => {
    const trade = shown();
    post('scan', { qrCode: trade.qrCode });
    now += 90_000;
    const { tradeNo } = trade;
    expect(post('pay', { qrCode: trade.qrCode })).toEqual(ok({ result: 'closed', tradeNo }));
    expect(post('pay', { qrCode: trade.qrCode, force: true })).toEqual(ok({ result: 'success', tradeNo }));
    expect(trade.paidAt).toBe(NOON + 90_000);
  });

  test.each([
    ['0.01', 1_233],
    ['12.34', 0],
    ['12.35', undefined],
    ['x', undefined],
    [1, undefined],
  ])('with a coupon of %s: the shop receives %s of 12.34', (shopDiscount, received) => {
    const trade = shown();
    const answer = post('pay', { qrCode: trade.qrCode, shopDiscount });
    expect([answer.status, trade.received, trade.paidAt]).toEqual(
      received === undefined ? [400, undefined, null] : [200, received, NOON],
    );
  });
});

describe("the customer's own code", () => {
  const pay = (code: string, amount: number) =>
    options.books.payByCode(
      {
        ...{ appId: 'app', sellerId: SELLER, outTradeNo: 'scanned', amount, subject: 'tea', content: '' },
        ...{ notifyUrl: null, endsAt: now + 90_000 },
      },
      code,
      now,
    );
  const newCode = (more: object = {}) => (post('codes', more).body as { tillCode: string }).tillCode;

  test('tells what became of it, from the first second to the last', () => {
    const tillCode = newCode();
    expect(post('result', { tillCode })).toEqual(ok({ result: 'unused' }));
    const trade = pay(tillCode, 100_001) as Trade;
    const sum = { merchantName: 'Tea house', subject: 'tea', amount: cny(100_001), tradeNo: trade.tradeNo };
    expect(post('result', { tillCode })).toEqual(ok({ result: 'waiting', ...sum }));
    expect(post('confirm', { tillCode, wrongPassword: true })).toMatchObject(ok({ result: 'wrong_password' }));
    expect(post('confirm', { tillCode })).toEqual(ok({ result: 'success', tradeNo: trade.tradeNo }));
    expect(post('result', { tillCode })).toEqual(ok({ result: 'success', ...sum }));
    options.books.refund(trade, 'r', 100_001, now);
    expect(post('result', { tillCode })).toEqual(ok({ result: 'closed', ...sum }));
  });

  test('is over after a minute', () => {
    const tillCode = newCode();
    now += 59_999;
    expect(post('result', { tillCode })).toEqual(ok({ result: 'unused' }));
    now += 1;
    expect(post('result', { tillCode })).toEqual(ok({ result: 'expired' }));
  });

  test('that is none', () => {
    for (const action of ['result', 'confirm'])
      expect(post(action)).toEqual(refused(400, 'tillCode is the text of the code'));
    expect(post('result', { tillCode: 'x' })).toEqual(refused(404, 'nobody knows this code'));
    expect(post('confirm', { tillCode: newCode() })).toEqual(refused(404, 'no payment waits for this code'));
    expect(post('codes', { noMoney: 1 })).toEqual(refused(400, 'noMoney is true or false'));
    expect(post('codes', { shopDiscount: 'x' })).toEqual(refused(400, 'shopDiscount is yuan as text, such as 20.00'));
  });

  test('is made with what it is told', () => {
    const code = options.books.tillCodes.get(newCode({ noMoney: true, shopDiscount: '0.05' }));
    expect(code).toMatchObject({ noMoney: true, shopDiscount: 5, endsAt: NOON + 60_000 });
  });
});

describe("the merchant's console", () => {
  test('gives back a part, then the rest, and the shop hears of both', () => {
    const trade = shown();
    post('pay', { qrCode: trade.qrCode });
    expect(post('refund', { outTradeNo: 'o_1', amount: 234 })).toEqual(
      ok({ outRequestNo: 'console-1', refundedAmount: cny(234) }),
    );
    expect(post('refund', { tradeNo: trade.tradeNo, amount: 1_001 })).toEqual(
      refused(409, 'REASON_TRADE_REFUND_FEE_ERR'),
    );
    expect(post('refund', { tradeNo: trade.tradeNo })).toEqual(
      ok({ outRequestNo: 'console-2', refundedAmount: cny(1_234) }),
    );
    expect(told()).toEqual([
      ['TRADE_SUCCESS', undefined],
      ['TRADE_SUCCESS', '2.34'],
      ['TRADE_CLOSED', '12.34'],
    ]);
    for (const amount of [0, 1.5, 'x'])
      expect(post('refund', { outTradeNo: 'o_1', amount })).toEqual(refused(400, 'amount is fen, one at the least'));
    expect(post('refund', { outTradeNo: 'none' })).toEqual(
      refused(404, 'no such trade; outTradeNo or tradeNo names one'),
    );
  });

  test('lists trades with what was received and what went back, as they are now', () => {
    const [open, sold] = [shown(), shown(500)];
    post('scan', { qrCode: open.qrCode });
    post('pay', { qrCode: sold.qrCode, shopDiscount: '1.00' });
    post('refund', { outTradeNo: 'o_2', amount: 100 });
    now += 90_000;
    const row = (trade: Trade, more: object) => ({
      ...{ outTradeNo: trade.outTradeNo, tradeNo: trade.tradeNo, subject: 'tea', totalAmount: cny(trade.amount) },
      ...more,
    });
    expect(get('trades')).toEqual(
      ok({
        data: [
          row(open, { status: 'TRADE_CLOSED', receivedAmount: cny(0), refundedAmount: cny(0), refunds: [] }),
          row(sold, {
            ...{ status: 'TRADE_SUCCESS', receivedAmount: cny(400), refundedAmount: cny(100) },
            refunds: [{ outRequestNo: 'console-1', amount: cny(100) }],
          }),
        ],
      }),
    );
    expect(get('calls')).toEqual(ok({ count: 3 }));
    const { notices } = options.notifier;
    expect(get('notifications')).toEqual(
      ok({
        data: notices
          .filter(({ ifExpired }) => !ifExpired)
          .map(({ outTradeNo, notifyId }) => ({ outTradeNo, notifyId, attempts: [] })),
      }),
    );
    expect(notices.map(({ outTradeNo, ifExpired }) => [outTradeNo, ifExpired])).toEqual([
      ['o_1', undefined],
      ['o_1', true],
      ['o_2', undefined],
      ['o_2', undefined],
    ]);
  });
});

test('faults are kept if they are some, and what there is not is told', () => {
  expect(post('faults', { everyNthTwice: 2 })).toEqual(ok({ ...noFaults(), everyNthTwice: 2 }));
  expect(get('faults')).toEqual(ok({ ...noFaults(), everyNthTwice: 2 }));
  expect(post('faults', { everyNthTwice: -1 })).toEqual(refused(400, 'everyNthTwice is not what it can be'));
  expect(faultsKept).toBe(1);
  expect(post('scan', { code: 'x' })).toEqual(refused(400, 'unknown member code; known: qrCode'));
  expect(answerWallet(options, 'GET /wallet/calls', { a: 1 })).toEqual(refused(400, 'unknown member a; known: none'));
  expect(post('nothing')).toMatchObject({ status: 404 });
});

describe('a bill', () => {
  const NINE = Date.parse('2026-03-02T09:00:00+08:00');
  const desk = () => {
    const bills = new BillDesk(options.books, options.faults);
    bills.base = 'http://here';
    return bills;
  };
  const tokenOf = (link: object) =>
    /^http:\/\/here\/bill\/([0-9a-f]{32})$/.exec((link as { url: string }).url)?.[1] ?? '';

  test('is ready at nine on the next morning, or so much later', () => {
    const bills = desk();
    expect(bills.link(app, SELLER, '2026-03-01', NINE - 1)).toEqual({ no: 'isp.BILL_NOT_EXIST' });
    expect(bills.link(app, SELLER, '2026-03-01', NINE)).toMatchObject({ isEmpty: true });
    expect(bills.link(app, SELLER, '2026-02-30', NINE)).toEqual({ no: 'isp.INVAILID_ARGUMENTS' });
    options.faults.bill = { day: '2026-03-01', lateMs: 5 };
    expect(bills.link(app, SELLER, '2026-03-01', NINE + 4)).toEqual({ no: 'isp.BILL_NOT_EXIST' });
    expect(bills.link(app, SELLER, '2026-03-01', NINE + 5)).toMatchObject({ isEmpty: true });
  });

  test('has a link that lives for thirty seconds, and says whether the day was empty', () => {
    const trade = shown();
    post('pay', { qrCode: trade.qrCode });
    const bills = desk();
    const link = bills.link(app, SELLER, '2026-03-01', NINE);
    expect(link).toMatchObject({ isEmpty: false });
    expect(bills.link(app, '2088000000000009', '2026-03-01', NINE)).toMatchObject({ isEmpty: true });
    expect(Buffer.isBuffer((bills.open(tokenOf(link), NINE + 29_999) as { file: unknown }).file)).toBe(true);
    expect(bills.open(tokenOf(link), NINE + 30_000)).toBeUndefined();
    expect(bills.open('0'.repeat(32), NINE)).toBeUndefined();
  });

  test('leads elsewhere, is redirected or silent on demand, of its day only', () => {
    const bills = desk();
    const link = bills.link(app, SELLER, '2026-03-01', NINE);
    options.faults.bill = { day: '2026-03-01', link: { redirect: 'http://there/' } };
    expect(bills.open(tokenOf(link), NINE)).toEqual({ redirect: 'http://there/' });
    options.faults.bill = { link: { silent: true } };
    expect(bills.open(tokenOf(link), NINE)).toBe('silence');
    options.faults.bill = { link: { elsewhere: 'http://there/x' } };
    expect(bills.link(app, SELLER, '2026-03-01', NINE)).toEqual({ url: 'http://there/x', isEmpty: true });
    options.faults.bill = { day: '2026-02-28', link: { silent: true } };
    expect(bills.open(tokenOf(link), NINE)).toMatchObject({ file: expect.any(Buffer) });
  });
});
