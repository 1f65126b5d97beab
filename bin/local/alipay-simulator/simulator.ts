/**
 * Alipay on this machine: its gateway, with the real protocol, and its wallet, for the person who plays the customer. It keeps
 * books of its own and shares no code with what it is there to test.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BillDesk, type BillReply } from './bill-desk.ts';
import { Books, type TillCode, type Trade } from './books.ts';
import { parametersOf } from './charset.ts';
import { noFaults } from './faults.ts';
import { answerGateway, type GatewayReply, type IsSignedUp } from './gateway.ts';
import { type Journal, noJournal, openJournal } from './journal.ts';
import { type Notice, Notifier } from './notifier.ts';
import { answerWallet, WALLET_ROUTES } from './wallet.ts';
import { type App, keysOf } from './wire.ts';

export interface SimulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Epoch ms; it may jump ahead and never goes back. */
  readonly now: () => number;
  readonly apps: readonly App[];
  /** Where books and notifications survive a kill; absent: nowhere. */
  readonly dataDir?: string;
  /** Which accounts are signed up to be paid through an app; none by default. */
  readonly isSignedUp?: IsSignedUp;
  /** Whom the wallet does not serve, which asks for no signature; it serves everyone by default. */
  readonly refuse?: Refuse;
  /** How notifications travel; the platform's own by default. */
  readonly fetch?: typeof fetch;
}

type Refuse = (headers: IncomingHttpHeaders) => { readonly status: number; readonly body: unknown } | undefined;

export interface AlipaySimulator {
  readonly url: string;
  /** When the next notification falls due, epoch ms. */
  nextDue(): number | undefined;
  /** Delivers in order all that falls due up to `until`; `setClock` is told the time of each delivery before it goes out. */
  deliverDue(until: number, setClock?: (at: number) => void): Promise<void>;
  /** The console's page where a developer puts a new app key, or where Alipay changes its own: the old one is over. */
  changeKeys(app: App): void;
  stop(): Promise<void>;
}

const BODY_BYTES_MAX = 64 * 1024;
/** A silent answer ends at last, so that no socket is held for ever. */
const SILENCE = 15_000;

export async function startAlipaySimulator(options: SimulatorOptions): Promise<AlipaySimulator> {
  const { now, isSignedUp = async () => false, refuse = () => undefined } = options;
  const keys = new Map(options.apps.map((app) => [app.appId, keysOf(app)]));
  const faults = noFaults();
  let journal: Journal = noJournal;
  const books = new Books((kind, value) => journal.append({ kind, key: keyOf(value), value }));
  const changed = (notice: Notice) => journal.append({ kind: 'notice', key: notice.notifyId, value: notice });
  const notifier = new Notifier({
    ...{ now, keys, faults, changed, fetch: options.fetch ?? fetch },
    tradeOf: (appId, outTradeNo) => books.find(appId, { outTradeNo }, now()),
  });
  if (options.dataDir) {
    journal = openJournal(options.dataDir, ({ kind, key, value }) => {
      if (kind === 'trade') books.restore(value as Trade);
      if (kind === 'tillCode') books.tillCodes.set(key, value as TillCode);
      if (kind === 'notice') notifier.restore(value as Notice);
      if (kind === 'faults') Object.assign(faults, value);
    });
  }
  const faultsChanged = () => journal.append({ kind: 'faults', key: '', value: faults });
  const bills = new BillDesk(books, faults);
  const parts: Parts = {
    ...{ books, notifier, bills, faults, keys, now, faultsChanged, calls: { count: 0 }, isSignedUp, refuse },
  };

  const server = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: String(error) }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  notifier.wake();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bills.base = url;
  return {
    url,
    nextDue: () => notifier.nextDue(),
    deliverDue: (until, setClock) => notifier.deliverDue(until, setClock),
    changeKeys: (app) => keys.set(app.appId, keysOf(app)),
    stop: async () => {
      notifier.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      journal.close();
    },
  };
}

function keyOf(value: Trade | TillCode): string {
  return 'code' in value ? value.code : `${value.appId}/${value.outTradeNo}`;
}

type Parts = Parameters<typeof answerWallet>[0] & Parameters<typeof answerGateway>[0] & { readonly refuse: Refuse };

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const body = await readBody(request);
  if (body === undefined) return json(response, 413, { error: 'a body has 64 KB at the most' });
  if (url.pathname === '/')
    return json(response, 200, {
      what: 'Alipay simulator',
      routes: ['POST /gateway.do', 'GET /gateway.do', ...WALLET_ROUTES],
    });
  if (url.pathname === '/gateway.do') {
    if (request.method !== 'POST' && request.method !== 'GET')
      return json(response, 405, { error: 'GET or POST /gateway.do' });
    return sendGateway(response, await answerGateway(parts, parametersOf(url.search.slice(1), body)));
  }
  const [, token] = /^\/bill\/([0-9a-f]{32})$/.exec(url.pathname) ?? [];
  if (token !== undefined && request.method === 'GET') return sendBill(response, parts.bills.open(token, parts.now()));
  // What follows asks for no signature.
  const refused = parts.refuse(request.headers);
  if (refused) return json(response, refused.status, refused.body);
  const parsed = body === '' ? {} : readJson(body);
  if (!parsed) return json(response, 400, { error: 'the body is a JSON object' });
  const { status, body: content } = answerWallet(parts, `${request.method} ${url.pathname}`, parsed);
  return json(response, status, content);
}

function sendGateway(response: ServerResponse, reply: GatewayReply): void {
  if (reply === 'silence') saySilence(response);
  else response.writeHead(200, { 'content-type': reply.type }).end(reply.body);
}

function sendBill(response: ServerResponse, reply: BillReply): void {
  if (reply === 'silence') saySilence(response);
  else if (reply === undefined) json(response, 404, { error: 'no such bill, or its link is older than 30 s' });
  else if ('redirect' in reply) response.writeHead(302, { location: reply.redirect }).end();
  else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(reply.file);
}

function saySilence(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), SILENCE);
  timer.unref();
  response.on('close', () => clearTimeout(timer));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** The body as text; undefined if there is too much of it. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks).toString('utf8');
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
