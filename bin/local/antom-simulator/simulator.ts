/**
 * Antom on this machine: AMS with its real protocol, and the wallets, for the person who plays the customer. It keeps books of its
 * own and shares no code with what it is there to test, or with the Alipay simulator.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Books, type Change } from './books.ts';
import { noFaults } from './faults.ts';
import { AMS_ROUTES, type AmsReply, answerAms, isAmsPath } from './gateway.ts';
import { type Entry, type Journal, noJournal, openJournal } from './journal.ts';
import { Late } from './late.ts';
import { type Notice, Notifier } from './notifier.ts';
import type { Payment, PaymentCode, Refund } from './payments.ts';
import type { Rates } from './rates.ts';
import { answerWallet, WALLET_ROUTES } from './wallet.ts';
import { type Client, keysOf } from './wire.ts';

export interface AntomOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Epoch ms; it may jump ahead and never goes back. */
  readonly now: () => number;
  readonly clients: readonly Client[];
  /** Where books and notifications survive a kill; absent: nowhere. */
  readonly dataDir?: string;
  /** Whom the wallet face, which asks for no signature, does not serve; it serves everyone by default. */
  readonly refuse?: Refuse;
  /** How notifications travel; the platform's own by default. */
  readonly fetch?: typeof fetch;
  /** Hex digits by chance. */
  readonly hex?: (bytes: number) => string;
  readonly rates?: Rates;
}

type Refuse = (headers: IncomingHttpHeaders) => { readonly status: number; readonly body: unknown } | undefined;

export interface AntomSimulator {
  readonly url: string;
  /** When the next notification or late request falls due, epoch ms. */
  nextDue(): number | undefined;
  /** Delivers in order all that falls due up to `until`; `setClock` is told the time of each delivery before it goes out. */
  deliverDue(until: number, setClock?: (at: number) => void): Promise<void>;
  /** The dashboard's page where a developer puts a new key or contract, or where Antom changes its own key: the old one is over. */
  changeClient(client: Client): void;
  stop(): Promise<void>;
}

const BODY_BYTES_MAX = 64 * 1024;
/** A silent answer ends at last, so that no socket is held for ever. */
const SILENCE = 15_000;

type Parts = Parameters<typeof answerWallet>[0] & Parameters<typeof answerAms>[0] & { readonly refuse: Refuse };

export async function startAntomSimulator(options: AntomOptions): Promise<AntomSimulator> {
  const { now, refuse = () => undefined, hex, rates } = options;
  const keys = new Map(options.clients.map((client) => [client.clientId, keysOf(client)]));
  const faults = noFaults();
  let journal: Journal = noJournal;
  const books = new Books({
    changed: (change) => journal.append({ kind: change.kind, key: keyOf(change), value: change.value }),
    manners: faults,
    ...(hex && { hex }),
    ...(rates && { rates }),
  });
  const notifier = new Notifier({
    ...{ now, keys, faults, fetch: options.fetch ?? fetch },
    changed: (notice) => journal.append({ kind: 'notice', key: notice.id, value: notice }),
    paymentOf: (clientId, paymentRequestId) => books.find(clientId, { paymentRequestId }, now()),
  });
  if (options.dataDir)
    journal = openJournal(options.dataDir, (entry) => {
      if (entry.kind === 'faults') Object.assign(faults, entry.value);
      else if (entry.kind === 'notice') notifier.restore(entry.value as Notice);
      else restore(books, entry);
    });
  const faultsChanged = () => journal.append({ kind: 'faults', key: '', value: faults });
  const late = new Late();
  const parts: Parts = { books, notifier, faults, late, keys, now, faultsChanged, calls: { count: 0 }, refuse };

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
  const nextDue = () => earliest(notifier.nextDue(), late.next());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nextDue,
    async deliverDue(until, setClock = () => {}) {
      for (let at = nextDue(); at !== undefined && at <= until; at = nextDue()) {
        setClock(at);
        late.arrive(at);
        await notifier.deliverDue(at, setClock);
      }
    },
    changeClient: (client) => void keys.set(client.clientId, keysOf(client)),
    stop: async () => {
      notifier.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      journal.close();
    },
  };
}

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.flatMap((it) => it ?? []);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function keyOf({ kind, value }: Change): string {
  if (kind === 'paymentCode') return value.code;
  return `${value.clientId}/${kind === 'refund' ? value.refundRequestId : value.paymentRequestId}`;
}

function restore(books: Books, { kind, key, value }: Entry): void {
  if (kind === 'payment') books.restore(value as Payment);
  if (kind === 'refund') books.refunds.restore(value as Refund);
  if (kind === 'paymentCode') books.paymentCodes.set(key, value as PaymentCode);
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  const { pathname } = new URL(path, 'http://simulator');
  const method = request.method ?? '';
  const body = await readBody(request);
  if (body === undefined) return json(response, 413, { error: 'a body has 64 KB at the most' });
  parts.late.arrive(parts.now());
  if (pathname === '/')
    return json(response, 200, { what: 'Antom simulator', routes: [...AMS_ROUTES, ...WALLET_ROUTES] });
  if (isAmsPath(pathname))
    return sendAms(response, await answerAms(parts, { method, path, headers: request.headers, body }));
  // What follows asks for no signature.
  const refused = parts.refuse(request.headers);
  if (refused) return json(response, refused.status, refused.body);
  const parsed = body.length === 0 ? {} : readJson(body.toString('utf8'));
  if (!parsed) return json(response, 400, { error: 'the body is a JSON object' });
  const { status, body: content } = answerWallet(parts, `${method} ${pathname}`, parsed);
  return json(response, status, content);
}

function sendAms(response: ServerResponse, reply: AmsReply): void {
  if (reply !== 'silence') {
    response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
    return;
  }
  const timer = setTimeout(() => response.destroy(), SILENCE);
  timer.unref();
  response.on('close', () => clearTimeout(timer));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** Undefined if there is too much of it. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
