/** Notifications with other values than Alipay has sent, signed as Alipay would sign them. */
import { createPrivateKey, sign } from 'node:crypto';
import type { TestShop } from './shop.ts';

/** `undefined` takes a field away. */
export function resigned(shop: TestShop, body: string, changes: Readonly<Record<string, string | undefined>>): string {
  const { sign: _, sign_type, ...before } = Object.fromEntries(new URLSearchParams(body));
  const fields = Object.entries({ ...before, ...changes }).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const text = fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const key = createPrivateKey(shop.stack.identity.simulator.alipayPrivateKeyPem);
  const signature = sign('sha256', Buffer.from(text), key).toString('base64');
  return new URLSearchParams([...fields, ['sign_type', String(sign_type)], ['sign', signature]]).toString();
}
