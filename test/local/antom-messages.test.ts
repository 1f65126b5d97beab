/** What the Antom simulator's messages say of money in other currencies, and how its notifications go wrong, over real HTTP. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { amounting, codeIn, type Members, type Merchant, openMerchant } from '../support/antom-merchant.ts';

let shop: Merchant;
beforeEach(async () => {
  shop = await openMerchant();
});
afterEach(() => shop.stop());

const set = async (faults: Members) => expect((await shop.wallet('faults', faults)).status).toBe(200);
const newCode = async (members: Members = {}) => String((await shop.wallet('codes', members)).body.tillCode);
const payByCode = async (number: string, wallet = 'AlipayCN') =>
  shop.call('pay', shop.paymentCode(number, await newCode({ wallet })));

describe('quotes', () => {
  /** The text of a price, which a parsed number has lost. */
  const prices = (text: string) => [...text.matchAll(/"quotePrice":([^,}]+)/g)].map(([, price]) => price);
  const pairs = ({ body }: Awaited<ReturnType<typeof payByCode>>) =>
    [body.paymentQuote, body.settlementQuote].map((it) => (it as Members | undefined)?.quoteCurrencyPair);

  test('are named in either direction, by letters or numbers, or are not there yet', async () => {
    const usual = await payByCode('n_1', 'GCash');
    expect(pairs(usual)).toEqual(['JPY/PHP', 'JPY/USD']);
    expect(prices(usual.text).every((price) => /^\d+\.\d{1,8}$/.test(price ?? ''))).toBe(true);
    await set({ quoteInverted: true, quoteNumeric: true });
    const inverted = await payByCode('n_2', 'GCash');
    expect(pairs(inverted)).toEqual(['608/392', '840/392']);
    const amounts = ({ body }: typeof usual) => [body.actualPaymentAmount, body.grossSettlementAmount];
    expect(amounts(inverted)).toEqual(amounts(usual));
    await set({ reset: true, rateMissing: true });
    const missing = await payByCode('n_3', 'GCash');
    expect([missing.body.grossSettlementAmount, ...pairs(missing)]).toEqual([undefined, 'JPY/PHP', undefined]);
    // The rate is fixed for this payment later on, so that the inquiry has none either.
    await set({ reset: true });
    expect((await shop.call('inquiryPayment', { paymentRequestId: 'n_3' })).body.settlementQuote).toBeUndefined();
    await set({ query: { answer: 'quote_numeric' } });
    expect(pairs(await shop.call('inquiryPayment', { paymentRequestId: 'n_1' }))).toEqual(['392/608', '392/840']);
    await set({ query: { answer: 'rate_missing' } });
    expect(pairs(await shop.call('inquiryPayment', { paymentRequestId: 'n_1' }))).toEqual([undefined, undefined]);
  });

  test('are absent where no currency changes', async () => {
    const pay = amounting(shop.paymentCode('n_1', await newCode()), 'CNY', '1000');
    const { body } = await shop.call('pay', { ...pay, settlementStrategy: { settlementCurrency: 'CNY' } });
    expect(body).toMatchObject({
      result: { resultStatus: 'S' },
      actualPaymentAmount: { currency: 'CNY', value: '1000' },
    });
    expect([body.paymentQuote, body.settlementQuote, body.grossSettlementAmount]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });
});

describe('notifications that go wrong', () => {
  test('are doubled, tampered with before they are signed, delayed, dropped, or tell that a customer looks', async () => {
    await set({ duplicateNotifications: true });
    await payByCode('n_1');
    await shop.advance(1);
    expect(shop.received.map(({ body }) => body.paymentRequestId)).toEqual(['n_1', 'n_1']);
    await set({ reset: true, tamperNotification: { field: 'paymentAmount.value', value: '1' } });
    await payByCode('n_2');
    await shop.advance(1);
    expect(shop.received.at(-1)).toMatchObject({
      isSigned: true,
      body: { paymentAmount: { currency: 'JPY', value: '1' } },
    });
    await set({ reset: true, delayNotificationsMs: 5_000 });
    await payByCode('n_3');
    await shop.advance(4_999);
    expect(shop.received).toHaveLength(3);
    await shop.advance(1);
    expect(shop.received).toHaveLength(4);
    await set({ reset: true, dropNotifications: true });
    await payByCode('n_4');
    await shop.advance(60_000);
    expect(shop.received).toHaveLength(4);
    await set({ reset: true, pendingNotifications: true });
    const qrCode = codeIn((await shop.call('pay', shop.orderCode('n_5'))).body);
    await shop.wallet('scan', { qrCode });
    await shop.advance(1);
    const told = shop.received.at(-1)?.body;
    expect([told?.notifyType, told?.paymentTime]).toEqual(['PAYMENT_PENDING', undefined]);
  });

  test('are delivered after a restart, and books, codes and faults are there again', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tillgate-antom-'));
    try {
      const first = await openMerchant({ dataDir });
      await first.wallet('faults', { delayNotificationsMs: 1_000 });
      const tillCode = String((await first.wallet('codes', { wallet: 'GCash' })).body.tillCode);
      const { paymentId } = (await first.call('pay', first.paymentCode('n_1', tillCode))).body;
      const refundAmount = { currency: 'JPY', value: '400' };
      await first.call('refund', { refundRequestId: 'r_1', paymentId, refundAmount });
      const unused = String((await first.wallet('codes', { wallet: 'GCash' })).body.tillCode);
      const before = [await first.call('inquiryPayment', { paymentRequestId: 'n_1' }), await first.wallet('trades')];
      await first.stop();

      const second = await openMerchant({ dataDir });
      expect((await second.wallet('faults')).body).toMatchObject({ delayNotificationsMs: 1_000 });
      expect([await second.call('inquiryPayment', { paymentRequestId: 'n_1' }), await second.wallet('trades')]).toEqual(
        before,
      );
      expect((await second.wallet('result', { tillCode: unused })).body).toEqual({ result: 'unused' });
      expect((await second.wallet('result', { tillCode })).body).toMatchObject({ result: 'success', wallet: 'GCash' });
      await second.advance(1_000);
      const told = (await second.wallet('notifications')).body.data as unknown as { attempts: unknown[] }[];
      expect(told.map(({ attempts }) => attempts.length)).toEqual([2]);
      await second.stop();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });

  test('are not sent anew after a restart for what was told before', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tillgate-antom-'));
    try {
      const first = await openMerchant({ dataDir });
      const qrCode = codeIn((await first.call('pay', first.orderCode('n_1'))).body);
      await first.wallet('scan', { qrCode });
      await first.wallet('pay', { qrCode });
      await first.advance(1);
      expect(first.received).toHaveLength(1);
      await first.stop();
      const second = await openMerchant({ dataDir });
      // The end of the code, where one that had only been opened would be told as failed.
      await second.advance(3_600_000);
      const told = (await second.wallet('notifications')).body.data as unknown as { attempts: unknown[] }[];
      expect(told.map(({ attempts }) => attempts.length)).toEqual([1]);
      await second.stop();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
