/**
 * The canary: it learns every secret and every trace of a payer that passes through a test, on its way in, and looks for
 * them in whatever comes out: answers of the API, log lines, metrics, what is printed, what is written to a table. The
 * set-up file hangs it into each test; a leak fails the test that caused it.
 */

export interface Leak {
  /** Such as `an answer`. */
  readonly where: string;
  /** Such as `a signature`; never the secret itself, which has leaked enough. */
  readonly what: string;
}

/** Private keys are known by how they begin, in PEM or in bare base64 (PKCS#8 of Ed25519, P-256, RSA; SEC 1; PKCS#1). */
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY|MC4CAQAwBQYDK2Vw|MIGHAgEAMBMGByqGSM49|MHcCAQEEI|MII[A-Za-z0-9+/]{3}IBADANBgkqhkiG9w0BAQEFAASC|MII[A-Za-z0-9+/]{3}IBAAKCA/;

/** Long secrets by their longest run of letters and digits, which survives every encoding; the others as they are. */
const runs = new Map<string, string>();
const texts = new Map<string, string>();
const LONG = 12;
const TEXTS_MAX = 200;

const leaks: Leak[] = [];

/** From now on nothing may say `secret`. Shorter than six characters it says nothing. */
export function learn(what: string, secret: unknown): void {
  if (typeof secret !== 'string' || secret.length < 6) return;
  const run = (secret.match(/[A-Za-z0-9]+/g) ?? []).sort((a, b) => b.length - a.length)[0] ?? '';
  if (run.length >= LONG) {
    runs.set(run, what);
    return;
  }
  texts.set(secret, what);
  const [oldest] = texts.keys();
  if (texts.size > TEXTS_MAX && oldest !== undefined) texts.delete(oldest);
}

/** Notes what `text` gives away. */
export function look(where: string, text: string): void {
  if (PRIVATE_KEY.test(text)) leaks.push({ where, what: 'a private key' });
  for (const [secret, what] of texts) if (text.includes(secret)) leaks.push({ where, what });
  for (const run of text.replace(/%2[bf]|%3d/gi, ' ').match(/[A-Za-z0-9]{12,}/g) ?? []) {
    const what = runs.get(run) ?? runs.get(/[0-9]{12,}/.exec(run)?.[0] ?? '');
    if (what !== undefined) leaks.push({ where, what });
  }
}

/** What has leaked since the last call. */
export function takeLeaks(): readonly Leak[] {
  return leaks.splice(0);
}

/** @throws with every leak, if there is one */
export function mustHaveKept(): void {
  const told = new Set(takeLeaks().map(({ where, what }) => `${what} in ${where}`));
  if (told.size > 0) throw new Error(`The canary sees ${[...told].join(', ')}.`);
}

/** What a request to the API carries that must not come out again. */
export function learnFromRequest(headers: Readonly<Record<string, unknown>>, body: string): void {
  for (const [, base64] of String(headers.signature ?? '').matchAll(/:([^:]*):/g)) learn('a signature', base64);
  learnSignatureHeader(headers);
  for (const [name, value] of membersOf(body)) {
    if (name === 'tillCode') learn('a till code', value);
    if (name === 'code') learnActivationCode(value);
    if (name === 'sign') learn("the channel's signature", value);
    if (PAYERS.test(name)) learn("the payer's data", value);
  }
}

/** Members that tell of the payer, as Alipay and as Antom name them. */
const PAYERS = /^(buyer_(?!pay_amount)|pspCustomerId$|displayCustomer)/;

/** Antom's way of signing: in a header, URL-encoded. */
function learnSignatureHeader(headers: Readonly<Record<string, unknown>>): void {
  const [, encoded] = /(?:^|,)signature=([\w%]+)/.exec(String(headers.signature ?? '')) ?? [];
  if (encoded !== undefined) learn("the channel's signature", decodeURIComponent(encoded));
}

/** What a channel's gateway is sent, and what it answers. */
export function learnFromGateway(
  query: URLSearchParams,
  body: string,
  headers: Readonly<Record<string, unknown>> = {},
): void {
  learn('our signature for the channel', query.get('sign'));
  learnSignatureHeader(headers);
  for (const [name, value] of membersOf(body)) {
    if (name === 'sign') learn("the channel's signature", value);
    if (name === 'auth_code' || name === 'paymentMethodId') learn('a till code', value);
    if (PAYERS.test(name)) learn("the payer's data", value);
  }
}

function learnActivationCode(value: unknown): void {
  const code = String(value).replace(/[^A-Za-z0-9]/g, '');
  if (code.length !== 12) return;
  const secret = code.slice(4);
  for (const spelt of [secret, `${secret.slice(0, 4)}-${secret.slice(4)}`, String(value)])
    learn('an activation code', spelt);
}

/** All members of JSON, of a form, or of JSON in a form's field; deeper than this nobody speaks. */
const DEPTH_MAX = 8;
function membersOf(body: string): [string, unknown][] {
  const json = parsed(body);
  if (json !== undefined) return membersIn(json);
  return [...new URLSearchParams(body)].flatMap(([name, value]) => [[name, value], ...membersIn(parsed(value))]);
}

function membersIn(value: unknown, depth = 0): [string, unknown][] {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return [];
  return Object.entries(value).flatMap(([name, member]) => [[name, member], ...membersIn(member, depth + 1)]);
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
