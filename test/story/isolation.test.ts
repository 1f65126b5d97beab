/** Whose things are asked for, and what comes of asking twice: partitions, times and replays. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { contract } from '../../functions/http/contract.ts';
import { DynamoTable } from '../../functions/table-dynamodb.ts';
import { cny, newNo } from '../support/shop.ts';
import { openStage, type Stage } from '../support/two-merchants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

describe('S2 the merchant comes from the credential', () => {
  test('whatever ids a query names, only partitions of the caller are asked', async () => {
    const { ours, theirs } = stage;
    const id = fc.constantFrom(
      ours.merchantId,
      ours.paid.orderId,
      ours.statementId,
      'main',
      'west',
      theirs.merchantId,
      '2026-03-01',
    );
    const names = ['listOrders', 'listStatements', 'getTotals'] as const;
    const query = fc.dictionary(fc.constantFrom('day', 'storeId', 'from', 'to', 'operatorId', 'merchantOrderNo'), id, {
      maxKeys: 2,
    });
    const asked = vi.spyOn(DynamoTable.prototype, 'query');
    const property = fc.asyncProperty(fc.constantFrom(...names), query, async (name, values) => {
      const path = `${contract[name].path}?${new URLSearchParams(values)}`;
      const text = await (await stage.strangerOffice.request('GET', path)).text();
      expect(stage.ourMarks.filter((mark) => text.includes(mark))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 200, seed: 2 });
    const partitions = asked.mock.calls.map(([{ partition }]) => partition);
    expect(partitions.length).toBeGreaterThan(50);
    expect(partitions.filter((it) => !it.startsWith(theirs.merchantId))).toEqual([]);
  });
});

describe('S28 unknown and foreign', () => {
  const lowerQuartile = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 2] ?? 0;

  test('cost the same reads, and the same time within a tenth or a millisecond', async () => {
    const ids = [stage.ours.paid.orderId, stage.ours.paid.orderId.replace(/.{8}$/, 'aaaaaaaa')];
    const reads = vi.spyOn(DynamoTable.prototype, 'get');
    const isSame = async () => {
      const times: [number[], number[]] = [[], []];
      for (let i = 0; i < 400; i += 1) {
        reads.mockClear();
        const began = process.hrtime.bigint();
        const response = await stage.strangerTill.request('GET', `/v1/orders/${ids[i % 2]}`);
        times[i % 2 === 0 ? 0 : 1].push(Number(process.hrtime.bigint() - began) / 1e6);
        const orders = reads.mock.calls.filter(([key]) => key.startsWith('ord_'));
        expect([response.status, orders.length]).toEqual([404, 1]);
      }
      const [foreign, unknown] = times.map(lowerQuartile) as [number, number];
      return Math.abs(foreign - unknown) < Math.max(1, unknown / 10);
    };
    // The machine is not ours alone: a difference that is real is there every time.
    expect((await isSame()) || (await isSame()) || (await isSame())).toBe(true);
  }, 60_000);
});

describe('S5 replays', () => {
  test('1,000 genuine requests, sent again word for word: the tables are the same to the byte', async () => {
    const sent: [url: string, init: RequestInit][] = [];
    const till = await stage.recorded((url, init) => {
      sent.push([url, init]);
    });
    for (let i = 0; i < 125; i += 1) {
      const no = newNo();
      const { body: order } = await till.call('createOrder', {
        body: { merchantOrderNo: no, amount: cny(100 + i), subject: 'tea', qrCode: i % 5 === 0 },
      });
      const params = { orderId: order.orderId };
      await till.call('getOrder', { params });
      if (i % 5 === 0) {
        await stage.shop.pay(order);
        await stage.shop.eventually(order.orderId, ({ status }) => status === 'paid');
        const refund = { refundNo: `r${i}`, amount: cny(1) };
        await till.call('createRefund', { params, body: refund });
        await till.call('getRefund', { params: { ...params, refundNo: `r${i}` } });
      } else if (i % 5 === 1) await till.call('closeOrder', { params });
      await till.call('listOrders', { query: { merchantOrderNo: no } });
      for (const each of [1, 2, 3, 4]) await till.call('getOrder', { params }).then(() => each);
      await till.call('listChannels', {});
    }
    expect(sent.length).toBeGreaterThan(1_000);
    const before = await stage.ourItems();
    // Late enough for a clock to seem off by it.
    await stage.shop.advance(20_000);
    const statuses = new Map<number, number>();
    for (const [url, init] of sent) {
      const { signal: _, ...again } = init;
      const { status } = await fetch(url, again);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(await stage.ourItems()).toEqual(before);
    expect([...statuses.keys()].filter((status) => status >= 500 || status === 401)).toEqual([]);
  }, 120_000);
});
