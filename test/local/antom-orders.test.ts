/** What the Antom simulator asks of a pay and of the other calls: required members, contracts, currencies; over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amounting, type Members, type Merchant, openMerchant } from '../support/antom-merchant.ts';

let shop: Merchant;
beforeAll(async () => {
  shop = await openMerchant();
});
afterAll(() => shop.stop());

/** The same with another value at a path, or without it. */
function changed(body: Members, path: string, value?: unknown): Members {
  const [name = '', ...inner] = path.split('.');
  const { [name]: old, ...others } = body;
  if (inner.length > 0) return { ...others, [name]: changed(old as Members, inner.join('.'), value) };
  return value === undefined ? others : { ...others, [name]: value };
}

let numbers = 0;
const next = () => `n_${++numbers}`;
const newCode = async () => String((await shop.wallet('codes', {})).body.tillCode);

const REQUIRED = [
  ...['productCode', 'paymentRequestId', 'paymentAmount', 'order', 'paymentMethod', 'paymentFactor'],
  ...[
    'order.orderAmount',
    'order.referenceOrderId',
    'order.orderDescription',
    'order.merchant',
    'order.merchant.store',
  ],
  ...['order.merchant.referenceMerchantId', 'order.merchant.merchantMCC', 'order.merchant.merchantName'],
  ...['order.merchant.store.referenceStoreId', 'order.merchant.store.storeName', 'order.merchant.store.storeMCC'],
  ...['paymentMethod.paymentMethodType', 'paymentFactor.inStorePaymentScenario'],
];

describe('a pay', () => {
  test.each(REQUIRED)('without %s is illegal, and its number stays free', async (path) => {
    const number = next();
    const body = shop.orderCode(number);
    expect(await shop.result('pay', changed(body, path))).toBe('F PARAM_ILLEGAL');
    expect(await shop.result('inquiryPayment', { paymentRequestId: number })).toBe('F ORDER_NOT_EXIST');
    expect(await shop.result('pay', body)).toBe('S SUCCESS');
  });

  test.each([
    ['paymentMethod.paymentMethodId', undefined],
    ['order.env', undefined],
    ['order.env.storeTerminalId', undefined],
    ['order.env.storeTerminalRequestTime', '2026-03-01 12:00:00'],
  ])('by payment code with a wrong %s is illegal', async (path, value) => {
    const body = shop.paymentCode(next(), await newCode());
    expect(await shop.result('pay', changed(body, path, value))).toBe('F PARAM_ILLEGAL');
    expect(await shop.result('pay', body)).toBe('S SUCCESS');
  });

  test.each([
    ['productCode', 'CASHIER_PAYMENT'],
    ['paymentRequestId', 'n'.repeat(65)],
    ['paymentRequestId', 'n 1'],
    ['paymentAmount.value', 1000],
    ['order.orderAmount.value', '1001'],
    ['order.orderDescription', 'x'.repeat(257)],
    ['paymentMethod.paymentMethodId', '281234567890123456'],
    ['paymentFactor.inStorePaymentScenario', 'EntryCode'],
    ['paymentNotifyUrl', 'pay.example'],
    ['paymentExpiryTime', '2026-03-01T12:03:00'],
    ['paymentExpiryTime', '2026-03-01T12:00:00+08:00'],
  ])('with %s of %s is illegal', async (path, value) => {
    expect(await shop.result('pay', changed(shop.orderCode(next()), path, value))).toBe('F PARAM_ILLEGAL');
  });

  test.each([
    ['JPY', 'USD', 'S SUCCESS'],
    ['JPY', 'HKD', 'F SETTLE_CONTRACT_NOT_MATCH'],
    ['JPY', undefined, 'F SETTLE_CONTRACT_NOT_MATCH'],
    ['HKD', 'HKD', 'S SUCCESS'],
    ['CNY', 'CNY', 'S SUCCESS'],
    ['CNY', 'USD', 'F SETTLE_CONTRACT_NOT_MATCH'],
    ['EUR', 'EUR', 'F CURRENCY_NOT_SUPPORT'],
    ['XXX', 'USD', 'F CURRENCY_NOT_SUPPORT'],
  ])(
    'in %s settled in %s is answered by %s, and so are its repeats',
    async (currency, settlementCurrency, expected) => {
      const number = next();
      const body = amounting(shop.orderCode(number), currency, '1000');
      const pay = changed(body, 'settlementStrategy', settlementCurrency && { settlementCurrency });
      expect(await shop.result('pay', pay)).toBe(expected);
      expect(await shop.result('pay', pay)).toBe(expected);
      const { paymentStatus } = (await shop.call('inquiryPayment', { paymentRequestId: number })).body;
      expect(paymentStatus).toBe(expected === 'S SUCCESS' ? 'PROCESSING' : 'FAIL');
    },
  );

  test('is refused above the limit, and for the broken part of a rupiah', async () => {
    expect(await shop.result('pay', amounting(shop.orderCode(next()), 'JPY', '100000000001'))).toBe(
      'F PAYMENT_AMOUNT_EXCEED_LIMIT',
    );
    expect(await shop.result('pay', amounting(shop.orderCode(next()), 'IDR', '1250'))).toBe('F PARAM_ILLEGAL');
  });

  test('without an end of its own waits for three minutes', async () => {
    const number = next();
    const { body } = await shop.call('pay', changed(shop.orderCode(number), 'paymentExpiryTime'));
    expect(body.orderCodeForm).toMatchObject({ expireTime: '2026-03-01T12:03:00+08:00' });
  });
});

describe('the other calls', () => {
  test('need a number, and ours or that of Antom names the same', async () => {
    for (const operation of ['inquiryPayment', 'cancel', 'refund', 'inquiryRefund'])
      expect(await shop.result(operation, {})).toBe('F PARAM_ILLEGAL');
    const number = next();
    const { paymentId } = (await shop.call('pay', shop.paymentCode(number, await newCode()))).body;
    const byId = (await shop.call('inquiryPayment', { paymentId })).body;
    expect(byId).toEqual((await shop.call('inquiryPayment', { paymentRequestId: number })).body);
    expect(byId.paymentRequestId).toBe(number);
    const refund = { refundRequestId: next(), paymentId, refundAmount: { currency: 'JPY', value: '1' } };
    for (const path of ['refundRequestId', 'paymentId', 'refundAmount'])
      expect(await shop.result('refund', changed(refund, path))).toBe('F PARAM_ILLEGAL');
    expect(await shop.result('refund', { ...refund, refundReason: '' })).toBe('F PARAM_ILLEGAL');
    // `paymentRequestId` is no member of a refund.
    expect(await shop.result('refund', { ...changed(refund, 'paymentId'), paymentRequestId: number })).toBe(
      'F PARAM_ILLEGAL',
    );
    const inYuan = { currency: 'CNY', value: '1' };
    expect(await shop.result('refund', { ...refund, refundRequestId: next(), refundAmount: inYuan })).toBe(
      'F PARAM_ILLEGAL',
    );
    expect(await shop.result('refund', { ...refund, refundRequestId: next(), paymentId: 'other' })).toBe(
      'F ORDER_NOT_EXIST',
    );
    const { refundId, ...refunded } = (await shop.call('refund', refund)).body;
    expect((await shop.call('inquiryRefund', { refundId })).body).toEqual({
      ...{ ...refunded, refundId, refundStatus: 'SUCCESS' },
    });
  });
});
