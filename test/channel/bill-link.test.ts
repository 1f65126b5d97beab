/** A bill is fetched from a link in an answer: from Alipay's hosts or the gateway's own, and never further. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { download } from '../../functions/channel/alipay-download.ts';

const servers: Server[] = [];
let answer: RequestListener;
let asked: string[] = [];
async function serve(name: string): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(`${name} ${request.url}`);
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
const get = (link: string, gateway = `${own}/gateway.do`) => download(link, { gateway, timeoutMs: 200 });

test('from the gateway’s own host it is taken', async () => {
  expect(await get(`${own}/bill/1?x=2`)).toEqual({ kind: 'file', bytes: Buffer.from('a bill') });
  expect(asked).toEqual(['own /bill/1?x=2']);
});

test('anywhere else nothing is asked', async () => {
  const links = [
    ...[`${elsewhere}/bill`, own.replace('127.0.0.1', '127.0.0.2'), own.replace('//', '//user:secret@')],
    ...[
      'https://alipay.com.example.test/x',
      'https://notalipay.com/x',
      'https://xalipay.com/x',
      'https://alipay.com/x',
    ],
    ...[
      'https://mdn.alipay.com:8443/x',
      'ftp://mdn.alipay.com/x',
      'file:///etc/passwd',
      'https://user@mdn.alipay.com/',
    ],
    ...['http://169.254.169.254/latest/meta-data', 'javascript:1', '', 'bill'],
  ];
  for (const link of links)
    expect(await get(link)).toEqual({ kind: 'silence', why: 'the link leads away from Alipay' });
  expect(asked).toEqual([]);
});

test('a redirect is not followed, silence and a file that breaks off are no file', async () => {
  answer = (_, response) => response.writeHead(302, { location: `${elsewhere}/bill` }).end();
  expect(await get(`${own}/bill`)).toEqual({ kind: 'silence', why: 'status 302 of the download' });
  answer = () => {};
  expect(await get(`${own}/bill`)).toEqual({ kind: 'silence', why: 'time-out of the download' });
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  };
  expect(await get(`${own}/bill`)).toMatchObject({ kind: 'silence' });
  expect(asked).toEqual(['own /bill', 'own /bill', 'own /bill']);
});

test('one that is too large is no silence: asked for again, it would be no smaller', async () => {
  const piece = Buffer.alloc(1024 * 1024);
  answer = (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  };
  const why = 'the file has more than the 100663296 bytes that are taken';
  expect(await download(`${own}/bill`, { gateway: own, timeoutMs: 20_000 })).toEqual({ kind: 'too_large', why });
});
