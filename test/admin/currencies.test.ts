/** Limits per currency, and terms in a currency that no channel takes. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { type Office, openOffice, openTea } from '../support/office.ts';

let engine: TestEngine;
let office: Office;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(() => engine.stop());

test('money: merchant set, limits per currency; merchant show says where there is none', async () => {
  await openTea(office);
  await office.tell('agreement add Tea --rate 1% --valid-from today --fee-on-refund kept --currency JPY');
  const { merchant } = await office.tell(
    'merchant set Tea --largest-order "CNY 500.00" --largest-order "JPY 9000" --refunded-per-day 100',
  );
  const money = { CNY: { largestOrder: 50_000, refundedPerDay: 10_000 }, JPY: { largestOrder: 9_000 } };
  expect(merchant).toMatchObject({ limits: { money } });
  const shown = (await office.run('merchant show Tea')).out.split('\n').filter((line) => /limit/.test(line));
  expect(shown).toEqual([
    '  limit largestOrder: CNY 500.00, JPY 9000',
    '  limit refundedPerDay: CNY 100.00, none in JPY',
    '  limit largestTerminalRefund: CNY 1000.00 (default), JPY 20000 (default)',
    '  limit ordersPerSecond: 20 (default)',
    '  limit openOrders: 5000 (default)',
    '  limit refundsPerDay: 500 (default)',
  ]);
  expect(await office.tell('merchant set Tea --largest-order "CNY none" --refunded-per-day none')).toMatchObject({
    merchant: { limits: { money: { JPY: { largestOrder: 9_000 } } } },
  });
  const none =
    '--largest-order none --largest-terminal-refund none --orders-per-second none --open-orders none --refunds-per-day none';
  const bare = (await office.tell(`merchant set Tea ${none}`)) as { merchant: { limits: unknown } };
  expect(bare.merchant.limits).toEqual({});
});

test('money: agreement add in a currency that no channel takes says so before it asks and after', async () => {
  await openTea(office);
  const line = 'agreement add Tea --rate 1% --valid-from today --fee-on-refund kept --currency JPY';
  const note = 'No channel of Tea takes JPY: its orders in JPY are refused.';
  expect((await office.run(line)).err).toContain(note);
  expect((await office.run(`${line} --yes`)).out).toContain(note);
  expect(await office.tell(line)).toMatchObject({ changed: false, takenBy: [] });
  expect((await office.tell('merchant show Tea')).missing).toEqual([]);
});
