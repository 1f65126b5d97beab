/** What the till writes of orders, refunds and statements, as whole lines. */
import { describe, expect, test } from 'vitest';
import { pickCredential } from '../../bin/cli/credentials.ts';
import { openingOf } from '../../bin/till/sell.ts';
import { statementLines } from '../../bin/till/statement.ts';
import { orderLines, refundLine, show, type Terminal } from '../../bin/till/terminal.ts';
import type { LineView, OrderView, RefundView, StatementView } from '../../functions/contract/answers.ts';

const cny = (value: number) => ({ currency: 'CNY', value });
const words = (en: string) => ({ en, 'zh-CN': '中文' });
const english = ({ en }: { en: string }) => en;
const ZONE = 'Asia/Shanghai';

const refund = (more: Partial<RefundView> = {}): RefundView => ({
  ...{ refundNo: 'r1', amount: cny(200), reason: null, source: 'till', status: 'succeeded', failure: null },
  ...{ requestedAt: '', finishedAt: null, storeId: 'main', terminalId: null, operatorId: null, ...more },
});

describe('a refund', () => {
  test.each([
    [{}, 'refund r1 CNY 2.00 succeeded'],
    [{ status: 'requested' }, 'refund r1 CNY 2.00 requested'],
    [{ source: 'automatic', refundNo: 'auto_1' }, 'refund auto_1 CNY 2.00 succeeded (automatic)'],
    [{ source: 'channel', amount: cny(5) }, 'refund r1 CNY 0.05 succeeded (channel)'],
    [
      { status: 'failed', failure: { reason: 'no_cover', text: words('No money there.') } },
      'refund r1 CNY 2.00 failed: No money there.',
    ],
  ] as [Partial<RefundView>, string][])('%j: %s', (more, line) => {
    expect(refundLine(refund(more), english)).toBe(line);
  });
});

const order = (more: Partial<OrderView> = {}): OrderView => ({
  ...{ orderId: 'ord_a', merchantOrderNo: 'first', reference: null, status: 'paid', amount: cny(1_234) },
  ...{ refundable: cny(1_234), refunded: cny(0), subject: 'tea', storeId: 'main', terminalId: null, operatorId: null },
  ...{ channel: 'alipay', attempt: null, qrCode: null, closed: null, refunds: [], createdAt: '', updatedAt: '' },
  ...{ expiresAt: '', version: 1, nextAction: 'none', nextPollAfterMs: null, message: words('Do this.') },
  payment: { tradeNo: '2026', paidAt: '2026-03-01T04:00:00.000Z', late: false },
  received: cny(1_234),
  ...more,
});

describe('an order', () => {
  const HEAD = ['PAID  CNY 12.34  tea', '  number first, order ord_a'];
  const PAID = '  paid 2026-03-01 12:00:00 (Asia/Shanghai), trade 2026';

  test.each([
    [{}, [...HEAD, PAID, '  → Do this.']],
    [
      { status: 'awaiting_payment', payment: null, received: null },
      ['AWAITING_PAYMENT  CNY 12.34  tea', HEAD[1], '  → Do this.'],
    ],
    [
      { payment: { tradeNo: '2026', paidAt: '2026-03-01T04:00:00.000Z', late: true } },
      [...HEAD, `${PAID}, late`, '  → Do this.'],
    ],
    [
      { received: cny(1_000) },
      [...HEAD, PAID, "  received CNY 10.00: the shop's discount paid CNY 2.34", '  → Do this.'],
    ],
    [
      { refunds: [refund(), refund({ refundNo: 'r2', status: 'requested' })] },
      [...HEAD, PAID, '  refund r1 CNY 2.00 succeeded', '  refund r2 CNY 2.00 requested', '  → Do this.'],
    ],
  ] as [Partial<OrderView>, string[]][])('%j', (more, lines) => {
    expect(orderLines(order(more), english, ZONE)).toEqual(lines);
  });

  test('in Chinese', () => {
    expect(orderLines(order(), (both) => both['zh-CN'], ZONE).at(-1)).toBe('  → 中文');
  });
});

test.each([
  [cny(1), 'CNY 0.01'],
  [cny(100_000), 'CNY 1000.00'],
  [{ currency: 'JPY', value: 1_234 }, 'JPY 1234'],
])('%j is %s', (money, text) => {
  expect(show(money)).toBe(text);
});

