/**
 * The protocol of AMS (Antom, Alipay+), seen from Antom's side: what is signed, and how times are written. It shares no code
 * with functions/ or with the Alipay simulator.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';

/** A merchant's (or a service provider's) client at Antom. */
export interface Client {
  /** With `SANDBOX_` in front it calls the sandbox's paths, and no others. */
  readonly clientId: string;
  /** Settlement currencies of the client's contracts, by the currency that it may sell in. */
  readonly settlements: Readonly<Record<string, readonly string[]>>;
  readonly clientPublicKeyPem: string;
  readonly antomPrivateKeyPem: string;
}

export interface ClientKeys {
  readonly client: Client;
  readonly clientPublicKey: KeyObject;
  readonly antomPrivateKey: KeyObject;
}

export function keysOf(client: Client): ClientKeys {
  return {
    client,
    clientPublicKey: createPublicKey(client.clientPublicKeyPem),
    antomPrivateKey: createPrivateKey(client.antomPrivateKeyPem),
  };
}

/** What a signature is over. `time` is the text of the request-time or response-time header; `body` is the bytes as sent. */
export interface Signed {
  readonly path: string;
  readonly clientId: string;
  readonly time: string;
  readonly body: Buffer;
}

export function bytesToSign({ path, clientId, time, body }: Signed): Buffer {
  return Buffer.concat([Buffer.from(`POST ${path}\n${clientId}.${time}.`), body]);
}

const KEY_VERSION = '1';

/** On a thread beside: Antom's signatures are no work of the functions, which run in this process, too. */
const signBeside = promisify(sign);

export async function signatureOf(signed: Signed, key: KeyObject): Promise<string> {
  const base64 = (await signBeside('RSA-SHA256', bytesToSign(signed), key)).toString('base64');
  return `algorithm=RSA256,keyVersion=${KEY_VERSION},signature=${encodeURIComponent(base64)}`;
}

/** Why a signature header is turned away, or undefined if it fits. */
export function wrongSignature(
  signed: Signed,
  header: string,
  key: KeyObject,
): 'SIGNATURE_INVALID' | 'KEY_NOT_FOUND' | undefined {
  const parts = partsOf(header);
  const text = parts?.get('signature') ?? '';
  if (parts?.get('algorithm') !== 'RSA256' || text === '') return 'SIGNATURE_INVALID';
  if (parts.get('keyVersion') !== KEY_VERSION) return 'KEY_NOT_FOUND';
  const base64 = formDecoded(text);
  const isBase64 = base64 !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  const fits = isBase64 && verify('RSA-SHA256', bytesToSign(signed), key, Buffer.from(base64, 'base64'));
  return fits ? undefined : 'SIGNATURE_INVALID';
}

/** `name=value` parts between commas, each name once; undefined for what is not of that form. */
function partsOf(header: string): Map<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const part of header.split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at < 1 || parts.has(name)) return undefined;
    parts.set(name, part.slice(at + 1).trim());
  }
  return parts;
}

/** A form value: a `+` that was not encoded is a blank, so that such a signature does not fit. */
function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const HOURS_8 = 8 * 3_600_000;

/** ISO 8601 in whole seconds at the offset of China: `2026-11-30T19:45:58+08:00`. */
export function isoTime(at: number): string {
  return `${new Date(at + HOURS_8).toISOString().slice(0, 19)}+08:00`;
}

/** Epoch ms of ISO 8601 with an offset; undefined for anything else. */
export function readIsoTime(text: unknown): number | undefined {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/;
  if (typeof text !== 'string' || !form.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** A request-time header: epoch ms, or ISO 8601 with an offset. */
export function isRequestTime(text: string): boolean {
  return /^\d{13}$/.test(text) || readIsoTime(text) !== undefined;
}

/** The day in China, `YYYY-MM-DD`. */
export function chinaDay(at: number): string {
  return new Date(at + HOURS_8).toISOString().slice(0, 10);
}

const DAY = 24 * 3_600_000;

/** The end of a payment's cancel window: 00:15 in China on the day after it. */
export function cancelUntil(paidAt: number): number {
  return Math.floor((paidAt + HOURS_8) / DAY) * DAY + DAY - HOURS_8 + 15 * 60_000;
}
