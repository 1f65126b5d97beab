/**
 * The bare parts of a request: the calls to tables and channel and the signature checks that it consists of, by the very
 * code that the functions use, and nothing around them. What a function costs is measured against their sum.
 */
import { createPublicKey } from 'node:crypto';
import { createAlipayChannel } from '../../../functions/channel/alipay/alipay.ts';
import { createAlipayGateway } from '../../../functions/channel/alipay/gateway.ts';
import type { AlipayKeys } from '../../../functions/channel/alipay/keys.ts';
import { parseAlipaySecret } from '../../../functions/channel/alipay/secret.ts';
import { verifyRequest } from '../../../functions/http/signature.ts';
import type { KeyItem } from '../../../functions/merchant/credentials.ts';
import { documentsOf, dynamoClient, secretText } from '../../../functions/sdk.ts';
import { DynamoTable } from '../../../functions/table/dynamodb.ts';
import { DIRECTORY, type Item, ORDERS } from '../../../functions/table/table.ts';
import type { Event } from '../references/floor/caller.ts';

const env = process.env;
const now = () => Date.now();
const at = (endpoint = '') => ({
  region: env.AWS_REGION ?? '',
  endpoint,
  credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' },
});
const dynamo = documentsOf(dynamoClient(at(env.AWS_ENDPOINT_URL_DYNAMODB)));
export const orders = new DynamoTable(dynamo, env.ORDERS_TABLE ?? '', ORDERS);
const directory = new DynamoTable(dynamo, env.DIRECTORY_TABLE ?? '', DIRECTORY);

let keys: Promise<AlipayKeys> | undefined;
const readSecret = secretText(at(env.AWS_ENDPOINT_URL_SECRETS_MANAGER));
async function channelKeys(): Promise<AlipayKeys> {
  keys ??= readSecret(env.ALIPAY_SECRET_ARN).then(parseAlipaySecret);
  return keys;
}

const gateway = createAlipayGateway({ url: env.ALIPAY_GATEWAY_URL ?? '', keys: channelKeys, now });
export const channel = createAlipayChannel({ gateway, keys: channelKeys, now });
const authorities = new Set([new URL(env.PUBLIC_URL ?? '').host]);

const known = new Map<string, Awaited<ReturnType<typeof readKey>>>();
async function readKey(keyid: string) {
  const item = (await directory.get(keyid)) as unknown as KeyItem;
  const publicKey = createPublicKey({ key: Buffer.from(item.publicKey, 'base64'), format: 'der', type: 'spki' });
  return { keyid, alg: item.alg, publicKey, revoked: false };
}

export async function check(event: Event): Promise<void> {
  const verdict = await verifyRequest(
    {
      method: event.requestContext.http.method,
      authority: event.headers.host ?? '',
      path: event.rawPath,
      query: event.rawQueryString,
      headers: event.headers,
      body: event.body === undefined ? undefined : Buffer.from(event.body),
    },
    {
      now: now(),
      authorities,
      findKey: async (keyid) => {
        const key = known.get(keyid) ?? (await readKey(keyid));
        known.set(keyid, key);
        return key;
      },
    },
  );
  if (verdict.kind !== 'verified') throw new Error(verdict.detail);
}

export interface Stored {
  readonly item: Item & { readonly orderId: string; readonly version: number };
  /** What the channel is told of it. */
  readonly ref: {
    readonly account: { readonly channel: 'alipay'; readonly appId: string; readonly sellerId: string };
    readonly attemptNo: string;
  };
}

export async function read(orderId: string): Promise<Stored> {
  const item = (await orders.get(orderId)) as Stored['item'] & { account: Stored['ref']['account'] };
  return { item, ref: { account: item.account, attemptNo: `${orderId}_1` } };
}

export const next = ({ item }: Stored, by = 1): Item => ({ ...item, version: item.version + by });
