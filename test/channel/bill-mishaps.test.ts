/** The simulator's mishaps with bills, one by one, as the channel tells them: no bill yet, no answer, or a file that is not taken. */
import { hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AlipaySimulator, startAlipaySimulator } from '../../bin/local/alipay-simulator/simulator.ts';
import { newIdentity, secretOf } from '../../bin/local/seed.ts';
import { createAlipayChannel } from '../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../functions/channel/alipay/gateway.ts';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import type { Channel } from '../../functions/channel/channel.ts';
import { NOON, OF } from './bill-files.ts';

const NINE = Date.parse('2026-03-02T09:00:00+08:00');
const identity = newIdentity();
const { alipay } = identity;
const account = { channel: 'alipay', appId: alipay.appId, sellerId: alipay.sellerId } as const;
let simulator: AlipaySimulator;
let channel: Channel;
/** The same, where every file is too large. */
let largeChannel: Channel;
/** A machine that is not Alipay's, and whether it was asked for anything. */
let stranger: Server;
let elsewhere = '';
let asked = 0;
let now = NINE;

beforeAll(async () => {
  const apps = [{ ...alipay, merchantName: '示范商店', ...identity.simulator }];
  simulator = await startAlipaySimulator({ port: 0, now: () => now, apps });
  const keys = async () => parseAlipaySecret(secretOf(identity));
  const gateway = createAlipayGateway({ url: `${simulator.url}/gateway.do`, keys, now: () => now });
  channel = createAlipayChannel({ gateway, keys, now: () => now });
  const why = 'the file is too large';
  const large = { ...gateway, download: async () => ({ kind: 'too_large', why }) as const };
  largeChannel = createAlipayChannel({ gateway: large, keys, now: () => now });
  stranger = createServer((_, response) => {
    asked += 1;
    response.end('a bill');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/bill`;
});
beforeEach(() => {
  now = NINE;
});
afterAll(async () => {
  stranger.close().closeAllConnections();
  await simulator.stop();
});

const ORDER = 'ord_abcdefghijklmnopqrstuvwxyz';
const sale = { outTradeNo: `${ORDER}_1`, amount: 1_234, fee: -7, at: NOON };
const refund = { outTradeNo: `${ORDER}_1`, outRequestNo: `${ORDER}_r1`, amount: -234, fee: 1, at: NOON + 1_000 };
const lines = [
  { type: 'payment', attemptNo: `${ORDER}_1`, requestNo: null, at: NOON, gross: 1_234, fee: 7, received: 1_234 },
  {
    type: 'refund',
    attemptNo: `${ORDER}_1`,
    requestNo: `${ORDER}_r1`,
    at: NOON + 1_000,
    gross: -234,
    fee: -1,
    received: -234,
  },
].map((line) => ({ ...line, currency: 'CNY', tradeNo: `20990101220014${String(line.at).padStart(14, '0')}` }));

/** What the channel answers about the day, with its lines in an array, while the simulator's bill has this fault. */
async function billWith(fault: object | null, timeoutMs = 20_000) {
  const body = JSON.stringify({ bill: fault === null ? null : { add: [sale, refund], ...fault } });
  const told = await fetch(`${simulator.url}/wallet/faults`, { method: 'POST', body });
  expect(told.status).toBe(200);
  const bill = await channel.report(account, OF.day, timeoutMs);
  return bill.kind === 'lines' ? { ...bill, lines: [...bill.lines] } : bill;
}
/** The hash of a file, which every copy of it has. */
const HASH = expect.stringMatching(/^[0-9a-f]{64}$/);
const taken = (more: object = {}) => ({ kind: 'lines', lines, foreign: 0, unread: [], hash: HASH, ...more });

describe('without a mishap', () => {
  test('the rows are there from nine on, not a millisecond before', async () => {
    expect(await billWith({})).toEqual(taken());
    now = NINE - 1;
    expect(await billWith({})).toEqual({ kind: 'not_ready' });
  });

  test('a day without sales has a bill without rows', async () => {
    expect(await billWith(null)).toEqual(taken({ lines: [] }));
  });

  test('the same file has the same hash, another one another', async () => {
    const hashes = [];
    for (const fault of [{}, {}, { add: [sale] }]) {
      const bill = await billWith(fault);
      hashes.push(bill.kind === 'lines' ? bill.hash : bill.kind);
    }
    expect([hashes[0] === hashes[1], hashes[0] === hashes[2]]).toEqual([true, false]);
  });
});

describe('there is no bill, and nothing is known', () => {
  test('late: not ready, until it is', async () => {
    now = NINE + 59_999;
    expect(await billWith({ lateMs: 60_000 })).toEqual({ kind: 'not_ready' });
    now = NINE + 60_000;
    expect(await billWith({ lateMs: 60_000 })).toEqual(taken());
  });

  test('the link leads elsewhere, directly or by a redirect: what is there is not asked', async () => {
    const unknown = (why: string) => ({ kind: 'unknown', why });
    expect(await billWith({ link: { elsewhere } })).toEqual(unknown('the link leads away from Alipay'));
    expect(await billWith({ link: { redirect: elsewhere } })).toEqual(unknown('the download: status 302'));
    expect(await billWith({ link: { redirect: `${simulator.url}/` } })).toEqual(unknown('the download: status 302'));
    expect(asked).toBe(0);
    // The machine would have answered.
    expect(await (await fetch(elsewhere)).text()).toBe('a bill');
  });

  test('the question itself is refused: that is no word of a bill', async () => {
    expect(await channel.report(account, '2026-02-30', 20_000)).toEqual({
      kind: 'unknown',
      why: '40004 isp.INVAILID_ARGUMENTS',
    });
  });

  test('the link is answered with silence, for no longer than the call may take', { timeout: 30_000 }, async () => {
    expect(await billWith({ link: { silent: true } }, 3_000)).toEqual({
      kind: 'unknown',
      why: 'the download: time-out',
    });
  });
});

describe('a file is not taken, and says why', () => {
  test.each([
    ['zip', 'this is no zip, or it is torn'],
    ['torn', 'this is no zip, or it is torn'],
    ['encoding', 'line 1 is not in GBK'],
    ['columns', 'the bill has 0 columns 服务费, not one'],
    ['sums', 'the rows do not add up to what the bill says (交易合计)'],
    ['account', 'the bill is of another account'],
    ['day', `the bill is of another day, not of ${OF.day}`],
  ])('a file is not taken for the fault %s', async (broken, why) => {
    expect(await billWith({ broken })).toEqual({ kind: 'unreadable', why, hash: HASH });
  });

  test('too large: it would be no smaller tomorrow', async () => {
    expect(await largeChannel.report(account, OF.day, 20_000)).toEqual({
      ...{ kind: 'unreadable', why: 'the file is too large', hash: null },
    });
  });

  test('which file it was, its hash says', async () => {
    const page = '<html><body>502 Bad Gateway</body></html>';
    expect(await billWith({ broken: 'zip' })).toMatchObject({ hash: hash('sha256', page) });
  });
});

describe('a file is taken that says something else', () => {
  const [paid, back] = lines;

  test.each([
    ['nothing', { empty: true, add: [] }, { lines: [] }],
    ['what is told of another day only', { day: '2026-03-02', empty: true }, { lines: [] }],
    ['more of other systems', { foreign: 8 }, { foreign: 8 }],
    ['in three parts', { parts: 3 }, {}],
  ])('a file is taken that tells something else: %s', async (_, fault, more) => {
    expect(await billWith(fault)).toEqual(taken(more));
  });

  test('a payment whose refund is not on it, and a refund without its payment', async () => {
    expect(await billWith({ add: [sale] })).toEqual(taken({ lines: [paid] }));
    expect(await billWith({ add: [refund] })).toEqual(taken({ lines: [back] }));
  });
});
