/**
 * A client of the API for terminals and back offices: typed by the contract, signed, and patient by rules that never ask
 * twice for money. It runs in Node and in a browser and carries no schema with it.
 *
 * What it repeats is safe to repeat, because every write has a number of its own (merchantOrderNo, attempt, refundNo, shiftNo): no
 * answer, a 5xx and a 429 are repeated with the same request. What stays unknown is thrown as {@link OutcomeUnknown}.
 */
import type * as z from 'zod';
import type { OrderView, ProblemView } from '../contract/answers.ts';
import type { contract, OperationName } from '../contract/contract.ts';
import type { NotificationName } from '../contract/notifications.ts';
import type { Operation, Sent } from '../contract/operation.ts';
import { ENROLMENT, ENROLMENT_KEYID } from '../contract/signing.ts';
import { CLIENT_CALL } from '../deadlines.ts';
import { type SigningKey, signRequest, signRotation } from './sign.ts';

type Contract = typeof contract;
type Answer<N extends OperationName> = z.output<ReturnType<Contract[N]['answers']>[number]['schema']>;

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  readonly key: SigningKey;
  /** How a request is signed; by `key` alone if not said otherwise. */
  readonly sign?: typeof signRequest;
  readonly fetch?: typeof fetch;
  /** Epoch ms of the terminal's own clock. */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** 0 … 1, for the jitter of pauses. */
  readonly random?: () => number;
  /** How often a request without a definite answer is repeated. */
  readonly retries?: number;
  readonly timeoutMs?: number;
}

export interface Reply<T> {
  readonly status: number;
  readonly body: T;
  /** The server had this request before. */
  readonly replayed: boolean;
  readonly requestId: string;
}

/** A refusal. Switch on `code`; the problem's other members are in `problem`. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: ProblemView;

  constructor(problem: ProblemView) {
    super(`${problem.code}: ${problem.detail}`);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** There was no definite answer. Look it up by the same number before anything else; never repeat it under a new one. */
