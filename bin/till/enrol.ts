/** Enrols this till by an activation code, and changes its key. A key is on the disk before the server hears of it. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enrolTerminal, rotateKey } from '../../functions/http/client.ts';
import { type Algorithm, importPrivateKey, newKeyPair, privateKeyPemOf } from '../../functions/http/sign.ts';
import { TERMINAL_SCOPES } from '../../functions/merchant/merchant.ts';
import type { Credential } from '../admin/new-items.ts';
import { DEFAULT_CREDENTIALS, type Settings, type Terminal, UsageError } from './terminal.ts';

const DEFAULT_TILL = join(dirname(DEFAULT_CREDENTIALS), 'till.json');
const ALG: Algorithm = 'ed25519';

/** A key that the server may know or not: the same command, repeated, finishes what was begun. */
interface Pending {
  readonly alg: Algorithm;
  readonly privateKeyPem: string;
  readonly publicKey: string;
  /** The activation code that it was made for. */
  readonly code?: string;
}

interface TillFile {
  readonly credentials?: readonly Credential[];
  readonly pending?: Pending;
}

const read = (file: string): TillFile => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

function write(file: string, content: TillFile): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function newKey(code?: string): Promise<Pending> {
  const { privateKey, publicKey } = await newKeyPair(ALG, true);
  return { alg: ALG, privateKeyPem: await privateKeyPemOf(privateKey), publicKey, ...(code !== undefined && { code }) };
}

export async function enrol(settings: Settings, code: string | undefined, file = DEFAULT_TILL): Promise<number> {
  if (!code) throw new UsageError('enrol CODE: the operator makes one by npm run admin -- terminal code');
  const { credentials = [], pending } = read(file);
  if (credentials.length > 0)
    throw new UsageError(`${file} holds the key of ${credentials[0]?.keyid} already: name another file with --out`);
  const key = pending?.code === code ? pending : await newKey(code);
  write(file, { pending: key });
  const privateKey = await importPrivateKey(key.privateKeyPem, key.alg);
  const made = await enrolTerminal({ baseUrl: settings.url }, code, { ...key, privateKey });
  const { keyid, merchantId, storeId } = made;
  const { alg, privateKeyPem } = key;
  write(file, { credentials: [{ keyid, alg, privateKeyPem, scopes: TERMINAL_SCOPES, merchantId, storeId }] });
  if (settings.json) console.log(JSON.stringify({ ...made, file }));
  else console.log(`Enrolled: ${made.terminalId} in the store ${storeId}. Its key is in ${file}, and nowhere else.`);
  return 0;
}

export async function rotate({ key, holder, settings, say, tell }: Terminal): Promise<number> {
  const file = settings.credential;
  const { credentials = [], pending } = read(file);
  const next = pending ?? (await newKey());
  write(file, { credentials, pending: next });
  const [, id = '', k] = /^(.*)\.(\d+)$/.exec(holder.keyid) ?? [];
  const keyid = `${id}.${Number(k) + 1}`;
  const privateKey = await importPrivateKey(next.privateKeyPem, next.alg);
  const made = await rotateKey({ baseUrl: settings.url, key }, { ...next, keyid, privateKey });
  const { alg, privateKeyPem } = next;
  const changed = credentials.map((it) => (it.keyid === holder.keyid ? { ...it, keyid, alg, privateKeyPem } : it));
  write(file, { credentials: changed });
  say(`It signs by ${made.keyid} from now on; the old key is over at ${made.oldKeyExpiresAt}.`);
  tell(made);
  return 0;
}
