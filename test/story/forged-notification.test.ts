/** F5, F76: a notification on its way to us, spoiled in every way: it is answered `fail`, and nothing comes of it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentsOf } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { ORDERS } from '../../functions/table/table.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
let dynamo: DynamoDBClient;
beforeAll(async () => {
  shop = await openShop();
  dynamo = new DynamoDBClient({});
});
afterAll(async () => {
  dynamo.destroy();
  await shop.stop();
});

test('F5 2,000 forged notifications over HTTP: none is thanked for, none is stored; the genuine one pays', async () => {
  const orders = new DynamoTable(documentsOf(dynamo), process.env.ORDERS_TABLE ?? '', ORDERS);
  const other = await shop.open({ amount: { currency: 'CNY', value: 1 } });
  const order = await shop.open();
  await shop.faults({ dropNotifications: true });
  await shop.pay(order);
  const [delivery] = await shop.deliveries(order);
  const genuine = [...new URLSearchParams(delivery?.body ?? '')];
  const names = genuine.map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['sign', 'total_amount', 'out_trade_no', 'trade_status', 'seller_id']));
  const before = await orders.get(order.orderId);

  const place = fc.nat({ max: genuine.length - 1 });
  const text = fc.string({ minLength: 1, maxLength: 6 });
  /** Each makes another form of the genuine one: other values or names, never the same ones escaped otherwise. */
  const spoilt = fc.oneof(
    fc.tuple(place, fc.nat(), fc.integer({ min: 1, max: 127 })).map(([n, at, by]) =>
      genuine.with(
        n,
        changed(genuine[n] ?? ['', ''], (it) => flipped(it, at, by)),
      ),
    ),
    place.map((n) => genuine.toSpliced(n, 1)),
    place.map((n) => [...genuine, genuine[n] ?? ['', '']]),
    fc.tuple(place, text).map(([n, more]) =>
      genuine.with(
        n,
        changed(genuine[n] ?? ['', ''], (it) => it + more),
      ),
    ),
    fc.tuple(text, text).map((pair) => [...genuine, pair]),
    fc.tuple(place, text).map(([n, more]) => genuine.with(n, [`${genuine[n]?.[0]}${more}`, genuine[n]?.[1] ?? ''])),
    fc.constantFrom(`${other.orderId}_1`, `${order.orderId}_2`, order.orderId).map((no) => put('out_trade_no', no)),
    fc.constantFrom('0.01', '12.340', '12,34', '1e3', '-12.34').map((amount) => put('total_amount', amount)),
    fc.constantFrom('TRADE_FINISHED', 'TRADE_CLOSED', 'trade_success').map((status) => put('trade_status', status)),
    fc.constantFrom('RSA', 'rsa2', 'none', 'HMAC').map((type) => put('sign_type', type)),
    fc.constantFrom('', 'x', 'AAAA').map((sign) => put('sign', sign)),
  );
  const put = (name: string, value: string): [string, string][] =>
    genuine.map((pair) => (pair[0] === name ? [name, value] : pair));
  const property = fc.asyncProperty(spoilt, async (pairs) => {
    fc.pre(meaningOf(pairs as Pair[]) !== meaningOf(genuine));
    const body = String(new URLSearchParams(pairs as [string, string][]));
    const odd = pairs.filter((pair) => !genuine.some((it) => String(it) === String(pair))).map(([name]) => name);
    expect(await shop.notify(body), String(odd)).toEqual({ status: 400, answer: 'fail' });
  });
  await fc.assert(property, { numRuns: 2_000, seed: 1 });

  expect(await orders.get(order.orderId)).toEqual(before);
  expect(before?.payments).toEqual([]);
  expect(await shop.notify(delivery?.body ?? '')).toEqual({ status: 200, answer: 'success' });
  expect((await orders.get(order.orderId))?.payments).toEqual([expect.objectContaining({ source: 'notification' })]);
  await shop.faults({ reset: true });
});

type Pair = [name: string, value: string];

const changed = ([name, value]: Pair, how: (value: string) => string): Pair => [name, how(value)];

function flipped(value: string, at: number, by: number): string {
  if (value === '') return 'x';
  const i = at % value.length;
  return value.slice(0, i) + String.fromCharCode(value.charCodeAt(i) ^ by) + value.slice(i + 1);
}

/** The same bytes of a signature may be written in more than one way: what base64 does not know is passed over. */
const meaningOf = (pairs: readonly Pair[]) =>
  JSON.stringify(
    pairs.map(([name, value]) => [name, name === 'sign' ? Buffer.from(value, 'base64').toString('hex') : value]),
  );
