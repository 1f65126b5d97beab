/** A merchant of the Antom simulator over real HTTP: it signs by hand, verifies by hand and receives notifications. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AntomOptions,
  type AntomSimulator,
  startAntomSimulator,
} from '../../bin/local/antom-simulator/simulator.ts';
import { isRsaSha256, rsaPair, rsaSha256 } from './keys.ts';

const NOON = Date.parse('2026-03-01T04:00:00Z');
export const CLIENT = 'SANDBOX_5Y0000000000001';
const SETTLEMENTS = { JPY: ['USD'], HKD: ['USD', 'HKD'], CNY: ['CNY'], KRW: ['USD'], IDR: ['USD'] };

export const ours = rsaPair();
export const antoms = rsaPair();
const client = {
  ...{ clientId: CLIENT, settlements: SETTLEMENTS },
  ...{ clientPublicKeyPem: ours.publicKeyPem, antomPrivateKeyPem: antoms.privateKeyPem },
};

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Body;
  readonly isSigned: boolean;
}

interface Body {
  readonly result: { readonly resultCode: string; readonly resultStatus: string };
  readonly transactions?: readonly Members[];
  readonly [member: string]: unknown;
}

export interface Received {
  readonly path: string;
  readonly text: string;
  readonly body: Body;
  readonly isSigned: boolean;
  readonly at: number;
}

export interface Merchant {
  readonly simulator: AntomSimulator;
  readonly notifyUrl: string;
  readonly received: Received[];
  /** What the next notifications are answered with. */
  thanks: { status: number; body: string };
  now: number;
  /** Moves the clock with all deliveries on the way. */
  advance(ms: number): Promise<void>;
  call(operation: string, body: unknown, how?: How): Promise<Answer>;
  wallet(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Record<string, never> }>;
  /** `S SUCCESS` of a call. */
  result(operation: string, body: unknown): Promise<string>;
  orderCode(number: string, change?: Members): Members;
  paymentCode(number: string, code: string, change?: Members): Members;
  stop(): Promise<void>;
}

export type Members = Readonly<Record<string, unknown>>;

export interface How {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly signedText?: string;
  readonly signal?: AbortSignal;
}

const THANKS = {
  status: 200,
  body: '{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}',
};

export async function openMerchant(options: Partial<AntomOptions> = {}): Promise<Merchant> {
  const received: Received[] = [];
  let clock = NOON;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { 'client-id': id, 'request-time': time, signature } = request.headers;
      const path = request.url ?? '';
      const isSigned = isSignedByAntom(`POST ${path}\n${id}.${time}.${text}`, String(signature));
      received.push({ path, text, body: JSON.parse(text), isSigned, at: clock });
      response.writeHead(merchant.thanks.status).end(merchant.thanks.body);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const simulator = await startAntomSimulator({ port: 0, now: () => clock, clients: [client], ...options });
  const notifyUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/notifications/antom`;
  const merchant: Merchant = {
    ...{ simulator, notifyUrl, received, thanks: THANKS },
    get now() {
      return clock;
    },
    set now(at) {
      clock = at;
    },
    async advance(ms) {
      const target = merchant.now + ms;
      await simulator.deliverDue(target, (at) => {
        clock = Math.max(clock, at);
      });
      clock = target;
    },
    call: (operation, body, how) => callAms(simulator.url, operation, body, how),
    async wallet(path, body) {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${simulator.url}/wallet/${path}`, init);
      return { status: response.status, body: (await response.json()) as Record<string, never> };
    },
    async result(operation, body) {
      const { resultStatus, resultCode } = (await merchant.call(operation, body)).body.result;
      return `${resultStatus} ${resultCode}`;
    },
    orderCode: (number, change) => payOf(number, notifyUrl, { inStorePaymentScenario: 'OrderCode' }, {}, change),
    paymentCode: (number, paymentMethodId, change) =>
      payOf(number, notifyUrl, { inStorePaymentScenario: 'PaymentCode' }, { paymentMethodId }, change),
    async stop() {
      await simulator.stop();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
    },
  };
  return merchant;
}

/** A pay of JPY 1000, settled in USD. */
export function payOf(
  number: string,
  notifyUrl: string,
  paymentFactor: Members,
  method: Members,
  change: Members = {},
): Members {
  const amount = { currency: 'JPY', value: '1000' };
  return {
    productCode: 'IN_STORE_PAYMENT',
    paymentRequestId: number,
    paymentAmount: amount,
    order: {
      ...{ referenceOrderId: '20260301-1', orderDescription: 'コーヒー café', orderAmount: amount },
      merchant: {
        ...{ referenceMerchantId: 'kissa', merchantMCC: '5814', merchantName: 'Kissa' },
        store: { referenceStoreId: 'main', storeName: 'Main', storeMCC: '5814' },
      },
      env: { storeTerminalId: 'T1', storeTerminalRequestTime: '2026-03-01T12:00:00+08:00' },
    },
    paymentMethod: { paymentMethodType: 'CONNECT_WALLET', ...method },
    paymentFactor,
    settlementStrategy: { settlementCurrency: 'USD' },
    paymentNotifyUrl: notifyUrl,
    paymentExpiryTime: '2026-03-01T12:03:00+08:00',
    ...change,
  };
}

/** The text of the code that a till would draw. */
export function codeIn({ orderCodeForm }: Members): string {
  const { codeDetails } = orderCodeForm as { codeDetails: { displayType: string; codeValue: string }[] };
  return codeDetails.find(({ displayType }) => displayType === 'TEXT')?.codeValue ?? '';
}

/** A pay of this amount. */
export function amounting(pay: Members, currency: string, value: string): Members {
  const amount = { currency, value };
  return { ...pay, paymentAmount: amount, order: { ...(pay.order as Members), orderAmount: amount } };
}

/** A client's side of the keys. */
interface Caller {
  readonly clientId: string;
  readonly privateKeyPem: string;
  readonly antomPublicKeyPem: string;
}

const US: Caller = { clientId: CLIENT, privateKeyPem: ours.privateKeyPem, antomPublicKeyPem: antoms.publicKeyPem };

/** `base`: the simulator's URL. */
export async function callAms(
  base: string,
  operation: string,
  body: unknown,
  how: How = {},
  { clientId, privateKeyPem, antomPublicKeyPem }: Caller = US,
): Promise<Answer> {
  const { path = `/ams/sandbox/api/v1/payments/${operation}`, method = 'POST', text = JSON.stringify(body) } = how;
  const time = '1772337600000';
  const signature = rsaSha256(`POST ${path}\n${clientId}.${time}.${how.signedText ?? text}`, privateKeyPem);
  const response = await fetch(base + path, {
    method,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      ...{ 'client-id': clientId, 'request-time': time },
      signature: `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`,
      ...how.headers,
    },
    ...(method === 'POST' && { body: text }),
    ...(how.signal && { signal: how.signal }),
  });
  const said = await response.text();
  const { headers } = response;
  const signedText = `POST ${path}\n${headers.get('client-id')}.${headers.get('response-time')}.${said}`;
  const isSigned = isSignedByAntom(signedText, headers.get('signature') ?? '', antomPublicKeyPem);
  return { status: response.status, text: said, body: said.startsWith('{') ? JSON.parse(said) : {}, isSigned };
}

function isSignedByAntom(text: string, header: string, publicKeyPem = antoms.publicKeyPem): boolean {
  const [, encoded = ''] = /^algorithm=RSA256,keyVersion=1,signature=([\w%.-]+)$/.exec(header) ?? [];
  return encoded !== '' && isRsaSha256(text, decodeURIComponent(encoded), publicKeyPem);
}
