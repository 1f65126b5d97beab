/** The local gateway hands functions what API Gateway would, payload format 2.0. */
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { close, listen } from '../../bin/local/aws.ts';
import { createGateway, findRoute } from '../../bin/local/gateway.ts';
import type { LocalFunction } from '../../bin/local/template.ts';

const handler = (name: string): LocalFunction => ({
  name,
  entry: '',
  environment: {},
  timeoutMs: 1_000,
  memoryMb: 128,
});
const routes = [
  { method: 'GET', path: '/v1/things', handler: handler('list') },
  { method: 'POST', path: '/v1/things', handler: handler('make') },
  { method: 'GET', path: '/v1/things/{id}', handler: handler('get') },
  { method: 'GET', path: '/v1/things/special', handler: handler('special') },
];
let server: Server;
let url: string;
let result: unknown;
type Event = { body?: string; headers: Record<string, string>; cookies?: string[] } & Record<string, unknown>;
let event: Event;

beforeAll(async () => {
  server = createGateway({
    routes,
    now: () => 0,
    invoke: async (_, received) => {
      event = received as Event;
      if (result instanceof Error) throw result;
      return result;
    },
    control: async (method, path) => (path === '/__local/x' ? { status: 418, body: { method } } : undefined),
    onRequest: () => {},
  });
  url = await listen(server);
});
afterAll(() => close(server));

describe('the event', () => {
  test('has the decoded path, the query as sent, lower-case headers, joined values', async () => {
    result = { statusCode: 204 };
    await fetch(`${url}/v1/things/a%20b?x=1%2B1&x=2&y=`, { headers: { 'X-Thing': 'one', Cookie: 'a=1; b=2' } });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /v1/things/{id}',
      rawPath: '/v1/things/a b',
      rawQueryString: 'x=1%2B1&x=2&y=',
      pathParameters: { id: 'a b' },
      queryStringParameters: { x: '1+1,2', y: '' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-thing': 'one', host: url.slice(7) },
      isBase64Encoded: false,
      requestContext: { stage: '$default', http: { method: 'GET', path: '/v1/things/a b', sourceIp: '127.0.0.1' } },
    });
    expect(event.body).toBeUndefined();
    expect(event.headers.cookie).toBeUndefined();
  });

  test.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/csv', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('a body of %s is base64: %s', async (type, isBase64) => {
    await fetch(`${url}/v1/things`, { method: 'POST', headers: { 'content-type': type }, body: 'a=拿铁' });
    expect(event.isBase64Encoded).toBe(isBase64);
    expect(Buffer.from(event.body ?? '', isBase64 ? 'base64' : 'utf8').toString()).toBe('a=拿铁');
  });
});

describe('the answer', () => {
  test.each([
    [{ statusCode: 201, headers: { 'X-A': 'b' }, body: 'made' }, 201, 'made'],
    [{ statusCode: 200, body: Buffer.from('拿铁').toString('base64'), isBase64Encoded: true }, 200, '拿铁'],
    [{ hello: 'world' }, 200, '{"hello":"world"}'],
    ['plain', 200, 'plain'],
    [new Error('boom'), 500, '{"message":"Internal Server Error"}'],
  ])('%j', async (returned, status, body) => {
    result = returned;
    const response = await fetch(`${url}/v1/things`);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  test('is 404 where there is no route, 400 where there is no path', async () => {
    expect((await fetch(`${url}/v1/things`, { method: 'DELETE' })).status).toBe(404);
    const raw = await new Promise<string>((resolve) => {
      const socket = connect(Number(url.split(':').at(-1)), '127.0.0.1', () =>
        socket.write('GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      );
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text));
    });
    expect(raw).toMatch(/^HTTP\/1.1 400/);
  });

  test('of control comes before routes', async () => {
    expect((await fetch(`${url}/__local/x`)).status).toBe(418);
    expect((await fetch(`${url}/__local/y`)).status).toBe(404);
  });
});

test('a path without variables goes before one with', () => {
  expect(findRoute(routes, 'GET', '/v1/things/special')?.route.handler.name).toBe('special');
  expect(findRoute(routes, 'GET', '/v1/things/other')?.parameters).toEqual({ id: 'other' });
  expect(findRoute(routes, 'GET', '/v1/things/')).toBeUndefined();
});

describe('pages of other origins', () => {
  const origin = 'https://till.example.com';
  const cors = {
    origins: [origin],
    methods: ['GET', 'POST'],
    headers: ['content-type', 'signature'],
    exposed: ['retry-after'],
    maxAgeSeconds: 3_600,
  };
  let open: Server;
  let at: string;
  beforeAll(async () => {
    open = createGateway({
      routes,
      cors,
      now: () => 0,
      // A function has no say in it.
      invoke: async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' }, body: 'read' }),
      control: async () => undefined,
      onRequest: () => {},
    });
    at = await listen(open);
  });
  afterAll(() => close(open));

  const granted = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
  const ask = (from: string, to = at, method = 'OPTIONS') =>
    fetch(`${to}/v1/things`, { method, headers: { origin: from, 'access-control-request-method': 'POST' } });

  test('a listed one may ask and read', async () => {
    const asked = await ask(origin);
    expect([asked.status, await asked.text(), granted(asked)]).toEqual([
      204,
      '',
      {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type,signature',
        'access-control-max-age': '3600',
      },
    ]);
    const read = await ask(origin, at, 'GET');
    expect([await read.text(), granted(read)]).toEqual([
      'read',
      { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' },
    ]);
  });

  test('another is told nothing', async () => {
    for (const from of ['https://till.example.com.evil.example', 'null', 'http://till.example.com']) {
      const asked = await ask(from);
      expect([asked.status, granted(asked)]).toEqual([204, {}]);
      expect(granted(await ask(from, at, 'GET'))).toEqual({});
    }
  });

  test('a template without origins has no preflight at all', async () => {
    result = { statusCode: 200, body: 'read' };
    expect((await ask(origin, url)).status).toBe(404);
    expect(granted(await ask(origin, url, 'GET'))).toEqual({});
  });
});
