/** The customer of Alipay+ in a real browser: which wallet is held, and what is paid in whose currency. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callAms, codeIn, type Members, payOf } from '../support/antom-merchant.ts';
import { type BackOffice, openBackOffice } from '../support/back-office.ts';
import { suitsEverybody } from '../support/counter.ts';

let office: BackOffice;
beforeAll(async () => {
  office = await openBackOffice();
});
afterAll(() => office?.stop());
afterEach(() => expect(office.complaints.splice(0)).toEqual([]));

/** A call of the demo merchant's own client. */
async function ask(operation: string, body: Members): Promise<Members> {
  const { antom, identity } = office.shop.stack;
  const answer = await callAms(antom, operation, body, {}, identity.antom.credentials);
  expect(answer.isSigned).toBe(true);
  return answer.body;
}

const ends = () => new Date(office.shop.now() + 180_000).toISOString();
const pay = (number: string, scenario: string, method: Members = {}) => ({
  ...payOf(number, 'http://127.0.0.1:9/', { inStorePaymentScenario: scenario }, method),
  paymentExpiryTime: ends(),
});

test('a code is paid by GCash in pesos, after Alipay would have paid it in yuan', async () => {
  const code = codeIn(await ask('pay', pay('n_1', 'OrderCode')));
  const wallet = await office.openPage(`/wallet#${encodeURIComponent(code)}`);
  await wallet.waitForSelector('.charged:has-text("¥")');
  await wallet.selectOption('select[name=wallet]', 'GCash');
  await wallet.waitForSelector('.charged:has-text("₱")');
  expect(await wallet.textContent('.facts')).toContain('JPY\u00a01,000');
  await suitsEverybody(wallet, 'wallet-pesos');
  await wallet.fill('input[name=password]', '246810');
  await wallet.click('button[type=submit]');
  await wallet.waitForSelector('.end.success');
  await suitsEverybody(wallet, 'wallet-pesos-paid');
  const told = await ask('inquiryPayment', { paymentRequestId: 'n_1' });
  expect(told).toMatchObject({ paymentStatus: 'SUCCESS', pspCustomerInfo: { pspName: 'GCash' } });
  expect(told.actualPaymentAmount).toMatchObject({ currency: 'PHP' });
  await wallet.click('nav button >> nth=2');
  await wallet.waitForSelector('[data-status=TRADE_SUCCESS] .money:has-text("₱")');
  await wallet.close();
});

test('a code of the customer is good at the channel whose wallet it is', async () => {
  const wallet = await office.openPage('/wallet');
  await wallet.selectOption('select[name=wallet]', 'Kakao Pay');
  await wallet.click('nav button >> nth=1');
  const shown = await wallet.waitForSelector('[data-code]');
  const paymentMethodId = (await shown.getAttribute('data-code')) ?? '';
  const paid = await ask('pay', pay('n_2', 'PaymentCode', { paymentMethodId }));
  expect(paid).toMatchObject({ result: { resultStatus: 'S' }, pspCustomerInfo: { pspName: 'Kakao Pay' } });
  await wallet.waitForSelector('.end.success:has-text("KRW")');
  await wallet.close();
});
