/** A day of a shop at the Antom simulator, over real HTTP: signatures both ways, codes, inquiries, cancels, refunds, notifications. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { amounting, CLIENT, codeIn, type Members, type Merchant, openMerchant } from '../support/antom-merchant.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let shop: Merchant;
beforeEach(async () => {
  shop = await openMerchant();
});
afterEach(() => shop.stop());

async function openCode(number: string, change?: Members): Promise<string> {
  return codeIn((await shop.call('pay', shop.orderCode(number, change))).body);
}

const inquire = async (number: string) => (await shop.call('inquiryPayment', { paymentRequestId: number })).body;
const statusOf = async (number: string) => (await inquire(number)).paymentStatus;
const newCode = async (members: Members = {}) => String((await shop.wallet('codes', members)).body.tillCode);
const IDS = /^20260301\d{20}$/;

describe('an order code', () => {
  test('is paid in a wallet, asked for, told, and the answers are signed', async () => {
    const asked = await shop.call('pay', shop.orderCode('n_1'));
    expect(asked.isSigned).toBe(true);
    expect(asked.body.result).toEqual({ resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' });
    const qrCode = codeIn(asked.body);
    expect(qrCode).toMatch(/^https:\/\/gqr\.alipay\.com\/28[0-9a-f]{24}$/);
    const waiting = await inquire('n_1');
    expect(waiting).toEqual({
      result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' },
      ...{ paymentStatus: 'PROCESSING', paymentResultCode: 'PAYMENT_IN_PROCESS', paymentRequestId: 'n_1' },
      paymentId: expect.stringMatching(IDS),
      paymentAmount: { currency: 'JPY', value: '1000' },
      paymentCreateTime: '2026-03-01T12:00:00+08:00',
    });
    shop.now += MINUTE;
    const scanned = await shop.wallet('scan', { qrCode, wallet: 'GCash' });
    expect(scanned.body).toMatchObject({ merchantName: 'Kissa', amount: { currency: 'JPY', value: 1000 } });
    expect(scanned.body.charged).toMatchObject({ currency: 'PHP' });
    const paid = await shop.wallet('pay', { qrCode, wallet: 'GCash' });
    expect(paid.body).toMatchObject({ result: 'success', tradeNo: waiting.paymentId });
    await shop.advance(1);
    const { result, paymentStatus, paymentResultCode, ...told } = await inquire('n_1');
    expect({ paymentStatus, paymentResultCode }).toEqual({ paymentStatus: 'SUCCESS', paymentResultCode: 'SUCCESS' });
    expect(told).toMatchObject({ paymentTime: '2026-03-01T12:01:00+08:00', pspCustomerInfo: { pspName: 'GCash' } });
    expect(shop.received.map(({ isSigned, path }) => ({ isSigned, path }))).toEqual([
      { isSigned: true, path: '/v1/notifications/antom' },
    ]);
    expect(shop.received[0]?.body).toEqual({ notifyType: 'PAYMENT_RESULT', result, ...told });
  });

  test('that ends unpaid has failed, and one that is cancelled can be paid by nobody', async () => {
    const qrCode = await openCode('n_1');
    await shop.advance(3 * MINUTE);
    expect(await statusOf('n_1')).toBe('FAIL');
    expect(await shop.result('cancel', { paymentRequestId: 'n_1' })).toBe('S SUCCESS');
    expect(await statusOf('n_1')).toBe('FAIL');
    expect((await shop.wallet('scan', { qrCode })).status).toBe(410);
    const change = { paymentExpiryTime: '2026-03-01T12:06:00+08:00' };
    const other = await openCode('n_2', change);
    expect(await shop.result('cancel', { paymentRequestId: 'n_2' })).toBe('S SUCCESS');
    const cancelled = await inquire('n_2');
    expect([cancelled.paymentStatus, cancelled.paymentTime]).toEqual(['CANCELLED', undefined]);
    expect((await shop.wallet('pay', { qrCode: other })).body.result).toBe('closed');
    // A final result is final for its number: the code is told once more.
    expect(codeIn((await shop.call('pay', shop.orderCode('n_2', change))).body)).toBe(other);
    expect(shop.received).toEqual([]);
  });

  test('that is paid after its cancel is told as paid, stays cancelled, and the money goes back', async () => {
    const qrCode = await openCode('n_1');
    await shop.result('cancel', { paymentRequestId: 'n_1' });
    expect((await shop.wallet('pay', { qrCode, force: true })).body.result).toBe('success');
    await shop.advance(0);
    expect(shop.received.map(({ body }) => body.result.resultStatus)).toEqual(['S']);
    const { paymentStatus, paymentTime, transactions } = await inquire('n_1');
    expect([paymentStatus, paymentTime]).toEqual(['CANCELLED', '2026-03-01T12:00:00+08:00']);
    expect(transactions).toMatchObject([
      {
        transactionType: 'CANCEL',
        transactionStatus: 'SUCCESS',
        transactionAmount: { currency: 'JPY', value: '1000' },
      },
    ]);
  });

  test('is answered alike for each repeat, and another question under its number is refused', async () => {
    const first = await shop.call('pay', shop.orderCode('n_1'));
    shop.now += MINUTE;
    const again = await shop.call('pay', shop.orderCode('n_1'));
    expect(again.body).toEqual(first.body);
    for (const other of [amounting(shop.orderCode('n_1'), 'JPY', '1001'), shop.paymentCode('n_1', await newCode())])
      expect(await shop.result('pay', other)).toBe('F REPEAT_REQ_INCONSISTENT');
    expect(await statusOf('n_1')).toBe('PROCESSING');
  });
});

describe('a payment code', () => {
  test('is paid at once below the limit, once, and told', async () => {
    const code = await newCode({ wallet: 'Kakao Pay' });
    expect(code).toMatch(/^(2[5-9]|30)\d{14,22}$/);
    const paid = await shop.call('pay', shop.paymentCode('n_1', code));
    expect(paid.body).toMatchObject({ result: { resultStatus: 'S' }, pspCustomerInfo: { pspName: 'Kakao Pay' } });
    const { result, ...members } = paid.body;
    expect(await inquire('n_1')).toMatchObject({ paymentStatus: 'SUCCESS', ...members });
    expect((await shop.call('pay', shop.paymentCode('n_1', code))).body).toEqual(paid.body);
    expect(await shop.result('pay', shop.paymentCode('n_2', code))).toBe('F INVALID_PAYMENT_CODE');
    expect(await shop.result('pay', shop.paymentCode('n_2', code))).toBe('F INVALID_PAYMENT_CODE');
    expect(await statusOf('n_2')).toBe('FAIL');
    await shop.advance(0);
    expect(shop.received.map(({ body }) => body)).toMatchObject([{ ...members, notifyType: 'PAYMENT_RESULT' }]);
  });

  test('waits for the password above the limit, and fails at its end', async () => {
    const [one, other] = [await newCode(), await newCode()];
    const large = (number: string, code: string) => amounting(shop.paymentCode(number, code), 'JPY', '900000');
    expect(await shop.result('pay', large('n_1', one))).toBe('U PAYMENT_IN_PROCESS');
    expect(await shop.result('pay', large('n_2', other))).toBe('U PAYMENT_IN_PROCESS');
    expect((await shop.wallet('confirm', { tillCode: one, wrongPassword: true })).body.result).toBe('wrong_password');
    expect(await statusOf('n_1')).toBe('PROCESSING');
    expect((await shop.wallet('confirm', { tillCode: one })).body.result).toBe('success');
    expect(await shop.result('pay', large('n_1', one))).toBe('S SUCCESS');
    await shop.advance(3 * MINUTE);
    expect([await statusOf('n_1'), await statusOf('n_2')]).toEqual(['SUCCESS', 'FAIL']);
    expect(await shop.result('pay', large('n_2', other))).toBe('F ORDER_IS_CLOSED');
    const told = shop.received.map(({ body }) => `${body.paymentRequestId} ${body.result.resultStatus}`);
    expect(told.sort()).toEqual(['n_1 S', 'n_2 F']);
  });

  test('is good for a minute, and without cover it fails for ever', async () => {
    const [old, poor] = [await newCode(), await newCode({ noMoney: true })];
    expect(await shop.result('pay', shop.paymentCode('n_1', poor))).toBe('F USER_BALANCE_NOT_ENOUGH');
    await shop.advance(MINUTE);
    expect(await shop.result('pay', shop.paymentCode('n_2', old))).toBe('F EXPIRED_CODE');
    expect(await shop.result('pay', shop.paymentCode('n_3', '281234567890123456'))).toBe('F INVALID_PAYMENT_CODE');
    expect(await inquire('n_1')).toMatchObject({ paymentStatus: 'FAIL', paymentResultCode: 'USER_BALANCE_NOT_ENOUGH' });
  });
});

describe('a paid payment', () => {
  const paid = async (number: string) => {
    const { body } = await shop.call('pay', shop.paymentCode(number, await newCode()));
    return String(body.paymentId);
  };
  const refundOf = (number: string, paymentId: string, value: string) => ({
    ...{ refundRequestId: number, paymentId, refundAmount: { currency: 'JPY', value } },
  });

  test('is refunded in parts, once per number, and stays a success', async () => {
    const paymentId = await paid('n_1');
    const first = await shop.call('refund', refundOf('r_1', paymentId, '400'));
    expect(first.body).toMatchObject({
      result: { resultStatus: 'S' },
      refundAmount: { currency: 'JPY', value: '400' },
    });
    expect((await shop.call('refund', refundOf('r_1', paymentId, '400'))).body).toEqual(first.body);
    expect(await shop.result('refund', refundOf('r_1', paymentId, '401'))).toBe('F REPEAT_REQ_INCONSISTENT');
    expect(await shop.result('refund', refundOf('r_2', paymentId, '601'))).toBe('F REFUND_AMOUNT_EXCEED');
    expect(await shop.result('refund', refundOf('r_3', paymentId, '600'))).toBe('S SUCCESS');
    // Now it would be right, and a final result is final.
    expect(await shop.result('refund', refundOf('r_2', paymentId, '601'))).toBe('F REFUND_AMOUNT_EXCEED');
    const asked = async (number: string) => (await shop.call('inquiryRefund', { refundRequestId: number })).body;
    expect(await asked('r_1')).toEqual({ ...first.body, refundStatus: 'SUCCESS' });
    expect([(await asked('r_2')).refundStatus, (await asked('r_4')).result.resultCode]).toEqual([
      'FAIL',
      'ORDER_NOT_EXIST',
    ]);
    const { paymentStatus, transactions } = await inquire('n_1');
    expect(paymentStatus).toBe('SUCCESS');
    expect(transactions?.map((it) => `${it.transactionRequestId} ${it.transactionStatus}`)).toEqual([
      ...['r_1 SUCCESS', 'r_2 FAIL', 'r_3 SUCCESS'],
    ]);
    expect(await shop.result('cancel', { paymentRequestId: 'n_1' })).toBe('F PROCESS_FAIL');
    await shop.advance(HOUR);
    expect(shop.received).toHaveLength(1);
  });

  test('is cancelled until a quarter past midnight in China on the next day', async () => {
    await paid('n_1');
    await paid('n_2');
    // Noon in China: 12 h and 15 min are left.
    await shop.advance(12 * HOUR + 15 * MINUTE - 1);
    expect(await shop.result('cancel', { paymentRequestId: 'n_1' })).toBe('S SUCCESS');
    expect(await shop.result('cancel', { paymentRequestId: 'n_1' })).toBe('S SUCCESS');
    await shop.advance(1);
    expect(await shop.result('cancel', { paymentRequestId: 'n_2' })).toBe('F CANCEL_WINDOW_EXCEED');
    const { paymentStatus, paymentTime, transactions } = await inquire('n_1');
    expect({ paymentStatus, paymentTime }).toEqual({
      ...{ paymentStatus: 'CANCELLED', paymentTime: '2026-03-01T12:00:00+08:00' },
    });
    expect(transactions).toHaveLength(1);
    const paymentId = String((await inquire('n_1')).paymentId);
    expect(await shop.result('refund', refundOf('r_1', paymentId, '1'))).toBe('F ORDER_STATUS_INVALID');
  });
});

describe('a notification', () => {
  test('is repeated on the timetable until it is thanked for, each time with a signature of its own', async () => {
    shop.thanks = { status: 200, body: 'success' };
    const qrCode = await openCode('n_1');
    await shop.wallet('pay', { qrCode });
    await shop.advance(30 * HOUR);
    const began = shop.received[0]?.at ?? 0;
    const minutes = shop.received.map(({ at }) => (at - began) / MINUTE);
    expect(minutes).toEqual([0, 0, 2, 12, 22, 82, 202, 562, 1462]);
    expect(shop.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect(new Set(shop.received.map(({ text }) => text)).size).toBe(1);
  });
});

describe('a call', () => {
  const ask = { paymentRequestId: 'n_1' };
  test('is turned away without a signature before its own one is verified', async () => {
    const said = async (how: Parameters<Merchant['call']>[2]) => {
      const { status, body, isSigned } = await shop.call('inquiryPayment', ask, how);
      return `${status} ${body.result.resultCode} ${isSigned}`;
    };
    expect(await said({ signedText: '{}' })).toBe('200 SIGNATURE_INVALID false');
    expect(await said({ headers: { signature: 'algorithm=RSA256' } })).toBe('200 SIGNATURE_INVALID false');
    expect(await said({ headers: { 'client-id': 'SANDBOX_other' } })).toBe('200 INVALID_CLIENT false');
    // A client of the sandbox is none in production.
    expect(await said({ path: '/ams/api/v1/payments/inquiryPayment' })).toBe('200 INVALID_CLIENT false');
    expect(await said({ path: '/ams/other' })).toBe('200 INVALID_API false');
    expect(await said({ method: 'GET' })).toBe('200 METHOD_NOT_SUPPORTED false');
    expect(await said({ headers: { 'content-type': 'text/plain' } })).toBe('200 MEDIA_TYPE_NOT_ACCEPTABLE false');
    expect(await said({ headers: { 'request-time': 'now' } })).toBe('200 PARAM_ILLEGAL false');
    expect(await said({})).toBe('200 ORDER_NOT_EXIST true');
    expect(await said({ path: '/ams/sandbox/api/v1/payments/other' })).toBe('200 NO_INTERFACE_DEF true');
    expect(await said({ text: '[]' })).toBe('200 PARAM_ILLEGAL true');
  });

  test('of a production client goes by the production path', async () => {
    expect(CLIENT).toMatch(/^SANDBOX_/);
    const { simulator } = shop;
    const response = await fetch(`${simulator.url}/ams/api/v1/payments/pay`, { method: 'POST' });
    expect(((await response.json()) as { result: { resultCode: string } }).result.resultCode).toBe(
      'MEDIA_TYPE_NOT_ACCEPTABLE',
    );
  });
});
