/**
 * Alipay's OpenAPI gateway on the wire (v2): requests signed over exactly the bytes that are sent, answers
 * verified over exactly the characters that arrived. It says what arrived and never what it means; see alipay.ts.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { type EpochMs, HOUR } from '../../time.ts';
import { type Arrived, ask, keptConnections } from '../http.ts';
import type { Account, AlipayAccount } from '../registry.ts';
import type { GatewayAnswer } from './answer.ts';
import { type Downloaded, download } from './download.ts';
import { type AlipayKeys, type AppKeys, SigningKeys, verifyingKeys } from './keys.ts';

export interface AlipayGateway {
  /** One call. It never throws for what happens outside. `timeoutMs` is the longest it takes. */
  call(
    account: Account,
    method: string,
    content: Readonly<Record<string, unknown>>,
    options: { readonly timeoutMs: number; readonly notifyUrl?: string },
  ): Promise<GatewayAnswer>;
  /** A file that an answer named. Only from Alipay's hosts, even if the answer names another; see download.ts. */
  download(link: string, timeoutMs: number): Promise<Downloaded>;
}

/** @throws Error for an account of another channel: its orders never come here */
export function alipayAccount(account: Account): AlipayAccount {
  if (account.channel !== 'alipay') throw new Error(`an account of ${account.channel} came to Alipay`);
  return account;
}

const ANSWER_BYTES_MAX = 256 * 1024;
const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
/** Calls that move money, and whose refusal is believed because it answers the only one. A cancel only undoes. */
const ONLY_ONCE = new Set(['alipay.trade.refund', 'alipay.trade.pay']);

