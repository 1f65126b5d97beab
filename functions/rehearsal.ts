/**
 * What a function will do, done before its first event with tables that are not there: by then its code is loaded, compiled
 * and has run. Calls go through the whole SDK and end before the network, where nothing is sent.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { HOME_CURRENCY } from './channel/channels.ts';
import type { Account } from './channel/registry.ts';
import { COMPONENTS, TAG } from './contract/signing.ts';
import { type AwsPlace, documentsOf, dynamoClient } from './sdk.ts';
import { DynamoTable } from './table/dynamodb.ts';
import { DIRECTORY, ORDERS, STATEMENTS } from './table/table.ts';

/** The operations of DynamoDB that a function may call, beside `GetItem`. */
export type Rehearsed = 'BatchGetItem' | 'PutItem' | 'Query';

export type Handler = (event: unknown, context: unknown) => Promise<{ readonly body?: string }>;

export type Tables = Readonly<Record<'orders' | 'directory' | 'statements', DynamoTable>>;

/** The host that a rehearsed request is for. */
export const AUTHORITY = 'rehearsal';
const MERCHANT = 'mer_rehearsal';
const TERMINAL = 'trm_rehearsal';
const KEYID = `${TERMINAL}.1`;

export interface Stage {
  readonly tables: Tables;
  /** Of the terminal whose key the directory knows. */
  readonly privateKey: KeyObject;
}

/** `account`: by which the merchant sells. Tables that hold a merchant and a terminal's key, and take every write. */
export function openStage(place: AwsPlace, account: Account): Stage {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const items = itemsOf(publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), account);
  const requestHandler = {
    async handle({ body }: { body: Uint8Array }) {
      const { Key } = JSON.parse(new TextDecoder().decode(body)) as { Key?: { id?: { S: string } } };
      const answer = { Item: items.get(Key?.id?.S ?? '') };
      return { response: { statusCode: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer)) } };
    },
  };
  const documents = documentsOf(dynamoClient({ ...place, requestHandler }));
  return {
    tables: {
      orders: new DynamoTable(documents, 'orders', ORDERS),
      directory: new DynamoTable(documents, 'directory', DIRECTORY),
      statements: new DynamoTable(documents, 'statements', STATEMENTS),
    },
    privateKey,
  };
}

/** As DynamoDB has them. */
function itemsOf(publicKey: string, account: Account): ReadonlyMap<string, object> {
  const common = { merchantId: { S: MERCHANT }, version: { N: '1' }, createdAt: { N: '0' } };
  const key = {
    ...{ ...common, id: { S: KEYID }, kind: { S: 'key' }, alg: { S: 'ed25519' }, publicKey: { S: publicKey } },
    ...{ storeId: { S: 'main' }, terminalId: { S: TERMINAL } },
    scopes: { L: ['orders:write', 'orders:read', 'refunds:write', 'statements:read'].map((S) => ({ S })) },
  };
  const stored = Object.fromEntries(Object.entries(account).map(([name, text]) => [name, { S: text }]));
  const agreement = {
    ...{ agreementId: { S: 'agr_1' }, currency: { S: HOME_CURRENCY }, validFrom: { S: '2020-01-01' } },
    ...{ ratePpm: { N: '6000' }, feeOnRefund: { S: 'returned' } },
  };
  const merchant = {
    ...{ ...common, id: { S: MERCHANT }, kind: { S: 'merchant' }, name: { S: MERCHANT }, zone: { S: 'Asia/Shanghai' } },
    ...{ acquirer: { S: 'none' }, latePayment: { S: 'refund' }, refundWindowDays: { N: '90' } },
    ...{
      accounts: { L: [{ M: stored }] },
      agreements: { L: [{ M: agreement }] },
      channels: { M: {} },
      limits: { M: {} },
    },
  };
  return new Map<string, object>([
    [KEYID, key],
    [MERCHANT, merchant],
  ]);
}

/** Each once: the first call of a kind is the slowest one by far. */
export async function rehearseCalls({ orders }: Tables, operations: readonly Rehearsed[]): Promise<void> {
  const run: Readonly<Record<Rehearsed, () => Promise<unknown>>> = {
    BatchGetItem: () => orders.getMany(['none']),
    PutItem: () => orders.replace({ orderId: 'none', version: 2, attempts: [{ n: 1, at: null }], open: true }, 1),
    Query: () => orders.query({ index: 'due', partition: 'none', range: { to: 1 }, limit: 1 }),
  };
  for (const operation of operations) await run[operation]();
}

/** An order, which every other function refuses once it knows who sends it. */
const BODY = JSON.stringify({
  ...{ merchantOrderNo: 'rehearsal', amount: { currency: HOME_CURRENCY, value: 1 }, subject: 'rehearsal' },
});

/** Sends a request with a signature of zeros, whose refusal tells what to sign, and the same again with that signature. */
export async function rehearseRequest(handler: Handler, privateKey: KeyObject, now: number): Promise<unknown> {
  const refused = await handler(eventOf(Buffer.alloc(64), now), CONTEXT);
  const { signatureBase = '' } = JSON.parse(refused.body ?? '{}') as { signatureBase?: string };
  return handler(eventOf(sign(null, Buffer.from(signatureBase), privateKey), now), CONTEXT);
}

const CONTEXT = { awsRequestId: 'rehearsal', functionName: 'rehearsal', getRemainingTimeInMillis: () => 10_000 };

function eventOf(signature: Buffer, now: number): object {
  const covered = [...COMPONENTS, 'content-digest'].map((name) => `"${name}"`).join(' ');
  const created = Math.floor(now / 1_000);
  return {
    rawPath: '/v1/orders',
    rawQueryString: '',
    headers: {
      host: AUTHORITY,
      'content-type': 'application/json',
      'content-digest': `sha-256=:${createHash('sha256').update(BODY).digest('base64')}:`,
      'signature-input': `sig1=(${covered});created=${created};keyid="${KEYID}";alg="ed25519";tag="${TAG}"`,
      signature: `sig1=:${signature.toString('base64')}:`,
    },
    requestContext: { requestId: 'rehearsal', http: { method: 'POST', path: '/v1/orders' } },
    body: BODY,
    isBase64Encoded: false,
  };
}
