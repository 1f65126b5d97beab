/** What a back office reads: terminals, statements, terms and what the bills came to; whose it is, and in which pages. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getMerchant } from '../../functions/api/get-merchant.ts';
import { getStatement } from '../../functions/api/get-statement.ts';
import { listReconciliations } from '../../functions/api/list-reconciliations.ts';
import { listStatements } from '../../functions/api/list-statements.ts';
import { listTerminals } from '../../functions/api/list-terminals.ts';
import type { StatementView, TerminalView } from '../../functions/contract/answers.ts';
import type { ReconciliationView } from '../../functions/contract/reconciliation-answers.ts';
import type { Caller } from '../../functions/http/caller.ts';
import { noteSeen } from '../../functions/http/last-seen.ts';
import { newActivation } from '../../functions/merchant/activation.ts';
import { enrol, rotate } from '../../functions/merchant/enrolment.ts';
import type { Discrepancy } from '../../functions/reconciliation/match.ts';
import type { Compared } from '../../functions/reconciliation/reconciliations.ts';
import { sealDue } from '../../functions/statement/seal.ts';
import { DAY, HOUR, toInstant } from '../../functions/time.ts';
import { NOON } from '../support/orders.ts';
import { type Counter, openCounter, refusal } from './counter.ts';

let it: Counter;
const request = <Q, P = Record<string, never>>(query: Q, by: Caller = it.office, params = {} as P) => ({
  ...{ ...it.common(by), params, query, body: undefined },
});
beforeAll(async () => {
  it = await openCounter();
});
afterAll(() => it.bench.stop());
const stranger = (): Caller => ({ ...it.office, merchantId: it.bench.identity.merchants[1]?.id ?? '' });

describe('statements', () => {
  const days = ['2026-03-01', '2026-03-02', '2026-03-03'];
  beforeAll(async () => {
    for (const _ of days) {
      await it.paid();
      it.bench.pass(DAY);
      await sealDue(it.bench.services, { endsAt: it.bench.now() + HOUR });
    }
  });
  const list = async (query: Parameters<typeof listStatements>[1]['query'], by = it.office) => {
    const { body } = await listStatements(it.bench.services, request(query, by));
    const { data, nextCursor } = body as { data: StatementView[]; nextCursor: string | null };
    return { days: data.map(({ day }) => day), nextCursor };
  };

  test('are listed newest first, from one day to another, both included', async () => {
    const [first = '', second = '', third = ''] = days;
    expect(await list({})).toEqual({ days: [third, second, first], nextCursor: null });
    expect(await list({ from: second })).toEqual({ days: [third, second], nextCursor: null });
    expect(await list({ to: second })).toEqual({ days: [second, first], nextCursor: null });
    expect(await list({ from: second, to: second })).toEqual({ days: [second], nextCursor: null });
    expect(await list({ from: '2026-03-04' })).toEqual({ days: [], nextCursor: null });
    expect(await refusal(list({ from: third, to: second }))).toEqual({
      ...{ status: 400, code: 'malformed', retryable: false, detail: 'from is a later day than to.' },
    });
    expect(await list({}, stranger())).toEqual({ days: [], nextCursor: null });
  });

  test('come in pages', async () => {
    const first = await list({ limit: 2 });
    expect([first.days, first.nextCursor === null]).toEqual([['2026-03-03', '2026-03-02'], false]);
    expect(await list({ limit: 2, cursor: first.nextCursor ?? '' })).toEqual({
      days: ['2026-03-01'],
      nextCursor: null,
    });
  });

  test('are of their own merchant, and nothing else in that table is one', async () => {
    const own = `${it.office.merchantId}.2026-03-01`;
    const get = (statementId: string, by: Caller = it.office) =>
      getStatement(it.bench.services, request({}, by, { statementId }));
    expect((await get(own)).body).toMatchObject({ statementId: own, day: '2026-03-01' });
    const none = { status: 404, code: 'not_found', retryable: false, detail: 'There is no such statement.' };
    expect(await refusal(get(own, stranger()))).toEqual(none);
    for (const id of [`${own}x`, `x${own}`, own.slice(0, -1), `head_${it.office.merchantId}`, it.office.merchantId, ''])
      expect(await refusal(get(id))).toEqual(none);
  });
});

describe('terminals', () => {
  test('are told with their last two keys and when they were seen', async () => {
    const { directory, services } = { directory: it.bench.services.directory.table, services: it.bench.services };
    const key = () => {
      const { publicKey } = generateKeyPairSync('ed25519');
      return {
        alg: 'ed25519' as const,
        publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      };
    };
    const random = (bytes: number) => new Uint8Array(bytes).map((_, i) => i * 7 + 3);
    const { merchantId } = it.office;
    const at = it.bench.now();
    const { code, item } = newActivation({ merchantId, storeId: 'west', name: 'Till 9', now: at, random });
    await directory.create({ ...item });
    await enrol(directory, code.replaceAll('-', ''), key(), at);
    const find = async (by = it.office) => {
      const { body } = await listTerminals(services, request({ limit: 100 }, by));
      return (body as { data: TerminalView[] }).data.find(({ terminalId }) => terminalId === item.terminalId);
    };
    const keyView = (k: number, createdAt: number, expiresAt: number | null) => ({
      ...{ keyid: `${item.terminalId}.${k}`, alg: 'ed25519', createdAt: toInstant(createdAt) },
      ...{ expiresAt: expiresAt === null ? null : toInstant(expiresAt), revokedAt: null },
    });
    const view = {
      ...{ terminalId: item.terminalId, storeId: 'west', name: 'Till 9', state: 'active', createdAt: toInstant(at) },
      ...{ stores: 'own', scopes: ['orders:write', 'orders:read', 'refunds:write'] },
      ...{ lastSeenAt: null, clockSkewMs: null, keys: [keyView(1, at, null)] },
    };
    expect(await find()).toEqual(view);
    for (let k = 1; k <= 2; k += 1) await rotate(directory, item.terminalId, k, key(), at + k * DAY);
    await noteSeen(services, item.terminalId, at - 1_234);
    expect(await find()).toEqual({
      ...view,
      ...{ lastSeenAt: toInstant(at), clockSkewMs: -1_234 },
      keys: [keyView(3, at + 2 * DAY, null), keyView(2, at + DAY, at + 9 * DAY)],
    });
    expect(await find(stranger())).toBeUndefined();
  });

  test('that were revoked stay on the list; keys and back offices are none of it', async () => {
    const { body } = await listTerminals(it.bench.services, request({}));
    const ours = it.bench.identity.holders.filter((it_) => it_.merchantId === it.office.merchantId);
    const told = (body as { data: TerminalView[] }).data.filter(({ storeId }) => storeId === 'main');
    expect(told.map(({ terminalId, state }) => [terminalId, state]).sort()).toEqual(
      ours
        .filter(({ role }) => role === 'terminal')
        .map(({ id, revokedAt }) => [id, revokedAt === undefined ? 'active' : 'revoked'])
        .sort(),
    );
  });
});

describe('what bills came to', () => {
  const difference: Discrepancy = {
    ...{ reason: 'amount', resolution: 'open', type: 'payment', orderId: 'ord_a', attemptNo: 'ord_a_1' },
    ...{ requestNo: null, tradeNo: 't', currency: 'CNY' },
    ours: { gross: 100, fee: 1, at: NOON },
    channel: { gross: 101, fee: 1, at: NOON + 1 },
  };
  const day = (sellerId: string, differences: Discrepancy[] = []): Compared => ({
    ...{ merchantId: it.office.merchantId, channel: 'alipay', sellerId, reportDay: '2026-02-27', checkedAt: NOON },
    ...{ state: 'compared', billHash: 'h', matched: 3, foreign: 2, differences, omitted: 1, crossDay: [] },
  });
  const ask = async (by = it.office) => {
    const query = { day: '2026-02-27' };
    return ((await listReconciliations(it.bench.services, request(query, by))).body as { data: ReconciliationView[] })
      .data;
  };
  const put = (sellerId: string, differences?: Discrepancy[]) =>
    it.bench.services.reconciliations.change(
      it.office.merchantId,
      '2026-02-27',
      () => day(sellerId, differences),
      sellerId,
    );

  test('is told with each difference’s age in whole days, by our own time where there is one', async () => {
    expect(await ask()).toEqual([]);
    const age = async (changes: Partial<Discrepancy>) => {
      await put('2088000000000009', [{ ...difference, ...changes }]);
      return (await ask())[0]?.differences[0]?.ageDays;
    };
    const now = it.bench.now();
    const side = (at: number) => ({ gross: 1, fee: null, at });
    expect(await age({ ours: side(now - 2 * DAY), channel: side(now) })).toBe(2);
    expect(await age({ ours: side(now - 2 * DAY + 1) })).toBe(1);
    expect(await age({ ours: null, channel: side(now - 3 * DAY) })).toBe(3);
    expect(await age({ ours: null, channel: null })).toBe(0);
    await put('2088000000000009', [difference]);
    expect(await ask()).toEqual([
      {
        ...{
          channel: 'alipay',
          day: '2026-02-27',
          checkedAt: toInstant(NOON),
          state: 'compared',
          billHash: 'h',
          why: null,
        },
        ...{ matched: 3, foreign: 2, omitted: 1, account: '2088000000000009' },
        differences: [
          {
            ...{ reason: 'amount', resolution: 'open', type: 'payment', orderId: 'ord_a', attemptNo: 'ord_a_1' },
            ...{ requestNo: null, tradeNo: 't', currency: 'CNY', note: null, unread: null },
            ageDays: Math.floor((now - NOON) / DAY),
            ours: { gross: 100, fee: 1, at: toInstant(NOON) },
            channelSays: { gross: 101, fee: 1, at: toInstant(NOON + 1) },
          },
        ],
      },
    ]);
    expect(await ask(stranger())).toEqual([]);
  });

  test('of several accounts: today’s first', async () => {
    const today = it.bench.identity.alipay.sellerId;
    for (const sellerId of ['2088000000000008', today, '2088000000000007']) await put(sellerId);
    expect((await ask()).map(({ account }) => account)).toEqual([
      ...[today, '2088000000000009', '2088000000000008', '2088000000000007'],
    ]);
  });
});

describe('the merchant’s terms', () => {
  test('as they are, member by member, and nothing else of the merchant', async () => {
    const [merchant] = it.bench.identity.merchants;
    const [agreement] = merchant?.agreements ?? [];
    const none = { largestOrder: null, refundedPerDay: null, largestTerminalRefund: null };
    const view = {
      ...{ name: '示范商店', zone: 'Asia/Shanghai', acquirer: merchant?.acquirer, currencies: ['CNY'] },
      agreements: [{ ...agreement, feeMinimum: null, feeCap: null, channel: 'alipay', settlementCurrency: 'CNY' }],
      ...{ refundWindowDays: merchant?.refundWindowDays, latePayment: 'refund', supportPhone: '+86 21 0000 0000' },
      limits: {
        ...{ ...none, ordersPerSecond: null, ordersPerSecondPerTerminal: null, openOrders: null, refundsPerDay: null },
        ...{ longestExpirySeconds: null, oneOpenOrderPerTerminal: false, money: { CNY: none } },
      },
    };
    expect((await getMerchant(it.bench.services, request({}))).body).toEqual(view);
    const limits = {
      ordersPerSecond: 1,
      ordersPerSecondPerTerminal: 2,
      openOrders: 5,
      refundsPerDay: 3,
      longestExpirySeconds: 4,
    };
    const cny = { largestOrder: 5, refundedPerDay: 6, largestTerminalRefund: 7 };
    const money = { JPY: { largestOrder: 8 } };
    await it.bench.changeMerchant({
      limits: { ...limits, ...cny, money, oneOpenOrderPerTerminal: true },
      acquirer: '',
    });
    expect((await getMerchant(it.bench.services, request({}))).body).toEqual({
      ...{ ...view, acquirer: null },
      limits: {
        ...{ ...limits, ...cny, oneOpenOrderPerTerminal: true },
        money: { CNY: cny, JPY: { ...none, largestOrder: 8 } },
      },
    });
  });

  test('of a merchant that is gone are not found', async () => {
    const gone = { ...it.office, merchantId: 'mer_gone' };
    expect(await refusal(getMerchant(it.bench.services, request({}, gone)))).toMatchObject({ status: 404 });
  });
});
