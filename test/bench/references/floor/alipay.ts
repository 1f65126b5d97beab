/** Alipay by hand: RSA2 over what is sent, verified over what came. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { secret } from './table.ts';
import { transportTo } from './transport.ts';

const url = new URL(String(process.env.ALIPAY_GATEWAY_URL));
const { agent, request } = transportTo(url.href);

interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

let keys: Map<string, Keys> | undefined;

export async function keysOf(appId: string): Promise<Keys> {
  if (!keys) {
    const { apps } = JSON.parse(await secret(String(process.env.ALIPAY_SECRET_ARN))) as {
      apps: Record<string, { privateKeyPem: string; alipayPublicKeyPems: string[] }>;
    };
    keys = new Map(
      Object.entries(apps).map(([id, { privateKeyPem, alipayPublicKeyPems }]) => [
        id,
        { privateKey: createPrivateKey(privateKeyPem), publicKey: createPublicKey(alipayPublicKeyPems[0] ?? '') },
      ]),
    );
  }
  const found = keys.get(appId);
  if (!found) throw new Error('unknown app');
  return found;
}

export const chinaTime = (at: number) => new Date(at + 28_800_000).toISOString().slice(0, 19).replace('T', ' ');

export async function call(
  appId: string,
  method: string,
  content: unknown,
  notifyUrl?: string,
): Promise<Record<string, string>> {
  const { privateKey, publicKey } = await keysOf(appId);
  const biz = JSON.stringify(content);
  const parameters: [string, string][] = [
    ['app_id', appId],
    ['biz_content', biz],
    ['charset', 'utf-8'],
    ['format', 'JSON'],
    ['method', method],
    ...(notifyUrl ? [['notify_url', notifyUrl] as [string, string]] : []),
    ['sign_type', 'RSA2'],
    ['timestamp', chinaTime(Date.now())],
    ['version', '1.0'],
  ];
  const text = parameters.map(([name, value]) => `${name}=${value}`).join('&');
  const signature = sign('sha256', Buffer.from(text), privateKey).toString('base64');
  const query = [...parameters.filter(([name]) => name !== 'biz_content'), ['sign', signature]]
    .map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const answer = await post(`${url.pathname}?${query}`, `biz_content=${encodeURIComponent(biz)}`);
  const name = `"${method.replaceAll('.', '_')}_response":`;
  const begin = answer.indexOf(name) + name.length;
  const end = answer.lastIndexOf(',"sign":"');
  const response = answer.slice(begin, end);
  const proof = answer.slice(end + 9, answer.indexOf('"', end + 9));
  if (!verify('sha256', Buffer.from(response), publicKey, Buffer.from(proof, 'base64'))) throw new Error('forged');
  return JSON.parse(response) as Record<string, string>;
}

function post(path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: url.hostname,
        port: url.port,
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The fields of a genuine notification. */
export async function readNotification(body: string): Promise<Map<string, string>> {
  const fields = new Map(new URLSearchParams(body));
  const { publicKey } = await keysOf(fields.get('app_id') ?? '');
  const text = [...fields]
    .filter(([name]) => name !== 'sign' && name !== 'sign_type')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  if (!verify('sha256', Buffer.from(text), publicKey, Buffer.from(fields.get('sign') ?? '', 'base64')))
    throw new Error('forged');
  return fields;
}

export const yuan = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
