/** The till's other lines, as exit code and whole text: looks, refunds, closes, shifts, requests; and what is no line. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { close, listen, startSecrets } from '../../bin/local/aws.ts';
import { businessDay, DAY, HOUR } from '../../functions/time.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';
import { type Ended, plain, runTill } from './line.ts';

/** Alipay refunds of one trade so far apart. */
const SPACING = 3_000;
let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

async function till(words: readonly string[], simulator = shop.stack.simulator): Promise<Ended> {
  const where = ['--url', `${shop.stack.api}/`, '--simulator', simulator, '--credential', shop.stack.credentialsFile];
  const { code, out, err } = await runTill([...words, ...where]);
  return { code, out: plain(out), err: plain(err) };
}
const done = (out: string) => ({ code: 0, out, err: '' });
const no = (err: string | RegExp) => ({
  code: 1,
  out: '',
  err: typeof err === 'string' ? `${err}\n` : expect.stringMatching(err),
});
const usage = (words: string) => ({ code: 2, out: '', err: `${words}\nnpm run till -- --help tells all commands.\n` });
/** A code that is shown, by the order's number. */
async function opened(): Promise<string> {
  const merchantOrderNo = newNo();
  await shop.open({ merchantOrderNo, subject: 'tea' });
  return merchantOrderNo;
}
async function paid(): Promise<string> {
  const merchantOrderNo = newNo();
  const order = await shop.open({ merchantOrderNo, subject: 'tea' });
  await shop.pay(order);
  await shop.eventually(order.orderId, ({ status }) => status === 'paid');
  return merchantOrderNo;
}

test('totals, before and after the first sale of the till', async () => {
  const since = new Date(shop.now() - HOUR).toISOString();
  const head = 'Since INSTANT, until INSTANT (Asia/Shanghai)\n';
  expect(await till(['totals', '--since', since])).toEqual(done(`${head}Nothing sold.\n`));
  const name = await paid();
  await till(['refund', name, '2.34']);
  expect(await till(['totals', '--since', since])).toEqual(
    done(`${head}main -  CNY  payments 1: 12.34  refunds 1: -2.34  fees 0.06  net 9.94\n`),
  );
  expect(await till(['totals', '--since', '2020-01-01T00:00:00Z'])).toEqual(
    no(/^Refused \(400 malformed\): since is /),
  );
});

describe('an order', () => {
  test('is shown by its own number, its id, and the number of its trade', async () => {
    const name = await paid();
    const [order] = (await shop.till.call('listOrders', { query: { merchantOrderNo: name } })).body.data;
    const shown = done(`PAID  CNY 12.34  tea
  number ${name}, order ORDER
  paid TIME, trade TRADE
  → Paid. Hand over the goods.
`);
    for (const it of [name, order?.orderId, order?.payment?.tradeNo])
      expect(await till(['show', `${it}`])).toEqual(shown);
    const { code, out } = await runTill([
      'show',
      name,
      '--json',
      '--url',
      shop.stack.api,
      '--credential',
      shop.stack.credentialsFile,
    ]);
    expect([code, JSON.parse(out)]).toEqual([0, await shop.get(order?.orderId ?? '')]);
  });

  test('that is not there, under any number: 1', async () => {
    expect(await till(['show', 'nothing'])).toEqual(no('there is no order nothing'));
    const number = '2026030122001452135997453208';
    expect(await till(['show', number])).toEqual(no('there is no order TRADE'));
    expect(await till(['show', `ord_${'a'.repeat(26)}`])).toEqual(no(/^Refused \(404 \w+\): /));
    expect(await till(['refund', 'nothing', '1.00'])).toEqual(no('there is no order nothing'));
    expect(await till(['close', 'nothing'])).toEqual(no('there is no order nothing'));
    expect(await till(['pay', 'nothing'])).toEqual(no('there is no order nothing'));
  });

  test('closed: at once where nobody has scanned; a paid one is refused', async () => {
    const name = await opened();
    expect(await till(['close', name])).toEqual(
      done(`CLOSING  CNY 12.34  tea
  number ${name}, order ORDER
  → Closing; nobody has scanned the code. Start a new order: money that comes late is refunded by itself.
`),
    );
    expect(await till(['close', await paid()])).toEqual(no(/^Refused \(409 order_paid\): /));
  });

  test('paid by the customer of the simulator: only a success is one', async () => {
    const name = await opened();
    const by = (result: string) => `The customer's wallet (simulator only) pays CNY 12.34: ${result}\n`;
    expect(await till(['pay', name, '--shop-discount', '12.35'])).toEqual({
      ...{ code: 1, err: '' },
      out: by(`{"error":"shopDiscount is yuan as text, such as 20.00, and at most the order's amount"}`),
    });
    expect(await till(['pay', name, '--shop-discount', '2.34'])).toEqual(
      done(by('{"result":"success","tradeNo":"TRADE"}')),
    );
    expect(await till(['show', name])).toEqual(
      done(`PAID  CNY 12.34  tea
  number ${name}, order ORDER
  paid TIME, trade TRADE
  received CNY 10.00: the shop's discount paid CNY 2.34
  → Paid. Hand over the goods.
`),
    );
    expect(await till(['pay', name])).toEqual(no('order ORDER shows no code'));
  });

  test('not paid where there is no simulator, or another server: 2, and nothing is opened', async () => {
    const name = await opened();
    const other = await startSecrets('');
    const silent = await startSecrets('');
    await silent.stop();
    expect(await till(['pay', name], silent.endpoint)).toEqual(usage('there is no simulator at http://HERE to pay in'));
    const number = newNo();
    for (const { endpoint } of [silent, other])
      expect(await till(['charge', '1.00', '--no', number], endpoint)).toEqual(
        usage('scan a code with --code; there is no simulator to show one'),
      );
    expect(await till(['show', number])).toEqual(no(`there is no order ${number}`));
    await other.stop();
  });
});

