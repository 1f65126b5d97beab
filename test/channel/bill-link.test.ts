/** A bill is fetched from a link in an answer: from Alipay's hosts or the gateway's own, and never further. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { download } from '../../functions/channel/alipay/download.ts';

const servers: Server[] = [];
let answer: RequestListener;
let asked: string[] = [];
async function serve(name: string): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(`${name} ${request.method} ${request.url}`);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
let own = '';
let elsewhere = '';
beforeAll(async () => {
  own = await serve('own');
  elsewhere = await serve('elsewhere');
});
beforeEach(() => {
  asked = [];
  answer = (_, response) => response.end('a bill');
});
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});
const get = (link: string, gateway = `${own}/gateway.do`, timeoutMs = 20_000) => download(link, { gateway, timeoutMs });
const AWAY = { kind: 'silence', why: 'the link leads away from Alipay' };
const GATEWAY = 'https://openapi.alipay.com/gateway.do';

/** Where each request would have gone: it is given up before it looks for its host. */
async function wouldAsk(link: string, gateway = GATEWAY): Promise<string[]> {
  const sent: string[] = [];
  const giveUp = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    sent.push(`${request.protocol}//${request.getHeader('host')}${request.path}`);
    request.destroy(new Error('given up'));
  };
  subscribe('http.client.request.created', giveUp);
  const downloaded = await get(link, gateway).finally(() => unsubscribe('http.client.request.created', giveUp));
  expect(downloaded).toEqual(sent.length > 0 ? { kind: 'silence', why: 'the download: given up' } : AWAY);
  return sent;
}

test('from the gateway’s own host it is taken', async () => {
  expect(await get(`${own}/bill/1?x=2`)).toEqual({ kind: 'file', bytes: Buffer.from('a bill') });
  expect(asked).toEqual(['own GET /bill/1?x=2']);
});

describe('from Alipay', () => {
  test.each([
    ['https://mdn.alipay.com/x?y=1', 'mdn.alipay.com/x?y=1'],
    ['https://dwbillcenter.alipay.com/', 'dwbillcenter.alipay.com/'],
    ['https://a-1.b2.alipay.com/x', 'a-1.b2.alipay.com/x'],
    ['https://mdn.alipaydev.com/x', 'mdn.alipaydev.com/x'],
    ['https://MDN.Alipay.com:443/x', 'mdn.alipay.com/x'],
    ['http://mdn.alipay.com/x', 'mdn.alipay.com/x'],
    ['http://mdn.alipay.com:80/x', 'mdn.alipay.com/x'],
    ['https://openapi.alipay.com/x', 'openapi.alipay.com/x'],
    ['http://openapi.alipay.com/x', 'openapi.alipay.com/x'],
    [' https://mdn.alipay.com/x#part', 'mdn.alipay.com/x'],
  ])('%s is asked for over TLS', async (link, target) => {
    expect(await wouldAsk(link)).toEqual([`https://${target}`]);
  });

  test('with the port and the scheme of the gateway only if it is the gateway', async () => {
    const gateway = 'https://openapi.alipay.com:8443/gateway.do';
    expect(await wouldAsk('https://openapi.alipay.com:8443/x', gateway)).toEqual(['https://openapi.alipay.com:8443/x']);
    for (const link of ['http://openapi.alipay.com:8443/x', 'https://mdn.alipay.com:8443/x'])
      expect(await wouldAsk(link, gateway)).toEqual([]);
  });
});