export class OutcomeUnknown extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: no definite answer. Look it up by the same number; do not ask again under a new one.`, { cause });
  }
}

/** The longest pause between two tries: a customer is standing at the counter. */
const LONGEST_PAUSE = 8_000;

const ROUTES: Readonly<
  Record<
    Exclude<OperationName, NotificationName | 'enrolTerminal' | 'rotateKey'>,
    readonly [Operation['method'], string]
  >
> = {
  createOrder: ['POST', '/v1/orders'],
  createQrCode: ['POST', '/v1/orders/{orderId}/qr-code'],
  payWithTillCode: ['POST', '/v1/orders/{orderId}/till-code-payment'],
  getOrder: ['GET', '/v1/orders/{orderId}'],
  listOrders: ['GET', '/v1/orders'],
  closeOrder: ['POST', '/v1/orders/{orderId}/close'],
  createRefund: ['POST', '/v1/orders/{orderId}/refunds'],
  getRefund: ['GET', '/v1/orders/{orderId}/refunds/{refundNo}'],
  listChannels: ['GET', '/v1/channels'],
  getMerchant: ['GET', '/v1/merchant'],
  listStatements: ['GET', '/v1/statements'],
  getStatement: ['GET', '/v1/statements/{statementId}'],
  listStatementLines: ['GET', '/v1/statements/{statementId}/lines'],
  listStatementTotals: ['GET', '/v1/statements/{statementId}/totals'],
  getTotals: ['GET', '/v1/totals'],
  listTerminals: ['GET', '/v1/terminals'],
  closeShift: ['POST', '/v1/shifts'],
  listShifts: ['GET', '/v1/shifts'],
  getShift: ['GET', '/v1/shifts/{shiftNo}'],
  listReconciliations: ['GET', '/v1/reconciliations'],
};

export type Callable = keyof typeof ROUTES;

type Values = Readonly<Record<string, unknown>>;

/** What an operation is called with: its path parameters, query and body in one object each, left out where empty. */
export interface CallArguments {
  readonly params?: Values;
  readonly query?: Values;
  readonly body?: Values;
}

type ArgumentsOf<N extends Callable> = Partial<Pick<Sent<Contract[N]>, 'params' | 'query' | 'body'>>;

export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  const {
    baseUrl,
    key,
    sign = signRequest,
    fetch: send = fetch,
    now = Date.now,
    sleep = (ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random = Math.random,
    retries = 3,
    timeoutMs = CLIENT_CALL,
  } = options;
  /** What the server's clock is ahead of ours, learned from a `clock_skew`. */
  let ahead = 0;

  async function once(method: string, url: string, body: string | undefined, accept: string): Promise<Response> {
    const headers = await sign({ method, url, body }, key, Math.floor((now() + ahead) / 1_000));
    const response = await send(url, {
      method,
      headers: { ...headers, accept, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    // An answer that is cut short is none, and what was asked for may be done.
    await response.clone().arrayBuffer();
    return response;
  }

  /** Signs and sends any request; returns the definite answer, refusals included. */
  async function request(
    method: string,
    path: string,
    content?: string,
    accept = 'application/json',
  ): Promise<Response> {
    // An empty body is none: it is not sent, and so not signed either.
    const body = content === '' ? undefined : content;
    let corrected = false;
    let lastFault: unknown;
    for (let tries = 0; tries <= retries; tries += 1) {
      let pause = Math.min(1_000 * 2 ** tries, LONGEST_PAUSE) * (0.5 + random() / 2);
      try {
        const response = await once(method, baseUrl + path, body, accept);
        const problem = response.status === 401 ? await problemOf(response.clone()) : undefined;
        if (problem?.code === 'clock_skew' && !corrected) {
          corrected = true;
          ahead = Date.parse(String(problem.serverTime)) - now();
          tries -= 1;
          continue;
        }
        if (response.status < 500 && response.status !== 429) return response;
        // Closed is definite: nothing was carried out.
        if ((await problemOf(response.clone()))?.executed === false) return response;
        lastFault = new Error(`status ${response.status}`);
        const after = Number(response.headers.get('retry-after'));
        if (after > 0) pause = after * 1_000;
      } catch (fault) {
        lastFault = fault;
      }
      if (tries < retries) await sleep(pause);
    }
    throw new OutcomeUnknown(`${method} ${path}`, lastFault);
  }

  async function call<N extends Callable>(name: N, sent: ArgumentsOf<N>): Promise<Reply<Answer<N>>> {
    const [method] = ROUTES[name];
    const { body } = sent as CallArguments;
    const text = method === 'POST' ? JSON.stringify(body ?? {}) : undefined;
    const response = await request(method, pathOf(name, sent as CallArguments), text);
    if (!response.ok) throw new ApiProblem((await problemOf(response)) ?? bareProblem(response));
    return {
      status: response.status,
      body: (await response.json()) as Answer<N>,
      replayed: response.headers.get('idempotency-replayed') === 'true',
      requestId: response.headers.get('x-request-id') ?? '',
    };
  }

  /**
   * A list as CSV, in the bytes of its pages: written one after the other they are one file. Holds one page at a time.
   * @throws ApiProblem, OutcomeUnknown; what came before is then not the whole file
   */
  async function* csv<N extends 'listStatementLines' | 'listStatementTotals'>(
    name: N,
    sent: ArgumentsOf<N>,
  ): AsyncGenerator<Uint8Array> {
    let path: string | undefined = pathOf(name, sent as CallArguments);
    while (path !== undefined) {
      const response: Response = await request('GET', path, undefined, 'text/csv');
      if (!response.ok) throw new ApiProblem((await problemOf(response)) ?? bareProblem(response));
      yield new Uint8Array(await response.arrayBuffer());
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
  }

  /**
   * Asks for the order as often as it says itself, until it need not be asked for any more or `until` says enough.
   * `onChange` sees every version once. `live`: this is the terminal's own sale, whose goods are handed over on this word.
   */
  async function follow(
    orderId: string,
    watch: { onChange?: (order: OrderView) => void; until?: (order: OrderView) => boolean; live?: boolean } = {},
  ): Promise<OrderView> {
    for (let version = 0; ; ) {
      const query = watch.live ? { live: 'true' as const } : {};
      const { body: order } = await call('getOrder', { params: { orderId }, query });
      if (order.version !== version) watch.onChange?.(order);
      version = order.version;
      if (order.nextPollAfterMs === null || watch.until?.(order)) return order;
      await sleep(order.nextPollAfterMs);
    }
  }

  return { call, csv, request, follow };
}

function pathOf(name: Callable, { params = {}, query = {} }: CallArguments): string {
  const [, template] = ROUTES[name];
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name]));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
  return search.size > 0 ? `${path}?${search}` : path;
}

/** Uses up an activation code for the terminal's own new key. Repeated after a lost answer, it answers the same. */
export async function enrolTerminal(
  options: Omit<ClientOptions, 'key' | 'sign'>,
  code: string,
  key: Omit<SigningKey, 'keyid'> & { readonly publicKey: string },
): Promise<Answer<'enrolTerminal'>> {
  const sign: typeof signRequest = (request, by, created) => signRequest(request, by, created, ENROLMENT);
  const client = createClient({ ...options, key: { ...key, keyid: ENROLMENT_KEYID }, sign });
  return post(client, '/v1/terminals/enrolment', { code, alg: key.alg, publicKey: key.publicKey });
}

/** Takes the terminal's next key into use; its `keyid` has the next number. Repeated with the same keys, it answers the same. */
export async function rotateKey(
  options: Omit<ClientOptions, 'sign'>,
  next: SigningKey & { readonly publicKey: string },
  { endOldKeyNow }: { readonly endOldKeyNow?: boolean } = {},
): Promise<Answer<'rotateKey'>> {
  const sign: typeof signRequest = (request, by, created) => signRotation(request, by, next, created);
  const client = createClient({ ...options, sign });
  return post(client, '/v1/terminals/self/keys', {
    ...{ alg: next.alg, publicKey: next.publicKey },
    ...(endOldKeyNow && { endOldKeyNow }),
  });
}

async function post<T>(client: Client, path: string, body: object): Promise<T> {
  const response = await client.request('POST', path, JSON.stringify(body));
  if (!response.ok) throw new ApiProblem((await problemOf(response)) ?? bareProblem(response));
  return (await response.json()) as T;
}

async function problemOf(response: Response): Promise<ProblemView | undefined> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem ? ((await response.json()) as ProblemView) : undefined;
}

/** What the gateway itself refuses has no problem details. */
function bareProblem({ status }: Response): ProblemView {
  const code = status === 404 ? 'not_found' : 'refused';
  const detail = `The gateway answered ${status}.`;
  return { type: 'about:blank', title: detail, status, detail, code, requestId: '', retryable: false };
}
