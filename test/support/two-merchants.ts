/** Two merchants on one local stack, both with sales and statements, and everybody who may request: the stage of the matrix. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../../bin/cli/credentials.ts';
import { itemOf, newCredential } from '../../bin/directory/new-items.ts';
import { type Client, createClient } from '../../functions/client/client.ts';
import { importPrivateKey } from '../../functions/client/sign.ts';
import type { OrderView } from '../../functions/contract/answers.ts';
import { contract } from '../../functions/contract/contract.ts';
import type { Operation } from '../../functions/contract/operation.ts';
import type { Scope } from '../../functions/merchant/key.ts';
import { documentsOf } from '../../functions/sdk.ts';
import { DynamoTable } from '../../functions/table/dynamodb.ts';
import { DIRECTORY } from '../../functions/table/table.ts';
import { cny, openShop, type TestShop } from './shop.ts';

const DAY = 24 * 3_600_000;
const operations: readonly Operation[] = Object.values(contract);
const SCOPES = [...new Set(operations.flatMap(({ scope }) => (scope ? [scope] : [])))];

/** What belongs to one merchant. */
export interface Things {
  readonly merchantId: string;
  /** Paid and partly refunded (as `r0`) on the day of the statement. */
  readonly paid: OrderView;
  /** Opened today, with a code to pay. */
  readonly open: OrderView;
  readonly statementId: string;
  /** Closed by the terminal that sold. */
  readonly shiftNo: string;
}

