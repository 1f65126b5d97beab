/** The events that API Gateway would send, one new one for every call; ours and the references' functions get the same. */

import type { ChannelId } from '../../functions/channel/registry.ts';
import { enrolTerminal } from '../../functions/client/client.ts';
import { newKeyPair, type SigningKey, signRequest, signRotation } from '../../functions/client/sign.ts';
import { contract, type OperationName } from '../../functions/contract/contract.ts';
import { ENROLMENT, ENROLMENT_KEYID } from '../../functions/contract/signing.ts';
import { AMOUNT, newNumber, newOrderBody, type World } from './world.ts';

export type FunctionName = OperationName | 'sweep';

export interface Call {
  /** Prepares what the request is about, and makes its event. */
  event(): Promise<unknown>;
  /** What the handler answers if it did its work. */
  readonly status: number;
}

const newKey = async () => ({ alg: 'ed25519' as const, ...(await newKeyPair('ed25519')) });

export interface Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

type Sign = (request: { method: string; url: string; body?: string }, created: number) => Promise<object>;

const by =
  (key: SigningKey): Sign =>
  (request, created) =>
    signRequest(request, key, created);

/** One call of every function that is deployed. */
export function callsOf(world: World): Readonly<Record<FunctionName, Call>> {
  const till = by(world.terminal);
  const office = by(world.backOffice);
  const call = (name: OperationName, status: number, ask: () => Promise<Ask> | Ask, sign: Sign = till): Call => ({
    event: async () => eventOf(world, name, await ask(), sign),
    status,
  });
  const at = async (order: Promise<{ orderId: string }>): Promise<Ask> => ({
    params: { orderId: (await order).orderId },
  });
  const statement = { params: { statementId: world.statementId } };
  return {
    createOrder: call('createOrder', 201, () => ({ body: newOrderBody() })),
    createQrCode: call('createQrCode', 200, async () => ({
      ...(await at(world.open({ qrCode: false }))),
      body: { attempt: 1 },
    })),
    payWithTillCode: call('payWithTillCode', 200, async () => {
      const { tillCode } = await world.wallet('codes', {});
      return { ...(await at(world.open({ qrCode: false }))), body: { attempt: 1, tillCode } };
    }),
    getOrder: call('getOrder', 200, () => at(world.open())),
    listOrders: call('listOrders', 200, async () => {
      const { merchantOrderNo } = await world.open();
      return { query: `merchantOrderNo=${merchantOrderNo}` };
    }),
    closeOrder: call('closeOrder', 202, async () => ({ ...(await at(world.open())), body: {} })),
    createRefund: call('createRefund', 201, async () => ({
      ...(await at(world.known())),
      body: { refundNo: 'r1', amount: { ...AMOUNT, value: 23_456 }, operatorId: '007' },
    })),
    getRefund: call('getRefund', 200, async () => {
      const order = await world.known();
      await world.refund(order);
      return { params: { orderId: order.orderId, refundNo: 'r1' } };
    }),
    listChannels: call('listChannels', 200, () => ({})),
    listStatements: call('listStatements', 200, () => ({}), office),
    getStatement: call('getStatement', 200, () => statement, office),
    listStatementLines: call('listStatementLines', 200, () => statement, office),
    listStatementTotals: call('listStatementTotals', 200, () => statement, office),
    listReconciliations: call('listReconciliations', 200, () => ({ query: 'day=2026-01-01' }), office),
    getTotals: call('getTotals', 200, () => ({ query: 'terminal=self' })),
    getMerchant: call('getMerchant', 200, () => ({})),
    listTerminals: call('listTerminals', 200, () => ({}), office),
    closeShift: call('closeShift', 201, () => ({ body: { shiftNo: newNumber() } })),
    listShifts: call('listShifts', 200, () => ({})),
    getShift: call('getShift', 200, async () => ({ params: await world.shift() })),
    enrolTerminal: {
      status: 200,
      async event() {
        const key = { ...(await newKey()), keyid: ENROLMENT_KEYID };
        const body = { code: await world.activationCode(), alg: key.alg, publicKey: key.publicKey };
        return eventOf(world, 'enrolTerminal', { body }, (request, created) =>
          signRequest(request, key, created, ENROLMENT),
        );
      },
    },
    rotateKey: {
      status: 200,
      async event() {
        // A terminal of its own for each: a key that is in use already would be a repeat.
        const first = await newKey();
        const options = { baseUrl: world.stack.api, now: world.now, retries: 0 };
        const { terminalId, keyid } = await enrolTerminal(options, await world.activationCode(), first);
        const next = { ...(await newKey()), keyid: `${terminalId}.2` };
        return eventOf(world, 'rotateKey', { body: { alg: next.alg, publicKey: next.publicKey } }, (request, created) =>
          signRotation(request, { ...first, keyid }, next, created),
        );
      },
    },
    alipayNotification: {
      status: 200,
      event: async () => notificationEvent(await world.notification(await world.paid())),
    },
    // The bench's merchant has no account at Antom: what is measured is a message that is refused.
    antomNotification: { status: 400, event: async () => notificationEvent('{}', 'antom') },
    sweep: { status: 0, event: async () => ({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }) },
  };
}

export async function eventOf(
  world: World,
  name: OperationName,
  request: Ask,
  sign = by(world.terminal),
): Promise<object> {
  const { method, path } = contract[name];
  const filled = path.replace(/\{(\w+)\}/g, (_, part) => request.params?.[part] ?? '');
  const url = `${world.stack.api}${filled}${request.query ? `?${request.query}` : ''}`;
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const created = Math.floor(world.now() / 1_000);
  const proof = await sign({ method, url, ...(body !== undefined && { body }) }, created);
  const { host, pathname, search } = new URL(url);
  const routeKey = `${method} ${path}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: {
      'content-type': 'application/json',
      ...proof,
      host,
      'user-agent': 'till',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
      'x-forwarded-for': '127.0.0.1',
    },
    ...(request.params && { pathParameters: request.params }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'bench',
      domainName: host,
      http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'till' },
      requestId: newNumber(),
      routeKey,
      stage: '$default',
      time: new Date(world.now()).toISOString(),
      timeEpoch: world.now(),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** A form, which the gateway hands on as base64. */
export function notificationEvent(body: string, channel: ChannelId = 'alipay'): object {
  const path = `/v1/notifications/${channel}`;
  return {
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    requestContext: {
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: newNumber(),
    },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}