describe('anywhere else nothing is asked:', () => {
  test.each([
    'https://alipay.com/x',
    'https://alipaydev.com/x',
    'https://notalipay.com/x',
    'https://mdn.notalipay.com/x',
    'https://mdn-alipay.com/x',
    'https://mdn.alipay.com.example.test/x',
    'https://mdn.alipay.com-example.test/x',
    'https://mdn.alipay.com.cn/x',
    'https://mdn.alipay.net/x',
    'https://mdn.alipayxcom/x',
    'https://alipay.com.mdn.test/alipay.com',
    'https://example.test/mdn.alipay.com/x',
    'https://example.test?mdn.alipay.com',
    'https://example.test#.alipay.com',
    'https://example.test\\.alipay.com/',
    'https://mdn_x.alipay.com/x',
    'https://mdn.alipay.com./x',
    'https://.alipay.com/x',
    'https://例.alipay.com.test/x',
    'https://mdn.alipay.com:8443/x',
    'https://mdn.alipay.com:80/x',
    'http://mdn.alipay.com:443/x',
    'https://user@mdn.alipay.com/',
    'https://:secret@mdn.alipay.com/',
    'https://user@openapi.alipay.com/',
    'https://:secret@openapi.alipay.com/',
    'ftp://mdn.alipay.com/x',
    'ws://mdn.alipay.com/x',
    'httpss://mdn.alipay.com/x',
    'xhttp://mdn.alipay.com/x',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1/x',
    'javascript:1',
    '//mdn.alipay.com/x',
    'mdn.alipay.com/x',
    '',
  ])('nothing is asked at %s', async (link) => {
    expect(await wouldAsk(link)).toEqual([]);
  });

  test('another port or address of the gateway’s machine is not asked', async () => {
    const others = [`${elsewhere}/bill`, own.replace('127.0.0.1', '127.0.0.2'), own.replace('127.0.0.1', 'localhost')];
    for (const link of [...others, own.replace('http:', 'https:'), own.replace('//', '//user:secret@')])
      expect(await get(link)).toEqual(AWAY);
    expect(asked).toEqual([]);
  });
});

describe('is no file, and nothing is asked again:', () => {
  test.each([201, 204, 206, 301, 302, 303, 304, 307, 308, 400, 403, 404, 429, 500, 502, 503])(
    'an answer of status %i is no file',
    async (status) => {
      answer = (_, response) => response.writeHead(status, { location: `${elsewhere}/bill` }).end('a bill');
      expect(await get(`${own}/bill`)).toEqual({ kind: 'silence', why: `the download: status ${status}` });
      expect(asked).toEqual(['own GET /bill']);
    },
  );

  test.each([
    ['nothing', () => {}],
    ['a head without a body', (_, response) => response.writeHead(200).flushHeaders()],
    ['a file without an end', (_, response) => response.write('half')],
  ] satisfies [string, RequestListener][])('%s until the time is over', async (_, listener) => {
    answer = listener;
    expect(await get(`${own}/bill`, own, 200)).toEqual({ kind: 'silence', why: 'the download: time-out' });
    expect(asked).toEqual(['own GET /bill']);
  });

  test('a file that breaks off is none, with its length and without', async () => {
    for (const head of [{ 'content-length': '100' }, {}]) {
      answer = (_, response) => {
        response.writeHead(200, head);
        response.write('half', () => response.destroy());
      };
      expect(await get(`${own}/bill`)).toEqual({ kind: 'silence', why: 'the download: the answer broke off' });
    }
  });

  test('a host that does not answer gives no file', async () => {
    const gone = await serve('gone');
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await get(`${gone}/bill`, gone)).toEqual({
      kind: 'silence',
      why: `the download: connect ECONNREFUSED ${new URL(gone).host}`,
    });
  });
});

test('one of 96 MB is taken; with a byte more it is no silence: asked for again, it would be no smaller', async () => {
  const most = 100_663_296;
  const piece = Buffer.alloc(1024 * 1024, 'tea');
  const ofSize =
    (size: number): RequestListener =>
    (_, response) => {
      let left = size;
      const more = () => {
        while (left > 0 && !response.destroyed) {
          const next = piece.subarray(0, left);
          left -= next.length;
          if (!response.write(next)) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
    };
  const fetched = () => download(`${own}/bill`, { gateway: own, timeoutMs: 20_000 });
  answer = ofSize(most);
  const taken = await fetched();
  expect(taken.kind === 'file' && [taken.bytes.length, taken.bytes.subarray(-3).toString()]).toEqual([most, 'eat']);
  answer = ofSize(most + 1);
  const why = 'the file has more than the 100663296 bytes that are taken';
  expect(await fetched()).toEqual({ kind: 'too_large', why });
  answer = ofSize(Number.POSITIVE_INFINITY);
  expect(await fetched()).toEqual({ kind: 'too_large', why });
});
