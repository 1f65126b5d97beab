/**
 * The same four requests as they are usually written: zod, the SDK's document client, alipay-sdk, one module for all. What
 * the floor does by hand and no library of this stack does (who calls, by RFC 9421), is the floor's code here, too.
 */
import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AlipaySdk } from 'alipay-sdk';
import { z } from 'zod';
import { callerOf, type Event } from '../floor/caller.ts';

const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const secrets = new SecretsManagerClient({});
const table = process.env.ORDERS_TABLE;
const notifyUrl = `${process.env.PUBLIC_URL}/v1/notifications/alipay`;

export type Order = Record<string, unknown> & {
  orderId: string;
  merchantId: string;
  version: number;
  account: { appId: string; sellerId: string };
  request: { amount: { currency: string; value: number } };
  attempts: Record<string, unknown>[];
  payments?: Record<string, unknown>[];
  refunds?: Record<string, unknown>[];
};

let sdk: Promise<AlipaySdk> | undefined;
function alipay(): Promise<AlipaySdk> {
  sdk ??= secrets.send(new GetSecretValueCommand({ SecretId: process.env.ALIPAY_SECRET_ARN })).then((answer) => {
    const { apps } = JSON.parse(answer.SecretString ?? '{}');
    const [appId = ''] = Object.keys(apps);
    const { privateKeyPem, alipayPublicKeyPems } = apps[appId];
    return new AlipaySdk({
      appId,
      privateKey: bare(privateKeyPem),
      keyType: 'PKCS8',
      alipayPublicKey: bare(alipayPublicKeyPems[0]),
      gateway: process.env.ALIPAY_GATEWAY_URL ?? '',
    });
  });
  return sdk;
}

const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
const yuan = (value: number) => (value / 100).toFixed(2);
const chinaTime = (at: number) => new Date(at + 28_800_000).toISOString().slice(0, 19).replace('T', ' ');

const money = z.object({ currency: z.string().length(3), value: z.number().int().min(1).max(1e10) }).strict();
export const createOrderBody = z
  .object({
    merchantOrderNo: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/),
    amount: money,
    subject: z.string().min(1).max(128),
    operatorId: z.string().min(1).max(28).optional(),
  })
  .strict();
export const createRefundBody = z
  .object({
    refundNo: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/),
    amount: money,
    operatorId: z.string().min(1).max(28).optional(),
  })
  .strict();

export async function createOrder(event: Event, given: unknown) {
  const caller = await callerOf(event);
  const body = createOrderBody.parse(given);
  const merchantId = String(caller.merchantId);
  const { Item: merchant } = await dynamo.send(
    new GetCommand({ TableName: process.env.DIRECTORY_TABLE, Key: { id: merchantId }, ConsistentRead: true }),
  );
  const account = merchant?.accounts[0];
  const now = Date.now();
  const orderId = `ord_${createHash('sha256').update(`${merchantId}\n${body.merchantOrderNo}`).digest('hex').slice(0, 26)}`;
  const expiresAt = Math.ceil(now / 1_000) * 1_000 + 180_000;
  const order: Order = {
    orderId,
    merchantId,
    request: body,
    account,
    attempts: [{ n: 1, expiresAt }],
    createdAt: now,
    version: 1,
    dayKey: `${merchantId}#main#${new Date(now + 28_800_000).toISOString().slice(0, 10)}`,
    dueShard: '0',
    dueAt: expiresAt + 45_000,
  };
  await dynamo.send(
    new PutCommand({ TableName: table, Item: order, ConditionExpression: 'attribute_not_exists(orderId)' }),
  );
  const answer = await (await alipay()).exec('alipay.trade.precreate', {
    timestamp: chinaTime(Date.now()),
    notify_url: notifyUrl,
    bizContent: {
      out_trade_no: `${orderId}_1`,
      total_amount: yuan(body.amount.value),
      subject: body.subject,
      product_code: 'FACE_TO_FACE_PAYMENT',
      seller_id: account.sellerId,
      operator_id: body.operatorId,
      store_id: 'main',
      terminal_id: caller.terminalId,
      time_expire: chinaTime(expiresAt),
    },
  });
  if (answer.code !== '10000') throw new Error(`precreate: ${answer.code}`);
  await replace({ ...order, attempts: [{ n: 1, expiresAt, payload: answer.qrCode }] });
  return { status: 201, body: { orderId, status: 'awaiting_payment', amount: body.amount, qrCode: answer.qrCode } };
}

export async function getOrder(event: Event, orderId: string) {
  const caller = await callerOf(event);
  const order = await orderOf(orderId);
  if (order.merchantId !== caller.merchantId) return { status: 404, body: {} };
  const answer = await (await alipay()).exec('alipay.trade.query', {
    timestamp: chinaTime(Date.now()),
    bizContent: { out_trade_no: `${orderId}_1` },
  });
  const paid = answer.tradeStatus === 'TRADE_SUCCESS';
  return {
    status: 200,
    body: {
      orderId,
      status: paid ? 'paid' : 'awaiting_payment',
      amount: order.request.amount,
      attempt: order.attempts[0],
    },
  };
}

export async function createRefund(event: Event, orderId: string, given: unknown) {
  const caller = await callerOf(event);
  const body = createRefundBody.parse(given);
  const order = await orderOf(orderId);
  if (order.merchantId !== caller.merchantId || !order.payments?.length) return { status: 404, body: {} };
  const refund = { ...body, amount: body.amount.value, tries: 1, requestedAt: Date.now() };
  const asked = { ...order, refunds: [...(order.refunds ?? []), refund] };
  await replace(asked);
  const answer = await (await alipay()).exec('alipay.trade.refund', {
    timestamp: chinaTime(Date.now()),
    bizContent: {
      out_trade_no: `${orderId}_1`,
      refund_amount: yuan(body.amount.value),
      out_request_no: `${orderId}_r${asked.refunds.length}`,
      operator_id: body.operatorId,
    },
  });
  if (answer.fundChange !== 'Y') return { status: 202, body: { refund } };
  const result = { status: 'succeeded', at: Date.now() };
  await replace({
    ...asked,
    version: asked.version + 1,
    refunds: [...asked.refunds.slice(0, -1), { ...refund, result }],
  });
  return { status: 201, body: { refund: { ...refund, result }, order: asked } };
}

export async function takeNotification(fields: Record<string, string>) {
  if (!(await alipay()).checkNotifySignV2(fields)) return { status: 400, body: 'fail' };
  const [orderId = ''] = (fields.out_trade_no ?? '').split(/_(?=\d+$)/);
  const order = await orderOf(orderId);
  if (yuan(order.request.amount.value) !== fields.total_amount) return { status: 400, body: 'fail' };
  if (order.payments?.length) return { status: 200, body: 'success' };
  const payment = { attempt: 1, tradeNo: fields.trade_no, paidAt: Date.now(), source: 'notification', at: Date.now() };
  await replace({ ...order, payments: [payment] });
  return { status: 200, body: 'success' };
}

async function orderOf(orderId: string): Promise<Order> {
  const { Item } = await dynamo.send(new GetCommand({ TableName: table, Key: { orderId }, ConsistentRead: true }));
  if (!Item) throw new Error('unknown order');
  return Item as Order;
}

async function replace(order: Order): Promise<void> {
  await dynamo.send(
    new PutCommand({
      TableName: table,
      Item: { ...order, version: order.version + 1 },
      ConditionExpression: '#v = :v',
      ExpressionAttributeNames: { '#v': 'version' },
      ExpressionAttributeValues: { ':v': order.version },
    }),
  );
}
