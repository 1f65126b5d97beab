/** What can be done to what a signature covers: digest, body, method, path, query, host. See mutations.ts. */
import { createHash } from 'node:crypto';
import { headerOf, type RawRequest, withRawHeader } from '../support/raw-http.ts';
import { add, flipped, type Mutation, type Others, pick } from './mutations.ts';

const sha = (alg: string, body: Buffer | string) => createHash(alg).update(body).digest('base64');
const withBody = (request: RawRequest, change: (body: Buffer) => Buffer) => {
  if (request.body.length === 0) return undefined;
  const body = change(request.body);
  return body.equals(request.body) ? undefined : { ...request, body };
};
const withTarget = (request: RawRequest, target: string) =>
  target === request.target ? undefined : { ...request, target };

export function messageMutations({ host, otherHosts }: Others): Readonly<Record<string, Mutation>> {
  return {
    'headers: one is not there': (it, dice) => {
      const covered = ['signature', 'signature-input', 'host', 'content-digest'].filter((name) => headerOf(it, name));
      return withRawHeader(it, pick(covered, dice), undefined);
    },
    'digest: of another body': (it) =>
      it.body.length === 0 ? undefined : withRawHeader(it, 'content-digest', `sha-256=:${sha('sha256', '{}')}:`),
    'digest: another algorithm': (it, dice) =>
      it.body.length === 0
        ? undefined
        : withRawHeader(
            it,
            'content-digest',
            pick(
              [
                `sha-512=:${sha('sha512', it.body)}:`,
                `md5=:${sha('md5', it.body)}:`,
                `SHA-256=:${sha('sha256', it.body)}:`,
                `sha-256=${sha('sha256', it.body)}`,
                `sha-256=:${sha('sha256', it.body)}:, sha-512=:${sha('sha512', it.body)}:`,
                `sha-256=:${Buffer.from(sha('sha256', it.body), 'base64').toString('hex')}:`,
              ],
              dice,
            ),
          ),
    'digest: without a body': (it) =>
      it.body.length > 0 ? undefined : add(it, ['content-digest', `sha-256=:${sha('sha256', '')}:`]),
    'digest: a second header line': (it) =>
      it.body.length === 0 ? undefined : add(it, ['content-digest', `sha-256=:${sha('sha256', '{}')}:`]),
    'body: a bit': (it, dice) => withBody(it, (body) => flipped(body, dice)),
    'body: a byte more': (it, dice) =>
      withBody(it, (body) => Buffer.concat([body, Buffer.from(pick([' ', '\n', '\0'], dice))])),
    'body: a byte less': (it) => withBody(it, (body) => body.subarray(0, -1)),
    'body: a byte order mark': (it) => withBody(it, (body) => Buffer.concat([Buffer.from('\ufeff'), body])),
    'body: members in another order': (it) =>
      withBody(it, (body) =>
        Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(String(body))).reverse()))),
      ),
    'body: the same letters, composed otherwise': (it) =>
      withBody(it, (body) => Buffer.from(String(body).normalize('NFD'))),
    'body: another amount, and its digest': (it) => {
      const other = withBody(it, (body) => Buffer.from(String(body).replace(/"value":\d+/, '"value":1')));
      return other && withRawHeader(other, 'content-digest', `sha-256=:${sha('sha256', other.body)}:`);
    },
    'body: none': (it) => withBody(it, () => Buffer.alloc(0)),
    'body: one where there was none': (it) => (it.body.length > 0 ? undefined : { ...it, body: Buffer.from('{}') }),
    'method: another': (it, dice) => ({
      ...it,
      method: pick(
        ['GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'TRACE', 'get', 'Post'].filter(
          (name) => name !== it.method,
        ),
        dice,
      ),
    }),
    'method: another, and a header that overrides it': (it) => ({
      ...add(it, ['X-HTTP-Method-Override', it.method]),
      method: it.method === 'GET' ? 'POST' : 'GET',
    }),
    'path: a detour': (it, dice) => {
      const [path = '', query] = it.target.split('?');
      const detours = [
        `/${path}`,
        path.replace('/v1/', '/v1/./'),
        path.replace('/v1/', '/v1/x/../'),
        `${path}/`,
        path.replace('/v1', '/V1'),
        `${path};a=b`,
        `${path}%00`,
        `${path}%2f`,
        path.replace('/v1/', '/v1\\'),
        `${path}%20`,
        `${path}/%2e`,
        path.replace('o', '%EF%BD%8F'),
        path.replace('/v1/', '/v1//'),
      ];
      const other = pick(detours, dice);
      return withTarget(it, query === undefined ? other : `${other}?${query}`);
    },
    'path: another': (it, dice) =>
      withTarget(it, pick(['/v1/channels', '/v1/orders', '/v1/totals', '/v1/orders?limit=5', '/'], dice)),
    'query: spelt otherwise': (it, dice) => {
      const [path = '', query] = it.target.split('?');
      if (query === undefined) return withTarget(it, `${path}?${pick(['a=1', '&', '=', '%20', 'x'], dice)}`);
      const others = [
        query.split('&').reverse().join('&'),
        `${query}&`,
        `&${query}`,
        `${query}&limit=5`,
        query.replace('5', '%35'),
        query.replace('=', '%3D'),
        query.replace('&', ';'),
        query.replace('5', '+5'),
        query.replace('limit', 'LIMIT'),
        `${query}#x`,
        '',
        query.replace('5', '6'),
        query.replace('5', '05'),
      ];
      const other = pick(others, dice);
      return withTarget(it, other === '' ? path : `${path}?${other}`);
    },
    'host: another': (it, dice) => withRawHeader(it, 'host', pick(otherHosts, dice)),
    'host: another, forwarded': (it, dice) =>
      add(
        withRawHeader(it, 'host', pick(otherHosts, dice)),
        ['X-Forwarded-Host', host],
        ['Forwarded', `host="${host}"`],
      ),
  };
}
