/** Enrols this till by an activation code, and changes its key. A key is on the disk before the server hears of it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { enrolTerminal, rotateKey } from '../../functions/client/client.ts';
import { importPrivateKey, newKeyPair, privateKeyPemOf } from '../../functions/client/sign.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';
import { type Credential, DEFAULT_CREDENTIALS } from '../cli/credentials.ts';
import { Refused, UsageError } from '../cli/exit.ts';
import { writePrivately } from '../private-file.ts';
import { orHow } from './outcomes.ts';
import { type Settings, type Terminal, travelOf, type World } from './terminal.ts';

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

function read(file: string): TillFile {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Refused(`${file} is there and is no till's file: name another one with --out`);
  }
}

function write(file: string, content: TillFile): void {
  try {
    writePrivately(file, content);
  } catch (error) {
    throw new Refused(`cannot write ${file}: ${(error as Error).message}`);
  }
}

/** What was begun is finished by the same line: the key that it made is in the file. */
const REPEAT = 'Repeat the same line: it finishes what it has begun.';

async function newKey(code?: string): Promise<Pending> {
  const { privateKey, publicKey } = await newKeyPair(ALG, true);
  return { alg: ALG, privateKeyPem: await privateKeyPemOf(privateKey), publicKey, ...(code !== undefined && { code }) };
}

export async function enrol(
  settings: Settings,
  world: World,
  code: string | undefined,
  file = DEFAULT_TILL,
): Promise<number> {
  if (!code) throw new UsageError('enrol CODE: the operator makes one by npm run admin -- terminal code');
  const { credentials = [], pending } = read(file);
  if (credentials.length > 0)
    throw new UsageError(`${file} holds the key of ${credentials[0]?.keyid} already: name another file with --out`);
  const key = pending?.code === code ? pending : await newKey(code);
  write(file, { pending: key });
  const privateKey = await importPrivateKey(key.privateKeyPem, key.alg);
  const options = { baseUrl: settings.url, ...travelOf(world) };
  const made = await orHow(REPEAT, enrolTerminal(options, code, { ...key, privateKey }));
  const { keyid, merchantId, storeId, scopes } = made;
  const { alg, privateKeyPem } = key;
  write(file, { credentials: [{ keyid, alg, privateKeyPem, scopes, merchantId, storeId }] });
  const words = `Enrolled: ${made.terminalId} in the store ${storeId}. Its key is in ${file}, and nowhere else.`;
  world.stdout.write(`${settings.json ? JSON.stringify({ ...made, file }) : words}\n`);
  return 0;
}

export async function rotate(
  { key, holder, settings, world, say, tell }: Terminal,
  endOldKeyNow = false,
): Promise<number> {
  const file = settings.credential;
  const { credentials = [], pending } = read(file);
  const next = pending ?? (await newKey());
  write(file, { credentials, pending: next });
  const [, id = '', k] = /^(.*)\.(\d+)$/.exec(holder.keyid) ?? [];
  const keyid = `${id}.${Number(k) + 1}`;
  const privateKey = await importPrivateKey(next.privateKeyPem, next.alg);
  const options = { baseUrl: settings.url, key, ...travelOf(world) };
  const made = await orHow(REPEAT, rotateKey(options, { ...next, keyid, privateKey }, { endOldKeyNow }));
  const { alg, privateKeyPem } = next;
  const changed = credentials.map((it) => (it.keyid === holder.keyid ? { ...it, keyid, alg, privateKeyPem } : it));
  write(file, { credentials: changed });
  say(`It signs by ${made.keyid} from now on; the old key is over at ${made.oldKeyExpiresAt}.`);
  tell(made);
  return 0;
}
