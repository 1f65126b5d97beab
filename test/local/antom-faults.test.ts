/** How the Antom simulator is told to misbehave, over real HTTP: what the caller hears, and what stands in the books afterwards. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeFaults, noFaults, takeFault } from '../../bin/local/antom-simulator/faults.ts';
import { codeIn, type Members, type Merchant, openMerchant } from '../support/antom-merchant.ts';

const NONE = {
  ...{ dropNotifications: false, duplicateNotifications: false, delayNotificationsMs: 0, tamperNotification: null },
  ...{ pendingNotifications: false, channelClosed: false, rateMissing: false, quoteNumeric: false },
  ...{ quoteInverted: false, codeLastsMs: 0, lateMoneyStays: false, everyNthCall: 0, everyNthTwice: 0, operations: {} },
};

describe('a fault', () => {
  test('by name happens so many times, and no other operation has it', () => {
    const faults = noFaults();
    expect(
      changeFaults(faults, { query: { answer: 'garbage', times: 2 }, pay: { answer: 'time_out' } }),
    ).toBeUndefined();
    const taken = (['query', 'cancel', 'query', 'query', 'pay', 'pay'] as const).map(
      (it) => takeFault(faults, it, 1)?.answer,
    );
    expect(taken).toEqual(['garbage', undefined, 'garbage', undefined, 'time_out', undefined]);
  });

  test('of every second call comes in each way in turn', () => {
    const faults = noFaults();
    changeFaults(faults, { everyNthCall: 2 });
    const taken = Array.from({ length: 16 }, (_, i) => takeFault(faults, 'query', i + 1)?.answer);
    const inTurn = [
      ...['time_out_with_effect', 'garbage', 'bad_signature', 'no_signature', 'system_error_with_effect', 'time_out'],
      ...['system_error', 'time_out_with_effect'],
    ];
    expect(taken).toEqual(inTurn.flatMap((it) => [undefined, it]));
  });

  test.each([
    [{ dropNotifications: 1 }, 'dropNotifications'],
    [{ codeLastsMs: -1 }, 'codeLastsMs'],
    [{ tamperNotification: { field: 'a' } }, 'tamperNotification'],
    [{ tamperNotification: 'a' }, 'tamperNotification'],
    [{ everyNthCall: 0.5 }, 'everyNthCall'],
    [{ reset: 1 }, 'reset'],
    [{ query: 'garbage' }, 'query'],
    [{ query: null }, 'query'],
    [{ query: { answer: 'nonsense' } }, 'query'],
    [{ query: { answer: 'refuse:' } }, 'query'],
    [{ query: { answer: 'status:20' } }, 'query'],
    [{ pay: { answer: 'refuse_open:RISK_REJECT' } }, 'pay'],
    [{ pay: { answer: 'garbage', afterMs: -1 } }, 'pay'],
    [{ pay: { answer: 'garbage', often: 1 } }, 'pay'],
  ])('that is none, %j, changes nothing', (request, name) => {
    const faults = noFaults();
    expect(changeFaults(faults, { everyNthTwice: 7, ...request })).toBe(`${name} is not what it can be`);
    expect(faults).toEqual(NONE);
    expect(changeFaults(faults, { other: 1 })).toMatch(/^unknown member other; known: /);
  });

  test('keeps its value until a reset', () => {
    const faults = noFaults();
    changeFaults(faults, { rateMissing: true, query: { answer: 'u_then_fail', afterMs: 5 } });
    changeFaults(faults, { everyNthTwice: 5 });
    const operations = { query: { answer: 'u_then_fail', afterMs: 5, times: 1 } };
    expect(faults).toEqual({ ...NONE, rateMissing: true, everyNthTwice: 5, operations });
    changeFaults(faults, { reset: true, codeLastsMs: 9 });
    expect(faults).toEqual({ ...NONE, codeLastsMs: 9 });
  });
});

let shop: Merchant;
beforeEach(async () => {
  shop = await openMerchant();
});
afterEach(() => shop.stop());

const set = async (faults: Members) => expect((await shop.wallet('faults', faults)).status).toBe(200);
const newCode = async (members: Members = {}) => String((await shop.wallet('codes', members)).body.tillCode);
const statusOf = async (number: string) => {
  const { paymentStatus, result } = (await shop.call('inquiryPayment', { paymentRequestId: number })).body;
  return paymentStatus ?? result.resultCode;
};
/** What a caller hears who waits for 300 ms. */
const heard = async (operation: string, body: unknown) => {
  const answer = await shop.call(operation, body, { signal: AbortSignal.timeout(300) }).catch(() => 'silence' as const);
  if (answer === 'silence') return answer;
  const { status, isSigned } = answer;
  const { resultStatus = '', resultCode = answer.text } = answer.body.result ?? {};
  return `${status} ${resultStatus} ${resultCode} ${isSigned ? 'signed' : 'unsigned'}`;
};

