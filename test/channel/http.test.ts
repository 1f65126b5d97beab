/** A request to a channel ends in bytes or in silence, whatever the other side or the request itself does. */
import { Agent, createServer, type RequestListener } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Arrived, ask, type HttpRequest, keptConnections } from '../../functions/channel/http.ts';

let answer: RequestListener;
const server = createServer((request, response) => answer(request, response));
let url: URL;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`);
});
afterAll(() => {
  server.close().closeAllConnections();
});
const get = (more: Partial<HttpRequest> = {}) =>
  ask({ method: 'GET', url, timeoutMs: 20_000, bytesMax: 1_000, ...more });

test('what is sent arrives, and what is answered comes back, byte by byte', async () => {
  answer = (request, response) => {
    const { method, url: path, headers } = request;
    request.toArray().then((chunks) => {
      const told = [method, path, headers['content-type'], headers['content-length'], Buffer.concat(chunks).toString()];
      response.end(JSON.stringify(told));
    });
  };
  const told = async (more?: Partial<HttpRequest>) => {
    const arrived = await get(more);
    return arrived.kind === 'bytes' ? JSON.parse(arrived.bytes.toString()) : arrived;
  };
  expect(await told({ method: 'POST', body: '拿铁', contentType: 'text/plain' })).toEqual([
    ...['POST', '/a?b=c', 'text/plain', '6', '拿铁'],
  ]);
  expect(await told()).toEqual(['GET', '/a?b=c', null, null, '']);
});

test('an answer of so many bytes is taken, one more is too large', async () => {
  for (const [size, kind] of [
    [1_000, 'bytes'],
    [1_001, 'too_large'],
  ] as const) {
    answer = (_, response) => response.end(Buffer.alloc(size));
    expect((await get()).kind).toBe(kind);
  }
});

test.each<[string, Partial<HttpRequest>]>([
  ['a pool of another protocol', { agent: new TlsAgent() }],
  ['a protocol that is none', { url: new URL('ftp://example.invalid/') }],
  ['a header that cannot be sent', { contentType: 'text\nplain' }],
  ['a method that is none', { method: 'GE T' as 'GET' }],
])('%s is silence, and no error that is thrown', async (_, more) => {
  answer = (__, response) => response.end();
  expect(await get(more)).toEqual({ kind: 'silence', why: expect.stringMatching(/./) });
});

test('a kept connection that died meanwhile is told as stale, a fresh one is not', async () => {
  const agent = keptConnections(url);
  expect(agent).toBeInstanceOf(Agent);
  answer = (_, response) => response.end('first');
  expect(await get({ agent })).toEqual({
    ...{ kind: 'bytes', bytes: Buffer.from('first'), headers: expect.objectContaining({ 'content-length': '5' }) },
  });
  answer = (request) => request.socket.resetAndDestroy();
  const silence: Arrived = { kind: 'silence', why: expect.stringMatching(/ECONNRESET|socket hang up/) };
  expect(await get({ agent })).toEqual({ ...silence, isStale: true });
  expect(await get({ agent })).toEqual(silence);
  agent.destroy();
});