describe('a refund', () => {
  test('is counted by itself, has the number that is named, and is never more than there is', async () => {
    const name = await paid();
    expect(await till(['refund', name, '2.00', '--reason', 'cold'])).toEqual(
      done('refund refund-1 CNY 2.00 succeeded\n'),
    );
    await shop.advance(SPACING);
    expect(await till(['refund', name, '0.34'])).toEqual(done('refund refund-2 CNY 0.34 succeeded\n'));
    await shop.advance(SPACING);
    expect(await till(['refund', name, '1.00', '--no', 'r'])).toEqual(done('refund r CNY 1.00 succeeded\n'));
    expect(await till(['refund', name, '1.00', '--no', 'r'])).toEqual(done('refund r CNY 1.00 succeeded\n'));
    expect(await till(['refund', name, '9.01'])).toEqual(no(/^Refused \(422 refund_exceeds_refundable\): /));
    expect(await till(['show', name])).toEqual(
      done(`PAID  CNY 12.34  tea
  number ${name}, order ORDER
  paid TIME, trade TRADE
  refund refund-1 CNY 2.00 succeeded
  refund refund-2 CNY 0.34 succeeded
  refund r CNY 1.00 succeeded
  → Paid, and refunded as listed.
`),
    );
    const [order] = (await shop.till.call('listOrders', { query: { merchantOrderNo: name } })).body.data;
    expect(order?.refunds.map(({ reason }) => reason)).toEqual(['cold', null, null]);
  });
});

test('channels: what can be paid with, and what cannot', async () => {
  expect(await till(['channels'])).toEqual(
    done('alipay: open (CNY)\n  CNY goes to alipay: no other channel takes it\n'),
  );
});

