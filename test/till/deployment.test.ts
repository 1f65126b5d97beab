/** Where a line of the till goes without being told, and what it says when nothing listens there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USUAL_STACK_FILE } from '../../bin/cli/stack-file.ts';
import { close, listen } from '../../bin/local/aws.ts';
import { deploymentOf } from '../../bin/till/deployment.ts';
import { runLine } from '../support/office.ts';
import { newNo, openShop, type TestShop } from '../support/shop.ts';
import { plain, runTill } from './line.ts';

const LOCAL = join(import.meta.dirname, '..', '..', '.local');
let shop: TestShop;
let gone: string;
const folder = mkdtempSync(join(tmpdir(), 'tillgate-deployment-'));
beforeAll(async () => {
  shop = await openShop();
  const nothing = createServer();
  gone = await listen(nothing);
  await close(nothing);
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true, force: true });
});

const here = () => ['--local-stack', shop.stack.stackFile];
const written = (content: string) => {
  const file = join(folder, 'stack.json');
  writeFileSync(file, content);
  return file;
};

describe('integration minor 5 the running stack is found by its file:', () => {
  test('its API, its simulator and its credentials, whatever its ports are', async () => {
    const no = newNo();
    const order = await shop.open({ merchantOrderNo: no });
    expect(await runTill(['pay', no, ...here()])).toMatchObject({ code: 0, err: '' });
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    expect(await runTill(['show', no, ...here()])).toMatchObject({ code: 0, err: '' });
    // Without a scanner it is the simulator's customer who shows a code.
    expect(await runTill(['charge', '1.00', ...here()])).toMatchObject({ code: 0, err: '' });
  });

  test('what the line says itself comes first, and without a stack it is where it usually is', () => {
    const file = written('{"api":"http://a:1","simulator":"http://s:2","antom":"http://s:3","credentials":"/c.json"}');
    const simulators = { alipay: 'http://s:2', antom: 'http://s:3' };
    const stack = { url: 'http://a:1', simulators, credential: '/c.json' };
    expect(deploymentOf({ 'local-stack': file })).toEqual(stack);
    const said = { url: 'https://x/', simulator: 'https://y', credential: 'z' };
    expect(deploymentOf({ 'local-stack': file, ...said })).toEqual({
      ...{ url: 'https://x', simulators: { ...simulators, alipay: 'https://y' }, credential: 'z' },
    });
    expect(deploymentOf({ 'local-stack': file, url: 'https://x' })).toEqual({ ...stack, url: 'https://x' });
    // As a stack of a version before has written it.
    expect(deploymentOf({ 'local-stack': written('{"api":"http://a:1"}') })).toEqual({
      ...{ url: 'http://a:1', credential: join(LOCAL, 'credentials.json') },
      simulators: { alipay: 'http://127.0.0.1:8081', antom: 'http://127.0.0.1:8082' },
    });
    expect(USUAL_STACK_FILE).toBe(join(LOCAL, 'stack.json'));
  });

  test.each([
    ['is not there', undefined],
    ['is none', '{'],
  ])('a file that was named and %s is wrong usage', async (_, content) => {
    const file = content === undefined ? join(folder, 'none.json') : written(content);
    expect(await runTill(['channels', '--local-stack', file])).toEqual({
      ...{ code: 2, out: '' },
      err: `no local stack has written ${file}\nnpm run till -- --help tells all commands.\n`,
    });
  });
});

describe('integration minor 5 nothing listens:', () => {
  const credential = () => ['--credential', shop.stack.credentialsFile];
  const notSent = (url: string) => ({
    ...{ code: 4, out: '' },
    err: `Nothing listens on ${url}: start it with npm start, or name another server by --url. Nothing was sent.\n`,
  });

  test.each([
    [['sell', '12.34', '--no', 'x']],
    [['charge', '12.34', '--code', '281234567890123456']],
    [['refund', 'x', '1.00']],
    [['close', 'x']],
    [['shift', 'close']],
    [['rotate']],
    [['channels']],
    [['request', 'GET', '/v1/channels']],
  ])('%j says so at once, and that nothing was sent: 4', async (words) => {
    expect(await runTill([...words, '--url', gone, ...credential()])).toEqual(notSent(gone));
  });

  test('enrol, too: its key is kept for the same line', async () => {
    const out = join(folder, 'enrolled.json');
    expect(await runTill(['enrol', 'AAAA-BBBB-CCCC', '--out', out, '--url', gone])).toEqual(notSent(gone));
  });

  test('a name with two addresses', async () => {
    const url = gone.replace('127.0.0.1', 'localhost');
    expect(await runTill(['channels', '--url', url, ...credential()])).toEqual(notSent(url));
  });

  test('the file of a stack that was killed', async () => {
    const file = written(JSON.stringify({ api: gone, credentials: shop.stack.credentialsFile }));
    expect(await runTill(['channels', '--local-stack', file])).toEqual(notSent(gone));
    expect(await runLine(`merchant list --local-stack ${file}`)).toEqual({
      ...{ code: 4, out: '' },
      err: `Nothing listens on ${gone}: start it with npm start. Nothing was sent.\n`,
    });
  });

  /** The server answers `answered` requests, and is gone then: those after them are refused. */
  const goneAfter = (answered: number): typeof fetch => {
    let asked = 0;
    return (input, init) => {
      asked += 1;
      return fetch(asked > answered ? String(input).replace(shop.stack.api, gone) : input, init);
    };
  };
  const pauses = (count: number) => Array.from({ length: count }, () => async () => {});

  test('after something was sent the outcome is unknown, and stays so: 3', async () => {
    const no = newNo();
    const sale = await runTill(['sell', '12.34', '--no', no, ...here()], { fetch: goneAfter(1), meanwhile: pauses(3) });
    expect([sale.code, plain(sale.err)]).toEqual([
      3,
      `GET /v1/orders/ORDER?live=true: no definite answer. Look it up by the same number; do not ask again under a new one. (connect ECONNREFUSED HERE)\nnpm run till -- show ${no} tells what became of it; with --no ${no} the same line starts nothing twice.\n`,
    ]);
    const refund = await runTill(['refund', no, '1.00', ...here()], { fetch: goneAfter(2), meanwhile: pauses(3) });
    expect([refund.code, plain(refund.err)]).toEqual([
      3,
      expect.stringMatching(/^POST \/v1\/orders\/ORDER\/refunds: no definite answer\. .+ECONNREFUSED/),
    ]);
  });

  test('nor is a request that may have arrived before the server went said to be not sent: 3', async () => {
    let asked = 0;
    const lost: typeof fetch = async (input, init) => {
      asked += 1;
      if (asked > 1) return fetch(String(input).replace(shop.stack.api, gone), init);
      await (await fetch(input, init)).arrayBuffer();
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
      });
    };
    const no = newNo();
    const { code, err } = await runTill(['sell', '12.34', '--no', no, ...here()], {
      fetch: lost,
      meanwhile: pauses(3),
    });
    expect([code, err]).toEqual([3, expect.stringMatching(/^POST \/v1\/orders: no definite answer\. /)]);
    const { data } = (await shop.till.call('listOrders', { query: { merchantOrderNo: no } })).body;
    expect(data.length).toBe(1);
  });
});
