/** security M3: the limits with which a merchant begins, what an operator makes of them, and those who were there before. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newMerchant } from '../../bin/directory/new-items.ts';
import { openEngine, type TestEngine } from '../support/engine.ts';
import { type Office, openOffice } from '../support/office.ts';

let engine: TestEngine;
let office: Office;
beforeAll(async () => {
  engine = await openEngine();
});
beforeEach(async () => {
  office = await openOffice(engine);
});
afterAll(() => engine.stop());

const limitsOf = async (line: string) => ((await office.tell(line)).merchant as { limits: unknown }).limits;
const shownOf = async () => (await office.run('merchant show Tea')).out.split('\n').filter((it) => /limit/.test(it));
const agreement = 'agreement add Tea --rate 1% --valid-from today --fee-on-refund kept';

test('security M3 a new merchant has limits, and merchant show names them as defaults', async () => {
  await office.tell('merchant create Tea');
  expect(await shownOf()).toEqual([
    '  limit largestOrder: none in CNY',
    '  limit refundedPerDay: none in CNY',
    '  limit largestTerminalRefund: CNY 1000.00 (default)',
    '  limit ordersPerSecond: 20 (default)',
    '  limit openOrders: 5000 (default)',
    '  limit refundsPerDay: 500 (default)',
  ]);
});

test('security M3 what the operator sets is no default, and none is none, from the first command on', async () => {
  const line =
    'merchant create Tea --largest-terminal-refund 50 --refunds-per-day none --open-orders none --orders-per-second 3';
  const set = { ordersPerSecond: 3, money: { CNY: { largestTerminalRefund: 5_000 } } };
  expect(await limitsOf(line)).toEqual(set);
  expect(await limitsOf(line)).toEqual(set);
  expect((await shownOf()).join('\n')).not.toContain('default');
});

test('security M3 tills that are limited are limited in the next currency, too, unless it has a limit', async () => {
  await office.tell('merchant create Tea --largest-terminal-refund 50');
  await office.tell(agreement);
  await office.tell(`${agreement} --currency JPY`);
  await office.tell('merchant set Tea --largest-terminal-refund "USD 1.00"');
  const last = await limitsOf(`${agreement} --currency USD`);
  const money = { CNY: 5_000, JPY: 20_000, USD: 100 };
  const each = Object.entries(money).map(([currency, value]) => [currency, { largestTerminalRefund: value }]);
  expect(last).toMatchObject({ money: Object.fromEntries(each) });
});

test('security M3 a merchant that was there before keeps what it has: no limit, by the same command and by new terms', async () => {
  await office.tell('merchant create Tea');
  const { merchantId } = (await office.tell('merchant show Tea')).merchant as { merchantId: string };
  const stored = await office.deployment.directory.get(merchantId);
  const before = { ...stored, limits: newMerchant('Tea').limits, version: 2 };
  await office.deployment.directory.replace(before, 1);
  expect(await office.tell('merchant create Tea')).toMatchObject({ isNew: false, merchant: { limits: {} } });
  expect(await limitsOf(agreement)).toEqual({});
  const other = await office.run('merchant create Tea --refunds-per-day 7');
  expect(other.err).toMatch(/there already \(mer_.*, with another limits/);
});
