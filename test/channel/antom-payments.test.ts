/** What Antom tells of a payment: money received, as far as it can be read for certain, and what has gone back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amount, EVERYTHING, news, ok, PAID, SUCCESS, says } from '../support/antom-answers.ts';
import { ATTEMPT, type Loopback, openLoopback, result } from '../support/antom-loopback.ts';

let antom: Loopback;
beforeAll(async () => {
  antom = await openLoopback();
});
afterAll(() => antom.stop());

describe('money received', () => {
  const told = { ...news, wallet: 'AlipayCN', customerPaid: { currency: 'CNY', value: 5000 } };
  const settlement = { gross: { currency: 'USD', value: 670 }, pair: 'JPY/USD', price: '0.0067', quoteId: 'q2' };

  test('is told with wallet, what the customer paid and how it is settled, and with nothing else of the customer', async () => {
    const paid = { ...told, settlement };
    expect(await says(antom, 'payWithTillCode', ok({ ...PAID, ...EVERYTHING }))).toEqual({ kind: 'paid', ...paid });
    expect(await says(antom, 'query', ok({ ...PAID, ...EVERYTHING, paymentStatus: 'SUCCESS' }))).toEqual({
      ...{ kind: 'paid', refundedInFull: false, ...paid },
    });
  });

  const quote = (quotePrice: string, quoteCurrencyPair = 'JPY/USD') =>
    `{"quoteId":"q2","quoteCurrencyPair":"${quoteCurrencyPair}","quotePrice":${quotePrice}}`;
  const settledBy = async (text: string) => {
    const body = JSON.stringify(ok({ ...PAID, paymentStatus: 'SUCCESS', settlementQuote: 'Q' })).replace('"Q"', text);
    const answer = await says(antom, 'query', body);
    return 'settlement' in answer ? answer.settlement : undefined;
  };
  const q2 = { quoteId: 'q2' };

  test.each<[string, string, object | undefined]>([
    [
      'a number of more digits than a float has',
      quote('0.12345678901'),
      { ...q2, pair: 'JPY/USD', price: '0.12345678901' },
    ],
    ['a number whose last digit is zero', quote('0.10'), { ...q2, pair: 'JPY/USD', price: '0.10' }],
    ['text', quote('"0.05"'), { ...q2, pair: 'JPY/USD', price: '0.05' }],
    ['numeric codes', quote('0.05', '392/156'), { ...q2, pair: 'JPY/CNY', price: '0.05' }],
    ['numeric codes that lost their zeros', quote('0.05', '36/840'), { ...q2, pair: 'AUD/USD', price: '0.05' }],
    ['codes that are none', quote('0.05', '999/JPY'), undefined],
    ['three codes', quote('0.05', 'JPY/USD/CNY'), undefined],
    ['an exponent', quote('5e-8'), { ...q2, pair: 'JPY/USD', price: '5e-8' }],
    ['a price of more digits than prices have', quote(`1.${'1'.repeat(30)}`), undefined],
    ['a price below zero', quote('-1'), undefined],
    ['no quote', '"x"', undefined],
  ])('keeps a price as it is written: %s', async (_, text, expected) => {
    expect(await settledBy(text)).toEqual(expected);
  });

  test.each<[string, object, object]>([
    [
      'a gross without a rate',
      { ...EVERYTHING, settlementQuote: undefined },
      { ...told, settlement: { gross: settlement.gross } },
    ],
    [
      'no rate yet',
      { actualPaymentAmount: EVERYTHING.actualPaymentAmount },
      { ...news, customerPaid: told.customerPaid },
    ],
    ['the order’s own currency', { actualPaymentAmount: amount, grossSettlementAmount: amount }, news],
    [
      'members of another form',
      { actualPaymentAmount: '5', grossSettlementAmount: [], pspCustomerInfo: { pspName: 7 } },
      { ...news, wallet: '7' },
    ],
    ['a wallet’s name that is none', { pspCustomerInfo: { pspName: 'a\nb' } }, news],
    ['an amount that is none', { actualPaymentAmount: { currency: 'CNY', value: '-5' } }, news],
  ])('is told as far as it can be read: %s', async (_, more, expected) => {
    const answer = await says(antom, 'query', ok({ ...PAID, ...more, paymentStatus: 'SUCCESS' }));
    expect(answer).toEqual({ kind: 'paid', refundedInFull: false, ...expected });
  });

  test.each<[string, object]>([
    ['no number', { paymentId: undefined }],
    ['a number that is none', { paymentId: 'a b' }],
    ['no time', { paymentTime: undefined }],
    ['a time that is none', { paymentTime: '2026-02-29T12:00:00+08:00' }],
    ['no amount', { paymentAmount: undefined }],
    ['an amount with a point', { paymentAmount: { currency: 'JPY', value: '10.00' } }],
    ['an amount that no number holds', { paymentAmount: { currency: 'JPY', value: '9999999999999999' } }],
    ['a currency that is none', { paymentAmount: { currency: 'XXX', value: '1' } }],
  ])('is unknown with %s', async (_, change) => {
    const unknown = { kind: 'unknown', why: 'a payment without number, amount or time' };
    expect(await says(antom, 'payWithTillCode', ok({ ...PAID, ...change }))).toEqual(unknown);
    expect(await says(antom, 'query', ok({ ...PAID, ...change, paymentStatus: 'SUCCESS' }))).toEqual(unknown);
  });

  test('is told as Antom tells it, also where it is another amount or currency than was asked for', async () => {
    const other = { currency: 'HKD', value: '999' };
    expect(await says(antom, 'query', ok({ ...PAID, paymentAmount: other, paymentStatus: 'SUCCESS' }))).toMatchObject({
      ...{ kind: 'paid', amount: { currency: 'HKD', value: 999 } },
    });
  });

  test('waits while the customer confirms', async () => {
    expect(await says(antom, 'payWithTillCode', result('U', 'PAYMENT_IN_PROCESS'))).toEqual({ kind: 'waiting' });
  });
});

describe('an inquiry', () => {
  const back = (value: string, more: object = {}) => ({
    ...{ transactionType: 'REFUND', transactionStatus: 'SUCCESS', transactionAmount: { ...amount, value }, ...more },
  });
  const paid = (refundedInFull: boolean) => ({ kind: 'paid', refundedInFull, ...news });
  const success = (transactions: unknown) => ({ ...PAID, paymentStatus: 'SUCCESS', transactions });

  test.each<[string, object, object]>([
    ['PROCESSING', { paymentStatus: 'PROCESSING' }, { kind: 'waiting' }],
    ['PENDING', { paymentStatus: 'PENDING' }, { kind: 'waiting' }],
    ['FAIL', { paymentStatus: 'FAIL' }, { kind: 'closed' }],
    ['FAIL with a time', { ...PAID, paymentStatus: 'FAIL' }, { kind: 'closed' }],
    [
      'FAIL, and later money that has gone back',
      { ...success([back('1000', { transactionType: 'CANCEL' })]), paymentStatus: 'FAIL' },
      paid(true),
    ],
    ['FAIL with a part back', { ...success([back('999')]), paymentStatus: 'FAIL' }, { kind: 'closed' }],
    ['CANCELLED', { paymentStatus: 'CANCELLED' }, { kind: 'closed' }],
    ['CANCELLED after it was paid', { ...PAID, paymentStatus: 'CANCELLED' }, paid(true)],
    ['SUCCESS', success(undefined), paid(false)],
    ['SUCCESS with a part back', success([back('999')]), paid(false)],
    ['SUCCESS with all back', success([back('999'), back('1')]), paid(true)],
    ['SUCCESS with all back by a cancel', success([back('1000', { transactionType: 'CANCEL' })]), paid(true)],
    ['SUCCESS with a refund that has failed', success([back('1000', { transactionStatus: 'FAIL' })]), paid(false)],
    ['SUCCESS with a refund under way', success([back('1000', { transactionStatus: 'PROCESSING' })]), paid(false)],
    ['SUCCESS with its own payment', success([back('1000', { transactionType: 'PAYMENT' })]), paid(false)],
    [
      'SUCCESS with money of another currency',
      success([back('1000', { transactionAmount: { currency: 'USD', value: '1000' } })]),
      paid(false),
    ],
    ['SUCCESS with transactions of another form', success([7, null, 'x', { transactionType: 'REFUND' }]), paid(false)],
    ['SUCCESS with no list of them', success('x'), paid(false)],
    [
      'a status that nobody knows',
      { ...PAID, paymentStatus: 'TOMORROW' },
      { kind: 'unknown', why: 'payment status TOMORROW' },
    ],
    ['no status', PAID, { kind: 'unknown', why: 'the answer lacks what it must have' }],
  ])('an inquiry is told as what it says: %s', async (_, body, expected) => {
    expect(await says(antom, 'query', ok(body))).toEqual(expected);
  });

  test('of a number that is not known is absent, and any other refusal tells nothing', async () => {
    for (const code of ['ORDER_NOT_EXIST', 'PROCESS_FAIL'])
      expect([
        await says(antom, 'query', result('F', code)),
        await says(antom, 'findTrade', result('F', code)),
      ]).toEqual([...[{ kind: 'absent' }, { kind: 'absent' }]]);
    expect([
      await says(antom, 'query', result('F', 'ACCESS_DENIED')),
      await says(antom, 'findTrade', result('F', 'ACCESS_DENIED')),
    ]).toEqual(Array(2).fill({ kind: 'unknown', why: 'F ACCESS_DENIED' }));
  });

  test('an inquiry by Antom’s number tells ours', async () => {
    expect(await says(antom, 'findTrade', SUCCESS.findTrade)).toEqual({ kind: 'found', attemptNo: ATTEMPT });
  });
});