const PAGE = '<html><body>502 Bad Gateway</body></html>';

describe('a pay by payment code that goes wrong', () => {
  test.each([
    ['time_out', 'silence', 'ORDER_NOT_EXIST'],
    ['time_out_with_effect', 'silence', 'SUCCESS'],
    ['system_error', '200 F SYSTEM_ERROR signed', 'ORDER_NOT_EXIST'],
    ['system_error_with_effect', '200 F SYSTEM_ERROR signed', 'SUCCESS'],
    ['garbage', `200  ${PAGE} unsigned`, 'ORDER_NOT_EXIST'],
    ['bad_signature', '200 S SUCCESS unsigned', 'SUCCESS'],
    ['no_signature', '200 S SUCCESS unsigned', 'SUCCESS'],
    ['status:503', '503 S SUCCESS signed', 'SUCCESS'],
    ['u_then_success', '200 U PAYMENT_IN_PROCESS signed', 'SUCCESS'],
    ['u_then_fail', '200 U PAYMENT_IN_PROCESS signed', 'FAIL'],
    ['refuse:RISK_REJECT', '200 F RISK_REJECT signed', 'FAIL'],
    ['refuse:UNKNOWN_EXCEPTION', '200 U UNKNOWN_EXCEPTION signed', 'ORDER_NOT_EXIST'],
    ['rate_missing', '200 S SUCCESS signed', 'SUCCESS'],
  ])('by %s: %s, then %s', async (answer, expected, status) => {
    const pay = shop.paymentCode('n_1', await newCode());
    await set({ pay: { answer } });
    expect(await heard('pay', pay)).toBe(expected);
    expect(await statusOf('n_1')).toBe(status);
    // The same request again: what is final stays, and what never arrived is done now.
    const again = { SUCCESS: '200 S SUCCESS signed', ORDER_NOT_EXIST: '200 S SUCCESS signed' }[status];
    const refusal = answer === 'u_then_fail' ? 'USER_BALANCE_NOT_ENOUGH' : 'RISK_REJECT';
    expect(await heard('pay', pay)).toBe(again ?? `200 F ${refusal} signed`);
  });

  test('is in process until its result comes, and is told then', async () => {
    const pays = [shop.paymentCode('n_1', await newCode()), shop.paymentCode('n_2', await newCode())];
    await set({ pay: { answer: 'u_then_success', afterMs: 5_000 } });
    expect(await heard('pay', pays[0])).toBe('200 U PAYMENT_IN_PROCESS signed');
    await set({ pay: { answer: 'u_then_fail', afterMs: 6_000 } });
    expect(await heard('pay', pays[1])).toBe('200 U PAYMENT_IN_PROCESS signed');
    await shop.advance(4_999);
    expect([await statusOf('n_1'), await statusOf('n_2')]).toEqual(['PROCESSING', 'PROCESSING']);
    expect(shop.received).toEqual([]);
    await shop.advance(1_001);
    expect([await statusOf('n_1'), await statusOf('n_2')]).toEqual(['SUCCESS', 'FAIL']);
    const told = shop.received.map(({ body, at }) => [body.paymentRequestId, body.result.resultCode, at - shop.now]);
    expect(told).toEqual([
      ['n_1', 'SUCCESS', -1_000],
      ['n_2', 'USER_BALANCE_NOT_ENOUGH', 0],
    ]);
  });

  test('and is cancelled meanwhile takes no money and tells nothing', async () => {
    await set({ pay: { answer: 'u_then_success', afterMs: 5_000 } });
    await heard('pay', shop.paymentCode('n_1', await newCode()));
    expect(await heard('cancel', { paymentRequestId: 'n_1' })).toBe('200 S SUCCESS signed');
    await shop.advance(600_000);
    expect(await statusOf('n_1')).toBe('CANCELLED');
    expect(shop.received).toEqual([]);
  });

  test('arrives late: after a cancel that found nothing', async () => {
    await set({ pay: { answer: 'time_out_then_effect', afterMs: 20_000 } });
    expect(await heard('pay', shop.paymentCode('n_1', await newCode()))).toBe('silence');
    expect(await heard('cancel', { paymentRequestId: 'n_1' })).toBe('200 F ORDER_NOT_EXIST signed');
    await shop.advance(19_999);
    expect(await statusOf('n_1')).toBe('ORDER_NOT_EXIST');
    await shop.advance(1);
    expect(await statusOf('n_1')).toBe('SUCCESS');
    expect(shop.received.map(({ body }) => body.paymentTime)).toEqual(['2026-03-01T12:00:20+08:00']);
  });
});

