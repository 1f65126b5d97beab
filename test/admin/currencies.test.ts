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

test('money: agreement add of another channel, settled in another currency', async () => {
  await openTea(office);
  const line = 'agreement add Tea --channel antom --currency JPY --settlement USD --rate 1.2% --valid-from today';
  const added = await office.run(`${line} --fee-on-refund kept --yes`);
  expect(added.out).toMatch(/^ {2}from \S+ at antom in JPY, settled in USD: 1\.2 % \(12000 ppm\); .* kept/m);
  const note = 'No channel of Tea takes JPY: its orders in JPY are refused.';
  expect(added.out).toContain(note);
  const { agreement, changed } = await office.tell(`${line} --fee-on-refund kept`);
  expect([agreement, changed]).toEqual([
    {
      ...{ agreementId: expect.stringMatching(/^agr_/), channel: 'antom', currency: 'JPY', settlementCurrency: 'USD' },
      ...{ validFrom: expect.stringMatching(/^\d{4}-/), ratePpm: 12_000, feeOnRefund: 'kept' },
    },
    false,
  ]);
  // Terms of a channel at which there is no account, in a currency that another one takes.
  const yuan = 'agreement add Tea --channel antom --rate 1% --valid-from today --fee-on-refund kept';
  expect((await office.run(`${yuan} --yes`)).out).toContain(
    'Tea has no account at antom that takes CNY: these terms are of no order yet.',
  );
  const plain = await office.tell('agreement add Tea --currency HKD --rate 1% --valid-from today --fee-on-refund kept');
  expect(Object.keys(plain.agreement as object).sort()).toEqual([
    'agreementId',
    'currency',
    'feeOnRefund',
    'ratePpm',
    'validFrom',
  ]);
});

test.each([
  ['--channel swift', /--channel is alipay or antom, not swift/],
  ['--channel antom --settlement XXX', /--settlement is an ISO 4217 code such as CNY, not XXX/],
  ['--settlement USD', /the channel alipay settles each currency in itself, and CNY not in USD/],
])('money: agreement add with %s changes nothing', async (options, message) => {
  await openTea(office);
  const before = await office.tell('merchant show Tea');
  const { code, err } = await office.run(
    `agreement add Tea --rate 1% --valid-from tomorrow --fee-on-refund kept ${options} --yes`,
  );
  expect([code === 0, err]).toEqual([false, expect.stringMatching(message)]);
  expect(await office.tell('merchant show Tea')).toEqual(before);
});
