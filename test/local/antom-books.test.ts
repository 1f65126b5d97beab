/** The books of the Antom simulator, driven in the process as a simulation drives them: by chance that is seeded, in virtual time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Books } from '../../bin/local/antom-simulator/books.ts';
import { isNo, type Order, type Payment } from '../../bin/local/antom-simulator/payments.ts';
import { WALLETS } from '../../bin/local/antom-simulator/wallets.ts';

const CLIENT = 'SANDBOX_1';
const START = Date.parse('2026-03-01T04:00:00Z');

/** A generator of hex digits that a seed decides. */
function hexOf(seed: number) {
  let state = seed;
  return (bytes: number) =>
    Array.from({ length: bytes * 2 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 28).toString(16);
    }).join('');
}

const orderOf = (number: string, scenario: Order['scenario'], value: number, now: number): Order => ({
  ...{ clientId: CLIENT, paymentRequestId: number, scenario, amount: { currency: 'JPY', value } },
  ...{ settlementCurrency: 'USD', asked: `${scenario} ${value}`, notifyUrl: null, referenceOrderId: 'o' },
  ...{ description: 'd', merchantName: 'Kissa', referenceMerchantId: 'm', storeId: 's', endsAt: now + 180_000 },
});

const step = fc.record({
  action: fc.constantFrom(
    'code',
    'scanPay',
    'force',
    'till',
    'u',
    'uFail',
    'confirm',
    'cancel',
    'refund',
    'open',
    'wait',
  ),
  number: fc.integer({ min: 1, max: 3 }),
  value: fc.integer({ min: 1, max: 300_000 }),
  wallet: fc.constantFrom(...WALLETS.map(({ name }) => name)),
  ms: fc.integer({ min: 0, max: 400_000 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Plays a story, and tells what stands in the books after each step. */
function play(steps: readonly Step[], seed: number): Payment[][] {
  const books = new Books({ hex: hexOf(seed) });
  let now = START;
  let refunds = 0;
  return steps.map(({ action, number, value, wallet, ms }) => {
    const name = `n_${number}`;
    const payment = books.find(CLIENT, { paymentRequestId: name }, now);
    const till = () => orderOf(name, 'PaymentCode', value, now);
    const code = () => books.newPaymentCode(now, wallet, value % 7 === 0).code;
    const outcome = { at: now + ms, failCode: action === 'uFail' ? 'USER_BALANCE_NOT_ENOUGH' : null };
    const ask = { clientId: CLIENT, refundRequestId: `r_${++refunds % 5}`, paymentId: payment?.paymentId ?? 'none' };
    const amount = { currency: 'JPY', value };
    if (action === 'wait') now += ms;
    else if (action === 'code') books.giveCode(orderOf(name, 'OrderCode', value, now), now);
    else if (action === 'till') books.payByCode(till(), code(), now);
    else if (action === 'u' || action === 'uFail') books.payLater(till(), code(), outcome, now);
    else if (action === 'refund') books.refunds.refund({ ...ask, amount }, now);
    else if (action === 'open') books.refunds.refuse({ ...ask, amount }, 'MERCHANT_BALANCE_NOT_ENOUGH', now, true);
    else if (payment && action === 'scanPay' && !isNo(books.scan(payment, wallet, now)))
      books.pay(payment, wallet, now);
    else if (payment && action === 'force') books.pay(payment, wallet, now, true);
    else if (payment && action === 'confirm') books.pay(payment, payment.wallet ?? '', now);
    else if (payment && action === 'cancel') books.cancel(payment, now);
    for (const it of books.payments.values()) {
      const current = books.find(CLIENT, it, now) ?? it;
      expect(books.returnedSum(current, now)).toBeLessThanOrEqual(current.amount.value);
      const isKept = current.paidAt !== null && current.reversal === null;
      expect(isKept).toBe(current.status === 'SUCCESS');
    }
    return structuredClone([...books.payments.values()]);
  });
}

describe('the books', () => {
  test('keep a final result, keep money only of a success, and never give back more than was paid', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer(), (steps, seed) => {
        let before: readonly Payment[] = [];
        for (const payments of play(steps, seed)) {
          for (const was of before) {
            const is = payments.find(({ paymentId }) => paymentId === was.paymentId);
            const after = { SUCCESS: ['SUCCESS', 'CANCELLED'], FAIL: ['FAIL'], CANCELLED: ['CANCELLED'] };
            if (was.status !== 'PROCESSING') expect(after[was.status]).toContain(is?.status);
            // What was paid once was paid at that time, of that much, for ever.
            if (was.paidAt !== null) expect([is?.paidAt, is?.customerPaid]).toEqual([was.paidAt, was.customerPaid]);
          }
          before = payments;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of one seed are the same each time, and of another seed have other numbers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), fc.integer({ min: 0, max: 1e9 }), (steps, seed) => {
        const first = play(steps, seed);
        expect(play(steps, seed)).toEqual(first);
        const ids = (story: Payment[][]) => story.flatMap((it) => it.map(({ paymentId }) => paymentId));
        const common = ids(play(steps, seed + 1)).filter((id) => ids(first).includes(id));
        expect(common).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
