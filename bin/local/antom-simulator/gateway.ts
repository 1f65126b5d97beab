/** `POST /ams/api/v1/payments/…`: checks a request as Antom does, misbehaves if told to, runs the operation, signs the answer. */
import type { IncomingHttpHeaders } from 'node:http';
import { jsonOf, type Members, no } from './answers.ts';
import type { Books } from './books.ts';
import { type Fault, type Faults, type FaultyOperation, takeFault } from './faults.ts';
import type { Late } from './late.ts';
import { METHODS, type Twist } from './methods.ts';
import type { Notifier } from './notifier.ts';
import type { Content } from './orders.ts';
import { type ClientKeys, isoTime, isRequestTime, signatureOf, wrongSignature } from './wire.ts';

export interface GatewayOptions {
  readonly books: Books;
  readonly notifier: Notifier;
  readonly faults: Faults;
  readonly late: Late;
  readonly keys: ReadonlyMap<string, ClientKeys>;
  readonly now: () => number;
  /** Genuine calls since this process began. */
  readonly calls: { count: number };
}

export interface AmsRequest {
  readonly method: string;
  /** Path and query as they were called: this text is what is signed. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AmsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What goes back, or nothing at all until the caller gives up. */
export type AmsReply = AmsAnswer | 'silence';

const PATH = /^\/ams\/(sandbox\/)?api\/v1\/payments\/(\w+)$/;
export const isAmsPath = (path: string) => path.startsWith('/ams/');
export const AMS_ROUTES = Object.keys(METHODS).flatMap((name) => [
  `POST /ams/api/v1/payments/${name}`,
  `POST /ams/sandbox/api/v1/payments/${name}`,
]);

const JSON_TYPE = 'application/json; charset=UTF-8';
const header = (value: string | string[] | undefined) => (typeof value === 'string' ? value : '');

export async function answerAms(options: GatewayOptions, request: AmsRequest): Promise<AmsReply> {
  const { now, faults, calls } = options;
  const keys = options.keys.get(header(request.headers['client-id']));
  const wrong = rejectionOf(request, keys);
  // Before a signature has been verified, nothing says to whom one would be sent.
  if (wrong || !keys) return plain(no(wrong ?? 'INVALID_CLIENT'));
  const { antomPrivateKey, client } = keys;
  const say = async (members: Members, { status = 200, signs = true, spoils = false } = {}): Promise<AmsReply> => {
    const body = jsonOf(members);
    const time = isoTime(now());
    const signed = {
      path: request.path,
      clientId: client.clientId,
      time,
      body: Buffer.from(spoils ? `${body} ` : body),
    };
    const headers = { 'content-type': JSON_TYPE, 'client-id': client.clientId, 'response-time': time };
    const signature = signs ? { signature: await signatureOf(signed, antomPrivateKey) } : {};
    return { status, headers: { ...headers, ...signature }, body };
  };
  const name = PATH.exec(request.path)?.[2] ?? '';
  const method = METHODS[name];
  const content = contentOf(request.body);
  if (!method) return say(no('NO_INTERFACE_DEF'));
  if (!content) return say(no('PARAM_ILLEGAL'));
  const operation = method.operation(content);
  calls.count += 1;
  const fault = takeFault(faults, operation, calls.count);
  const { books, notifier } = options;
  const style = {
    quoteNumeric: faults.quoteNumeric || fault?.answer === 'quote_numeric',
    rateMissing: fault?.answer === 'rate_missing',
  };
  const run = (twist?: Twist, at = now()) => method.run({ books, notifier, client, now: at, content, style }, twist);
  if (fault) return misbehave(fault, operation, { run, say, late: options.late, now: now() });
  const isClosed = faults.channelClosed && name === 'pay';
  return say(run(isClosed ? { kind: 'refuse', code: 'INVALID_CONTRACT', isOpen: false } : undefined));
}

/** How the call at hand is carried out, and answered. */
interface Ways {
  run(twist?: Twist, at?: number): Members;
  say(members: Members, how?: { status?: number; signs?: boolean; spoils?: boolean }): Promise<AmsReply>;
  readonly late: Late;
  readonly now: number;
}

async function misbehave({ answer, afterMs }: Fault, operation: FaultyOperation, ways: Ways): Promise<AmsReply> {
  const { run, say, late, now } = ways;
  switch (answer) {
    case 'time_out':
      return 'silence';
    case 'time_out_with_effect':
      run();
      return 'silence';
    case 'time_out_then_effect':
      late.add(now + afterMs, (at) => void run(undefined, at));
      return 'silence';
    case 'system_error':
      return say(no('SYSTEM_ERROR'));
    case 'system_error_with_effect':
      run();
      return say(no('SYSTEM_ERROR'));
    case 'garbage':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>502 Bad Gateway</body></html>',
      };
    case 'bad_signature':
      return say(run(), { spoils: true });
    case 'no_signature':
      return say(run(), { signs: false });
    case 'pending':
      return say(pending(run()));
    case 'rate_missing':
    case 'quote_numeric':
      return say(run());
    default:
      return twisted(answer, now + afterMs, operation, ways);
  }
}

const pending = (answer: Members): Members =>
  answer.paymentStatus === 'PROCESSING' ? { ...answer, paymentStatus: 'PENDING' } : answer;

const IS_QUESTION: readonly FaultyOperation[] = ['query', 'refundQuery'];

function twisted(answer: string, at: number, operation: FaultyOperation, { run, say }: Ways): Promise<AmsReply> {
  const [kind = '', code = ''] = answer.split(':');
  if (kind === 'status') return say(run(), { status: Number(code) });
  const isRefusal = kind === 'refuse' || kind === 'refuse_open';
  if (IS_QUESTION.includes(operation)) return say(no(isRefusal ? code : 'UNKNOWN_EXCEPTION'));
  if (isRefusal) return say(isFinal(code) ? run({ kind: 'refuse', code, isOpen: kind === 'refuse_open' }) : no(code));
  const reason = operation === 'refund' ? 'MERCHANT_BALANCE_NOT_ENOUGH' : 'USER_BALANCE_NOT_ENOUGH';
  return say(run({ kind: 'delay', outcome: { at, failCode: kind === 'u_then_fail' ? reason : null } }));
}

/** What is undecided, or is an error of Antom's own, ends no number. */
const isFinal = (code: string) => !/_IN_PROCESS$|^(UNKNOWN|SYSTEM|INTERNAL|REQUEST_TRAFFIC)_/.test(code);

function rejectionOf({ method, path, headers, body }: AmsRequest, keys: ClientKeys | undefined): string | undefined {
  const [, sandbox] = PATH.exec(path) ?? ['none'];
  if (!PATH.test(path)) return 'INVALID_API';
  if (method !== 'POST') return 'METHOD_NOT_SUPPORTED';
  if (!/^application\/json\b/i.test(header(headers['content-type']))) return 'MEDIA_TYPE_NOT_ACCEPTABLE';
  const clientId = header(headers['client-id']);
  if (!keys || clientId.startsWith('SANDBOX_') !== (sandbox !== undefined)) return 'INVALID_CLIENT';
  const time = header(headers['request-time']);
  if (!isRequestTime(time)) return 'PARAM_ILLEGAL';
  return wrongSignature({ path, clientId, time, body }, header(headers.signature), keys.clientPublicKey);
}

function plain(members: Members): AmsAnswer {
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: jsonOf(members) };
}

function contentOf(body: Buffer): Content | undefined {
  try {
    const content: unknown = JSON.parse(body.toString('utf8'));
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? (content as Content)
      : undefined;
  } catch {
    return undefined;
  }
}