describe('a pay by order code that goes wrong', () => {
  test.each([
    ['time_out', 'silence', 'ORDER_NOT_EXIST', '200 S SUCCESS signed'],
    ['time_out_with_effect', 'silence', 'PROCESSING', '200 S SUCCESS signed'],
    ['u_then_success', '200 U PAYMENT_IN_PROCESS signed', 'PROCESSING', '200 S SUCCESS signed'],
    ['u_then_fail', '200 U PAYMENT_IN_PROCESS signed', 'FAIL', '200 F USER_BALANCE_NOT_ENOUGH signed'],
    [
      'refuse:PAYMENT_AMOUNT_EXCEED_LIMIT',
      '200 F PAYMENT_AMOUNT_EXCEED_LIMIT signed',
      'FAIL',
      '200 F PAYMENT_AMOUNT_EXCEED_LIMIT signed',
    ],
  ])('by %s: %s, then %s, and again %s', async (answer, expected, status, again) => {
    await set({ precreate: { answer } });
    expect(await heard('pay', shop.orderCode('n_1'))).toBe(expected);
    expect(await statusOf('n_1')).toBe(status);
    expect(await heard('pay', shop.orderCode('n_1'))).toBe(again);
  });

  test('because the channel is closed is refused for ever', async () => {
    await set({ channelClosed: true });
    expect(await heard('pay', shop.orderCode('n_1'))).toBe('200 F INVALID_CONTRACT signed');
    await set({ reset: true });
    expect(await heard('pay', shop.orderCode('n_1'))).toBe('200 F INVALID_CONTRACT signed');
    expect(await heard('pay', shop.orderCode('n_2'))).toBe('200 S SUCCESS signed');
  });

  test('because its code ends sooner than it was asked for', async () => {
    await set({ codeLastsMs: 60_000 });
    const { body } = await shop.call('pay', shop.orderCode('n_1'));
    expect(body.orderCodeForm).toMatchObject({ expireTime: '2026-03-01T12:01:00+08:00' });
    const qrCode = codeIn(body);
    await shop.advance(60_000);
    expect((await shop.wallet('scan', { qrCode })).status).toBe(410);
    expect((await shop.wallet('pay', { qrCode })).body.result).toBe('expired');
    expect(await statusOf('n_1')).toBe('PROCESSING');
  });
});

describe('an inquiry that goes wrong', () => {
  test.each([
    ['u_then_success', '200 U UNKNOWN_EXCEPTION signed'],
    ['refuse:PROCESS_FAIL', '200 F PROCESS_FAIL signed'],
    ['system_error', '200 F SYSTEM_ERROR signed'],
    ['pending', '200 S SUCCESS signed'],
  ])('by %s: %s, and the payment stays as it was', async (answer, expected) => {
    await heard('pay', shop.orderCode('n_1'));
    await set({ query: { answer } });
    expect(await heard('inquiryPayment', { paymentRequestId: 'n_1' })).toBe(expected);
    expect(await statusOf('n_1')).toBe('PROCESSING');
  });

  test('may call a payment pending that is in process, and no other', async () => {
    await heard('pay', shop.orderCode('n_1'));
    await heard('pay', shop.paymentCode('n_2', await newCode()));
    await set({ query: { answer: 'pending', times: 2 } });
    expect([await statusOf('n_1'), await statusOf('n_2')]).toEqual(['PENDING', 'SUCCESS']);
    expect((await shop.wallet('faults', { pay: { answer: 'pending' } })).status).toBe(400);
  });
});