describe('a statement', () => {
  const line = (more: Partial<LineView>): LineView =>
    ({
      ...{ type: 'payment', occurredAt: '2026-03-01T04:00:00.000Z', merchantOrderNo: 'first', refundNo: null },
      ...{ currency: 'CNY', gross: 1_234, received: 1_234, fee: 7, net: 1_227, late: false, ...more },
    }) as LineView;
  const total = (more: object) => ({
    ...{ currency: 'CNY', channel: 'alipay', storeId: 'main', netSales: 1_234, netReceived: 1_234, netFees: 7 },
    ...{ netReceivable: 1_227, ...more },
  });
  const statement = (totals: object[]) =>
    ({ day: '2026-03-01', zone: ZONE, hash: 'abc', totals }) as unknown as StatementView;
  const NUMBER = 'first'.padEnd(24);

  test('has a column for what was received only where the shop gave discounts', () => {
    expect(
      statementLines(statement([total({})]), [
        line({}),
        line({ type: 'refund', refundNo: 'r1', gross: -200, received: -200, fee: -1, net: -199, late: true }),
      ]),
    ).toEqual([
      'Fee statement 2026-03-01 (Asia/Shanghai)',
      `time (UTC)                type    number                         gross         fee         net`,
      `2026-03-01T04:00:00.000Z  payment ${NUMBER}       12.34        0.07       12.27`,
      `2026-03-01T04:00:00.000Z  refund  ${'r1'.padEnd(24)}       -2.00       -0.01       -1.99  late`,
      '',
      `${'main alipay CNY'.padEnd(58)}       12.34        0.07       12.27`,
      'SHA-256 abc',
    ]);
    const discounted = line({ received: 1_000, net: 993 });
    expect(statementLines(statement([total({ netReceived: 1_000, netReceivable: 993 })]), [discounted])).toEqual([
      'Fee statement 2026-03-01 (Asia/Shanghai)',
      `time (UTC)                type    number                         gross    received         fee         net`,
      `2026-03-01T04:00:00.000Z  payment ${NUMBER}       12.34       10.00        0.07        9.93`,
      '',
      `${'main alipay CNY'.padEnd(58)}       12.34       10.00        0.07        9.93`,
      'SHA-256 abc',
    ]);
  });

  test('says the currency of each line where there are several', () => {
    const [, , yuan, yen] = statementLines(statement([]), [line({}), line({ currency: 'JPY' })]);
    expect([yuan?.slice(34), yen?.slice(34)]).toEqual([
      `${NUMBER}       12.34        0.07       12.27  CNY`,
      `${NUMBER}        1234           7        1227  JPY`,
    ]);
  });
});

describe('the credential of a till', () => {
  const one = (keyid: string, more: object = {}) => ({
    ...{ keyid, alg: 'ed25519', privateKeyPem: '', scopes: ['orders:write'], merchantId: 'mer_a', storeId: 'main' },
    ...more,
  });
  const all = {
    credentials: [
      one('trm_gone.1', { revoked: true }),
      one('bko_a.1', { scopes: ['statements:read'] }),
      one('trm_a.1'),
      one('trm_ab.2'),
    ],
  } as unknown as Parameters<typeof pickCredential>[0];

  test.each([
    [undefined, 'orders:write', 'trm_a.1'],
    [undefined, 'statements:read', 'bko_a.1'],
    ['trm_ab', 'orders:write', 'trm_ab.2'],
    ['trm_ab.2', 'orders:write', 'trm_ab.2'],
    ['trm_gone', 'orders:write', 'trm_gone.1'],
    ['bko_a', 'orders:write', 'bko_a.1'],
  ])('named %s, for %s: %s', (wanted, scope, keyid) => {
    expect(pickCredential(all, wanted, scope).keyid).toBe(keyid);
  });

  test.each([
    ['trm_', 'orders:write', 'no credential trm_ in the credentials file'],
    [undefined, 'refunds:write', 'no credential with the scope refunds:write in the credentials file'],
  ])('named %s, for %s: %s', (wanted, scope, why) => {
    expect(() => pickCredential(all, wanted, scope)).toThrow(why);
  });
});

test('what a sale is opened with', async () => {
  const till = { holder: { keyid: 'trm_abcdefghijkl.1' } } as Terminal;
  const choices = { subject: 'tea', no: '7', reference: 'table 7', expires: '90' };
  expect(await openingOf(till, cny(5), choices)).toEqual({
    ...{ merchantOrderNo: '7', amount: cny(5), subject: 'tea', reference: 'table 7', expiresInSeconds: 90 },
  });
  expect(await openingOf(till, cny(5), {})).toEqual({
    ...{ merchantOrderNo: expect.stringMatching(/^\d{8}-abcdef-\d+$/), amount: cny(5), subject: 'Sale' },
  });
  for (const expires of ['1.5', 'x', '90s'])
    await expect(openingOf(till, cny(5), { expires })).rejects.toThrow('--expires is in whole seconds');
});
