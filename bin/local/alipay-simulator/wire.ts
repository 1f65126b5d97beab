/**
 * The gateway's protocol (v2, RSA2), seen from Alipay's side. It shares no code with functions/channel:
 * the two are held against each other, and against Alipay's own SDK, by tests.
 */
import { createPrivateKey, createPublicKey, createVerify, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { type AppCertificates, type CertificateNumbers, numbersOf } from './certificates.ts';
import { type Charset, charsetOf, encoded } from './charset.ts';

export interface App {
  readonly appId: string;
  readonly sellerId: string;
  readonly merchantName: string;
  /** Merchants that the app may act for from the start: their accounts by `app_auth_token`. */
  readonly authorised?: Readonly<Record<string, string>>;
  /** What is taken of a payment, in parts per million, where it is not the usual. */
  readonly feePpm?: number;
  /** Not looked at in certificate mode, where it is in the app's certificate. */
  readonly appPublicKeyPem: string;
  readonly alipayPrivateKeyPem: string;
  /** The app is in certificate mode. */
  readonly certificates?: AppCertificates;
}

export interface AppKeys {
  readonly app: App;
  readonly appPublicKey: KeyObject;
  readonly alipayPrivateKey: KeyObject;
  readonly numbers?: CertificateNumbers;
}

export function keysOf(app: App): AppKeys {
  const { certificates } = app;
  return {
    app,
    appPublicKey: certificates
      ? new X509Certificate(certificates.appCertPem).publicKey
      : createPublicKey(app.appPublicKeyPem),
    alipayPrivateKey: createPrivateKey(app.alipayPrivateKeyPem),
    ...(certificates && { numbers: numbersOf(certificates) }),
  };
}

/** `name=value` of all non-empty parameters but `without`, sorted by name. */
function canonical(parameters: Iterable<[string, string]>, without: readonly string[]): string {
  return [...parameters]
    .filter(([name, value]) => !without.includes(name) && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

export function isSignedByApp(parameters: Map<string, string>, { appPublicKey }: AppKeys): boolean {
  const verifier = createVerify('RSA-SHA256').update(
    encoded(textToSign(parameters), charsetOf(parameters.get('charset'))),
  );
  return verifier.verify(appPublicKey, parameters.get('sign') ?? '', 'base64');
}

/** What the gateway computes of a request, and tells the caller whose signature does not fit. */
export function textToSign(parameters: Map<string, string>): string {
  return canonical(parameters, ['sign']);
}

/** On a thread beside: Alipay's signatures are no work of the functions, which run in this process, too. */
const signBeside = promisify(sign);

async function signText(text: string, { alipayPrivateKey }: AppKeys, charset: Charset = 'utf-8'): Promise<string> {
  return (await signBeside('RSA-SHA256', encoded(text, charset), alipayPrivateKey)).toString('base64');
}

export type Response = { readonly code: string; readonly msg: string } & Readonly<Record<string, unknown>>;

/** An answer as the gateway writes it, slashes escaped, so that only a reader who keeps the characters can verify it. */
export async function signedAnswer(
  method: string,
  response: Response,
  keys: AppKeys,
  spoiled = false,
  charset: Charset = 'utf-8',
): Promise<string> {
  const text = JSON.stringify(response).replaceAll('/', '\\/');
  const sign = await signText(spoiled ? `${text} ` : text, keys, charset);
  const number = keys.numbers ? `"alipay_cert_sn":"${keys.numbers.alipay}",` : '';
  return `{"${method.replaceAll('.', '_')}_response":${text},${number}"sign":"${sign}"}`;
}

/** How the gateway writes a rejection: as the method's response, signed or unsigned, or as an unsigned `error_response`. */
export const FORMS = ['signed', 'unsigned', 'error_response'] as const;
export type Form = (typeof FORMS)[number];

/** An answer in a form. Without the app's keys none can be signed, and an unknown method has no response of its own. */
export async function answerIn(
  form: Form,
  method: string,
  response: Response,
  keys: AppKeys | undefined,
  charset: Charset = 'utf-8',
): Promise<string> {
  if (form === 'signed' && keys) return signedAnswer(method, response, keys, false, charset);
  const isError = form === 'error_response' || method === '';
  return JSON.stringify({ [isError ? 'error_response' : `${method.replaceAll('.', '_')}_response`]: response });
}

/** A notification's body: signed over the decoded values, `sign` and `sign_type` left out. */
export async function signedForm(fields: Readonly<Record<string, string>>, keys: AppKeys): Promise<string> {
  const all = { ...fields, ...(keys.numbers && { alipay_cert_sn: keys.numbers.alipay }) };
  const sign = await signText(canonical(Object.entries(all), ['sign', 'sign_type']), keys);
  return new URLSearchParams({ ...all, sign_type: 'RSA2', sign }).toString();
}

/** `yyyy-MM-dd HH:mm:ss` in China. */
export function chinaTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Epoch ms, or undefined for anything but `yyyy-MM-dd HH:mm:ss`. */
export function readChinaTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const at = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(at) ? undefined : at;
}

export function yuan(fen: number): string {
  const text = String(fen).padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** Fen from `0.01` to `100000000.00`, or undefined. */
export function readYuan(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text) : null;
  if (!match) return undefined;
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return fen >= 1 && fen <= 10_000_000_000 ? fen : undefined;
}