describe('a refund that goes wrong', () => {
  const refund = (paymentId: unknown, number = 'r_1') => ({
    ...{ refundRequestId: number, paymentId, refundAmount: { currency: 'JPY', value: '400' } },
  });
  const refundStatus = async (number = 'r_1') => {
    const { refundStatus: status, result } = (await shop.call('inquiryRefund', { refundRequestId: number })).body;
    return status ?? result.resultCode;
  };
  const returned = async () => ((await shop.wallet('trades')).body.data as unknown as Members[])[0]?.refundedAmount;

  test.each([
    ['time_out', 'silence', 'ORDER_NOT_EXIST', '200 S SUCCESS signed', 400],
    ['time_out_with_effect', 'silence', 'SUCCESS', '200 S SUCCESS signed', 400],
    ['u_then_success', '200 U REFUND_IN_PROCESS signed', 'SUCCESS', '200 S SUCCESS signed', 400],
    ['u_then_fail', '200 U REFUND_IN_PROCESS signed', 'FAIL', '200 F MERCHANT_BALANCE_NOT_ENOUGH signed', 0],
    [
      'refuse:MERCHANT_BALANCE_NOT_ENOUGH',
      '200 F MERCHANT_BALANCE_NOT_ENOUGH signed',
      'FAIL',
      '200 F MERCHANT_BALANCE_NOT_ENOUGH signed',
      0,
    ],
    [
      'refuse_open:MERCHANT_BALANCE_NOT_ENOUGH',
      '200 F MERCHANT_BALANCE_NOT_ENOUGH signed',
      'PROCESSING',
      '200 S SUCCESS signed',
      400,
    ],
  ])('by %s: %s, then %s, and again %s', async (answer, expected, status, again, value) => {
    const { paymentId } = (await shop.call('pay', shop.paymentCode('n_1', await newCode()))).body;
    await set({ refund: { answer } });
    expect(await heard('refund', refund(paymentId))).toBe(expected);
    expect(await refundStatus()).toBe(status);
    expect(await heard('refund', refund(paymentId))).toBe(again);
    expect(await returned()).toEqual({ currency: 'JPY', value });
  });

  test('is in process until its result comes, and counts meanwhile', async () => {
    const { paymentId } = (await shop.call('pay', shop.paymentCode('n_1', await newCode()))).body;
    await set({ refund: { answer: 'u_then_success', afterMs: 5_000 } });
    expect(await heard('refund', refund(paymentId))).toBe('200 U REFUND_IN_PROCESS signed');
    expect([await refundStatus(), await returned()]).toEqual(['PROCESSING', { currency: 'JPY', value: 400 }]);
    expect(await heard('cancel', { paymentRequestId: 'n_1' })).toBe('200 F PROCESS_FAIL signed');
    await shop.advance(5_000);
    expect(await refundStatus()).toBe('SUCCESS');
  });
});

describe('a cancel that goes wrong', () => {
  test.each([
    ['u_then_success', '200 U UNKNOWN_EXCEPTION signed', 'CANCELLED'],
    ['u_then_fail', '200 U UNKNOWN_EXCEPTION signed', 'SUCCESS'],
    ['time_out_with_effect', 'silence', 'CANCELLED'],
    ['refuse:CANCEL_WINDOW_EXCEED', '200 F CANCEL_WINDOW_EXCEED signed', 'SUCCESS'],
  ])('by %s: %s, then %s', async (answer, expected, status) => {
    await heard('pay', shop.paymentCode('n_1', await newCode()));
    await set({ cancel: { answer } });
    expect(await heard('cancel', { paymentRequestId: 'n_1' })).toBe(expected);
    expect(await statusOf('n_1')).toBe(status);
  });
});