describe('a request', () => {
  test('prints what comes, and ends by its status', async () => {
    const { code, out } = await till(['request', 'GET', '/v1/channels']);
    expect([code, out.split('\n')[0], JSON.parse(out.slice(4)).data[0].channel]).toEqual([0, '200', 'alipay']);
    const refused = await till(['request', 'GET', '/v1/statements/none', '--json']);
    expect([refused.code, JSON.parse(refused.out).status]).toEqual([1, 404]);
    expect((await till(['request', 'GET', '/nothing'])).code).toBe(1);
  });

  test('of a write that was there before says so', async () => {
    const body = JSON.stringify({ merchantOrderNo: newNo(), amount: { currency: 'CNY', value: 1 }, subject: 'tea' });
    expect((await till(['request', 'POST', '/v1/orders', body])).out).toMatch(/^201\n\{/);
    expect((await till(['request', 'POST', '/v1/orders', body])).out).toMatch(/^200 {2}Idempotency-Replayed: true\n\{/);
  });

  test('that is answered with no JSON prints it as it came', async () => {
    const html = await startHtml('<html>busy</html>');
    const words = ['request', 'GET', '/v1/channels', '--credential', shop.stack.credentialsFile, '--url', html.url];
    expect(await runTill(words)).toEqual(done('200\n<html>busy</html>\n'));
    await html.stop();
  });

  test('for curl is a line that a shell reads as it is', async () => {
    const { out } = await till(['request', 'POST', '/v1/orders', `{"subject":"it's tea"}`, '--curl']);
    expect(out).toMatch(
      /^curl -i -X POST -H 'content-digest: sha-256=:\S+:' -H 'signature-input: sig1=.+' -H 'signature: sig1=:\S+:' -H 'content-type: application\/json' --data-binary '\{"subject":"it'\\''s tea"\}' 'http:\/\/HERE\/v1\/orders'\n$/,
    );
    expect((await till(['request', 'GET', '/v1/channels', '--curl'])).out).toMatch(
      /^curl -i -X GET -H 'signature-input: .+' -H 'signature: .+' 'http:\/\/HERE\/v1\/channels'\n$/,
    );
  });
});

describe('shifts', () => {
  test('closed by the next number, once; listed and shown', async () => {
    await till(['shift', 'close', '--no', 'before']);
    const name = await paid();
    await till(['refund', name, '2.34']);
    const row = 'payments 1: CNY 12.34  refunds 1: CNY -2.34';
    const slip = `Shift shift-2 (2) of TERMINAL, store main, closed by Anna
  TIME – TIME
  ${row}  received CNY 10.00
  cashier -: ${row}
`;
    const times = ({ out, ...rest }: Ended) => ({
      ...rest,
      out: out.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME'),
    });
    const first = times(await till(['shift', 'close', '--operator', 'Anna']));
    const said = 'Closing shift shift-2; if no answer comes, repeat with --no shift-2\n';
    expect(first).toEqual(done(said + slip));
    expect(times(await till(['shift', 'close', '--operator', 'Anna', '--no', 'shift-2']))).toEqual(
      done(`${said}${slip}It was closed already.\n`),
    );
    expect(times(await till(['shift', 'show', 'shift-2']))).toEqual(done(slip));
    expect((await till(['shift', 'list'])).out.split('\n')[0]).toMatch(/^shift-2 {2}.* – .* {2}CNY 10\.00$/);
    expect(await till(['shift', 'show', 'none'])).toEqual(no(/^Refused \(404 \w+\): /));
  });
});

test('orders of a day', async () => {
  expect(await till(['orders', '--day', '2020-01-01'])).toEqual(done('No orders.\n'));
  expect(await till(['orders', '--day', 'x'])).toEqual(
    no(/^Refused \(400 malformed\): .*\n {2}\/query\/day: must be a day such as 2026-03-01\n$/),
  );
});

test('orders of a day, however many there are', async () => {
  // A day that has these orders only.
  await shop.advance(2 * DAY);
  const day = businessDay(shop.now(), 'Asia/Shanghai');
  const names = Array.from({ length: 101 }, () => newNo());
  const sale = { amount: { currency: 'CNY', value: 1 }, subject: 'tea', qrCode: false };
  for (const merchantOrderNo of names) await shop.till.call('createOrder', { body: { ...sale, merchantOrderNo } });
  const { code, out, err } = await till(['orders', '--day', day]);
  expect([code, err]).toEqual([0, '']);
  expect([...out.matchAll(/^ {2}number (\S+),/gm)].map(([, name]) => name).sort()).toEqual([...names].sort());
  const { data, nextCursor } = JSON.parse((await till(['orders', '--day', day, '--json'])).out);
  expect([data.length, nextCursor]).toEqual([101, null]);
});

async function startHtml(text: string) {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(text));
  return { url: await listen(server), stop: () => close(server) };
}