/** `yyyy-MM-dd HH:mm:ss` of China Standard Time, which knows no daylight saving. */
export function toAlipayTime(at: EpochMs): string {
  return new Date(at + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads Alipay's time, which may carry milliseconds. */
export function fromAlipayTime(text: string): EpochMs | undefined {
  const [, day = '', time = '', fraction = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?$/.exec(text) ?? [];
  const at = Date.parse(`${day}T${time}${fraction}+08:00`);
  // A parser makes the first of March of the 29th of February in a year that has none.
  return Number.isNaN(at) || toAlipayTime(at) !== `${day} ${time}` ? undefined : at;
}

export function createAlipayGateway(options: {
  readonly url: string;
  keys(): Promise<AlipayKeys>;
  now(): EpochMs;
}): AlipayGateway {
  const send = sender(options.url);
  const signing = new SigningKeys();
  return {
    async call(of, method, content, { timeoutMs, notifyUrl }) {
      const account = alipayAccount(of);
      const keys = (await options.keys()).get(account.appId);
      if (!keys) return { kind: 'silence', why: 'no keys for this app', blames: 'our_keys' };
      const endsAt = options.now() + timeoutMs;
      const timeLeft = () => Math.min(endsAt - options.now(), timeoutMs);
      return signing.sign(account.appId, keys, timeLeft, async ({ privateKey, parameters: certificates }, leftMs) => {
        const parameters: Record<string, string> = {
          app_id: account.appId,
          method,
          format: 'JSON',
          charset: 'utf-8',
          sign_type: 'RSA2',
          timestamp: toAlipayTime(options.now()),
          version: '1.0',
          ...certificates,
          ...(notifyUrl && { notify_url: notifyUrl }),
          ...(account.appAuthToken && { app_auth_token: account.appAuthToken }),
        };
        const bizContent = JSON.stringify(content);
        const signature = signParameters({ ...parameters, biz_content: bizContent }, privateKey);
        const query = new URLSearchParams({ ...parameters, sign: signature });
        const body = new URLSearchParams({ biz_content: bizContent }).toString();
        const arrived = await send(query, body, leftMs, !ONLY_ONCE.has(method));
        if (arrived.kind === 'too_large') return { kind: 'silence', why: 'the answer is too large' };
        if (arrived.kind === 'silence') return { kind: 'silence', why: arrived.why };
        return readAnswer(arrived.bytes.toString('utf8'), method, keys);
      });
    },
    download: (link, timeoutMs) => download(link, { gateway: options.url, timeoutMs }),
  };
}

/** Base64 RSA2 over `name=value` of all parameters but empty ones, by name in byte order, joined by `&`, not URL-encoded. */
function signParameters(parameters: Readonly<Record<string, string>>, key: KeyObject): string {
  return sign('sha256', Buffer.from(stringToSign(Object.entries(parameters))), key).toString('base64');
}

export function stringToSign(parameters: readonly (readonly [name: string, value: string])[]): string {
  return parameters
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export function isSignedBy(text: string | Buffer, signature: string, keys: readonly KeyObject[]): boolean {
  const bytes = Buffer.from(signature, 'base64');
  const data = typeof text === 'string' ? Buffer.from(text) : text;
  return keys.some((key) => verify('sha256', data, key, bytes));
}

const members = z.record(z.string(), z.unknown());
/** The codes that speak of success, or of a payment that waits. */
const SUCCESS: ReadonlySet<unknown> = new Set(['10000', '10003']);

/**
 * Reads an answer. Alipay turns a call away in three forms: as the method's response with a signature, as the same without one
 * (the app is unknown, or has no key at Alipay), and as an `error_response`, with or without. All else that is not signed is silence.
 */
function readAnswer(body: string, method: string, keys: AppKeys): GatewayAnswer {
  const name = `${method.replaceAll('.', '_')}_response`;
  let envelope: Record<string, unknown>;
  try {
    envelope = members.parse(JSON.parse(body));
  } catch {
    return { kind: 'silence', why: 'the answer is not JSON' };
  }
  const member = Object.hasOwn(envelope, name) ? name : 'error_response';
  // What was signed is what is read: the same characters, not what a parser made of a member of the same name.
  const text = memberText(body, member);
  const response = members.safeParse(text === undefined ? undefined : JSON.parse(text));
  if (!response.success || text === undefined) return { kind: 'silence', why: 'the answer has no response' };

  const believed = verifyingKeys(keys, envelope.alipay_cert_sn);
  const signed = typeof envelope.sign === 'string' && isSignedBy(text, envelope.sign, believed);
  if (signed) return { kind: 'signed', response: response.data };
  const { code, sub_code } = response.data;
  const hasSignature = envelope.sign !== undefined;
  // A signature that does not fit is a forgery, or we hold another key than Alipay's.
  const isRejection = member === 'error_response' || (typeof code === 'string' && !hasSignature);
  if (hasSignature && believed.length === 0)
    return {
      kind: 'silence',
      why: `the answer is signed under a certificate of Alipay that we do not have${named(envelope.alipay_cert_sn)}`,
      blames: 'alipay_certificate',
    };
  if (!isRejection || SUCCESS.has(code)) {
    const blames = typeof envelope.sign === 'string' && envelope.sign !== '' ? 'alipay_key' : 'no_signature';
    return { kind: 'silence', why: 'the answer is not signed by Alipay', blames };
  }
  return { kind: 'unsigned_error', code: String(code ?? ''), subCode: String(sub_code ?? '') };
}

const named = (certificate: unknown) => (/^[0-9a-f]{32}$/.test(String(certificate)) ? `: ${certificate}` : '');

/** The exact characters of a member of the outermost object. Strings, escapes and nested objects are minded. */
function memberText(json: string, member: string): string | undefined {
  let depth = 0;
  let found: string | undefined;
  for (let i = 0; i < json.length; i += 1) {
    const char = json[i];
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    if (char !== '"') continue;
    const end = endOfString(json, i);
    const colon = /^\s*:\s*/.exec(json.slice(end, end + 64));
    if (depth === 1 && colon && json.slice(i + 1, end - 1) === member) {
      // Twice the same name: which one was signed would be a matter of taste.
      if (found !== undefined) return undefined;
      const start = end + colon[0].length;
      const stop = endOfValue(json, start);
      found = json.slice(start, stop);
      i = stop - 1;
    } else i = end - 1;
  }
  return found;
}

/** The index behind the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i += 1) {
    if (json[i] === '\\') i += 1;
    else if (json[i] === '"') return i + 1;
  }
  return json.length;
}

function endOfValue(json: string, start: number): number {
  if (json[start] === '"') return endOfString(json, start);
  let depth = 0;
  for (let i = start; i < json.length; i += 1) {
    const char = json[i];
    // A number, true, false or null ends before what comes behind it.
    if (depth === 0 && (char === ',' || char === '}')) return i;
    if (char === '"') i = endOfString(json, i) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0 && (char === '}' || char === ']')) return i + 1;
  }
  return json.length;
}

/** POSTs to the gateway, on a kept connection where the call may be repeated. A late, large or odd answer is none. */
function sender(gateway: string) {
  const agent = keptConnections(new URL(gateway));
  // A kept connection may have died while the instance was frozen. What can be asked once more is; the rest goes out on a
  // connection of its own, because a customer at the counter should not wait for the outcome of a call that never left.
  return async (query: URLSearchParams, body: string, timeoutMs: number, isRepeatable: boolean): Promise<Arrived> => {
    const url = new URL(gateway);
    url.search = query.toString();
    const request = { method: 'POST', url, body, contentType: FORM, timeoutMs, bytesMax: ANSWER_BYTES_MAX } as const;
    if (!isRepeatable) return ask(request);
    const arrived = await ask({ ...request, agent });
    return arrived.kind === 'silence' && arrived.isStale ? ask({ ...request, agent }) : arrived;
  };
}
