/**
 * What a function will do, done before its first event with tables that are not there: by then its code is loaded, compiled
 * and has run. Calls go through the whole SDK and end before the network, where nothing is sent.
 */
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { HOME_CURRENCY } from './channel/channels.ts';
import type { Account } from './channel/registry.ts';
import { ENROLMENT, ENROLMENT_KEYID, type Purpose, REQUEST, ROTATION } from './contract/signing.ts';
import { MERCHANT, type Rehearsed, type RehearsedRequest, type Sender, TERMINAL } from './rehearsed.ts';
import { type AwsPlace, documentsOf, dynamoClient } from './sdk.ts';
import { DynamoTable } from './table/dynamodb.ts';
import { DIRECTORY, type Item, ORDERS, STATEMENTS } from './table/table.ts';
import { type EpochMs, SECOND } from './time.ts';

export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

export type Tables = Readonly<Record<'orders' | 'directory' | 'statements', DynamoTable>>;

/** The host that a rehearsed request is for. */
export const AUTHORITY = 'rehearsal';
const OFFICE = 'bko_rehearsal';

export interface Stage {
  readonly tables: Tables;
  /** The one key of everybody there. */
  readonly key: { readonly privateKey: KeyObject; readonly publicKey: string };
}

/** `account`: by which the merchant sells. Tables that hold a merchant, the keys and `items`, and take every write. */
export function openStage(place: AwsPlace, account: Account, items: readonly object[] = []): Stage {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const cast: Item[] = [...castOf(publicKey, account), ...items.map((item) => ({ ...item, account }))];
  const held = new Map(cast.map((item) => [item.id ?? item.orderId, item]));
  const requestHandler = {
    async handle({ body }: { body: Uint8Array }) {
      const { Key = {} } = JSON.parse(new TextDecoder().decode(body)) as { Key?: Record<string, { S: string }> };
      const item = held.get(Object.values(Key)[0]?.S);
      const answer = item ? { Item: attributeOf(item).M } : {};
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
    key: { privateKey: pair.privateKey, publicKey },
  };
}

function castOf(publicKey: string, account: Account): Item[] {
  const common = { merchantId: MERCHANT, version: 1, createdAt: 0 };
  const scopes = ['orders:write', 'orders:read', 'refunds:write', 'statements:read', 'terminals:read'];
  const key = { ...common, kind: 'key', alg: 'ed25519', publicKey, scopes };
  const agreement = { agreementId: 'agr_1', validFrom: '2020-01-01', ratePpm: 6_000, feeOnRefund: 'returned' };
  const merchant = {
    ...{ ...common, id: MERCHANT, kind: 'merchant', name: MERCHANT, zone: 'Asia/Shanghai', acquirer: 'none' },
    ...{ latePayment: 'refund', refundWindowDays: 90, accounts: [account], channels: {}, limits: {} },
    agreements: [{ ...agreement, currency: HOME_CURRENCY }],
  };
  return [
    { ...key, id: `${TERMINAL}.1`, storeId: 'main', terminalId: TERMINAL },
    { ...key, id: `${OFFICE}.1` },
    merchant,
  ];
}

/** A value as DynamoDB has it. */
function attributeOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: Object.fromEntries(Object.entries(value as object).map(([name, it]) => [name, attributeOf(it)])) };
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

interface Signer extends Purpose {
  readonly keyid: string;
}

const SIGNERS: Readonly<Record<Sender, readonly Signer[]>> = {
  terminal: [{ ...REQUEST, keyid: `${TERMINAL}.1` }],
  newcomer: [{ ...ENROLMENT, keyid: ENROLMENT_KEYID }],
  rotating: [
    { ...REQUEST, keyid: `${TERMINAL}.1` },
    { ...ROTATION, keyid: `${TERMINAL}.2` },
  ],
  office: [{ ...REQUEST, keyid: `${OFFICE}.1` }],
};

/** The request as an event of API Gateway. */
export function eventOf(
  { by, method, path, params, query = '', body: told }: RehearsedRequest,
  { privateKey, publicKey }: Stage['key'],
  now: EpochMs,
): object {
  const isBrought = by === 'newcomer' || by === 'rotating';
  const body = told && JSON.stringify({ ...told, ...(isBrought && { alg: 'ed25519', publicKey }) });
  const digest = body === undefined ? {} : { 'content-digest': `sha-256=:${hash('sha256', body, 'base64')}:` };
  const covered: Record<string, string> = {
    ...{ '@method': method, '@authority': AUTHORITY, '@path': path, '@query': `?${query}` },
    ...digest,
  };
  const names = Object.keys(covered).map((name) => `"${name}"`);
  const signed = SIGNERS[by].map(({ label, tag, keyid }) => {
    const input = `(${names.join(' ')});created=${Math.floor(now / SECOND)};keyid="${keyid}";alg="ed25519";tag="${tag}"`;
    const lines = [...Object.entries(covered), ['@signature-params', input]].map(
      ([name, value]) => `"${name}": ${value}`,
    );
    const signature = sign(null, Buffer.from(lines.join('\n')), privateKey).toString('base64');
    return { input: `${label}=${input}`, signature: `${label}=:${signature}:` };
  });
  return {
    rawPath: path,
    rawQueryString: query,
    headers: {
      ...{ host: AUTHORITY, 'content-type': 'application/json', ...digest },
      'signature-input': signed.map(({ input }) => input).join(', '),
      signature: signed.map(({ signature }) => signature).join(', '),
    },
    ...(params && { pathParameters: params }),
    requestContext: { requestId: 'rehearsal', http: { method, path } },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** Of Lambda. */
export const CONTEXT = {
  ...{ awsRequestId: 'rehearsal', functionName: 'rehearsal', getRemainingTimeInMillis: () => 10_000 },
};