export interface Stage {
  readonly shop: TestShop;
  readonly ours: Things;
  readonly theirs: Things;
  /** Of our merchant: a terminal, another of the same store, and two back offices. */
  readonly till: Client;
  readonly otherTill: Client;
  /** Of our merchant: terminals of the store west, one as it is usually made, the other for all stores. */
  readonly westTill: Client;
  readonly widenedTill: Client;
  readonly office: Client;
  readonly otherOffice: Client;
  /** Of the other merchant, with every scope that there is. */
  readonly strangerTill: Client;
  readonly strangerOffice: Client;
  /** Of our merchant, with every scope but this one. */
  without(scope: Scope): Promise<Client>;
  /** Our terminal once more, telling what it sends. */
  recorded(told: (url: string, init: RequestInit) => void): Promise<Client>;
  /** Texts that only our merchant may read, and those that only the other may. */
  readonly ourMarks: readonly string[];
  readonly theirMarks: readonly string[];
  /** All items of our merchant, in all tables. */
  ourItems(): Promise<unknown[]>;
  stop(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const shop = await openShop();
  const { identity } = shop.stack;
  const [us = '', them = ''] = identity.merchants.map(({ merchantId }) => merchantId);
  const raw = new DynamoDBClient({});
  const documents = DynamoDBDocumentClient.from(raw);
  const directory = new DynamoTable(documentsOf(raw), process.env.DIRECTORY_TABLE ?? '', DIRECTORY);
  const made: Credential[] = [...identity.credentials];

  const clientOf = async ({ keyid, alg, privateKeyPem }: Credential, send = fetch) => {
    const key = { keyid, alg, privateKey: await importPrivateKey(privateKeyPem, alg) };
    return createClient({ baseUrl: shop.stack.api, key, now: shop.now, retries: 0, fetch: send });
  };
  const enrol = async (merchantId: string, scopes: readonly Scope[], storeId?: string, stores?: 'all') => {
    const ask = { merchantId, name: 'matrix', scopes, alg: 'ed25519' as const, createdAt: 0 };
    const { credential, holder, key } = newCredential({
      ...ask,
      ...(storeId !== undefined && { storeId }),
      ...(stores && { stores }),
    });
    for (const item of [holder, key]) await directory.create(itemOf(item));
    made.push(credential);
    return clientOf(credential);
  };
  const scopesOf = (n: number) => identity.credentials[n]?.scopes ?? [];

  const otherTill = await enrol(us, scopesOf(0), 'main');
  const westTill = await enrol(us, scopesOf(0), 'west');
  const widenedTill = await enrol(us, scopesOf(0), 'west', 'all');
  const otherOffice = await enrol(us, scopesOf(1));
  const strangerTill = await enrol(them, SCOPES, 'main');
  const strangerOffice = await enrol(them, SCOPES);
  const begun = [
    await sell(shop, shop.till, 'our own', us),
    await sell(shop, shop.stranger, 'their own', them),
  ] as const;
  await shop.advance(DAY + 3_600_000);
  const [ours, theirs] = await Promise.all([
    finish(begun[0], shop.till, shop.backOffice, 'our own'),
    finish(begun[1], shop.stranger, strangerOffice, 'their own'),
  ]);

  const marksOf = ({ merchantId, paid, open, statementId }: Things, text: string) => [
    ...[merchantId, paid.orderId, open.orderId, statementId, text],
    ...[open.qrCode?.payload ?? '-', paid.payment?.tradeNo ?? '-'],
    ...made.filter((it) => it.merchantId === merchantId).map(({ keyid }) => keyid.replace(/\.\d+$/, '')),
    ...identity.merchants.filter((it) => it.merchantId === merchantId).map(({ name }) => name),
  ];
  return {
    shop,
    ours,
    theirs,
    till: shop.till,
    otherTill,
    westTill,
    widenedTill,
    office: shop.backOffice,
    otherOffice,
    strangerTill,
    strangerOffice,
    without: (scope) =>
      enrol(
        us,
        SCOPES.filter((it) => it !== scope),
        'main',
      ),
    recorded: (told) => {
      const [till] = identity.credentials;
      if (!till) throw new Error('the seed has a terminal');
      return clientOf(till, (url, init) => {
        told(String(url), init ?? {});
        return fetch(url, init);
      });
    },
    ourMarks: marksOf(ours, 'our own'),
    theirMarks: marksOf(theirs, 'their own'),
    async ourItems() {
      const names = ['ORDERS_TABLE', 'DIRECTORY_TABLE', 'STATEMENTS_TABLE'].map((name) => process.env[name]);
      const scans = names.map((TableName) => documents.send(new ScanCommand({ TableName, ConsistentRead: true })));
      const items = (await Promise.all(scans)).flatMap(({ Items = [] }) => Items);
      const ids = [us, ...made.filter((it) => it.merchantId === us).map(({ keyid }) => keyid.replace(/\.\d+$/, ''))];
      const texts = items.map((item) => JSON.stringify(Object.entries(item).sort()));
      return texts.filter((text) => ids.some((id) => text.includes(id))).sort();
    },
    async stop() {
      documents.destroy();
      raw.destroy();
      await shop.stop();
    },
  };
}

async function sell(shop: TestShop, till: Client, text: string, merchantId: string) {
  const body = { amount: cny(1_234), subject: text, reference: text, operatorId: text };
  const { body: order } = await till.call('createOrder', { body: { ...body, merchantOrderNo: 'paid' } });
  await till.call('createOrder', { body: { ...body, merchantOrderNo: 'second', qrCode: false } });
  await shop.pay(order);
  const params = { orderId: order.orderId };
  // The notification is on its way.
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await till.call('getOrder', { params })).body.status === 'paid') break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const refund = { refundNo: 'r0', amount: cny(34), reason: text, operatorId: text };
  await till.call('createRefund', { params, body: refund });
  return { merchantId, orderId: order.orderId };
}

async function finish(
  { merchantId, orderId }: { merchantId: string; orderId: string },
  till: Client,
  office: Client,
  text: string,
): Promise<Things> {
  const body = { merchantOrderNo: 'open', amount: cny(100), subject: text, expiresInSeconds: 900 };
  const [{ body: open }, { body: paid }, statements] = [
    await till.call('createOrder', { body }),
    await till.call('getOrder', { params: { orderId } }),
    await office.call('listStatements', {}),
  ];
  const statementId = statements.body.data[0]?.statementId ?? '';
  const shiftNo = text.replace(' ', '-');
  await till.call('closeShift', { body: { shiftNo } });
  return { merchantId, paid, open, statementId, shiftNo };
}
