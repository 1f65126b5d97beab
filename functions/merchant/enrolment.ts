/**
 * How terminals come to their keys. What is killed between two writes is finished by the same request, repeated: the
 * code remembers which key has used it, and ids are chosen before anything is written.
 */
import { createPublicKey, hash, timingSafeEqual } from 'node:crypto';
import type { Algorithm } from '../merchant/key.ts';
import type { Item, Table } from '../table/table.ts';
import { LOST, retryRaces, updateItem } from '../table/update.ts';
import { DAY, type EpochMs, type Millis } from '../time.ts';
import { secretHashOf } from './activation.ts';
import { type Activation, type Credential, type KeyItem, TERMINAL_SCOPES } from './credentials.ts';
import { readActivation, readCredential, readKeyItem } from './stored.ts';

export interface PublicKey {
  readonly alg: Algorithm;
  /** SPKI in base64, as the directory holds it. */
  readonly publicKey: string;
}

/** Of one network, so that a stranger who reads the first four characters of a code does not use it up for its owner. */
const TRIES_MAX = 5;
/** Of all networks together, at a secret of 40 bits. */
const ALL_TRIES_MAX = 25;
/** Lost races of one request with other writers of its items. */
const RACES_MAX = 20;

/** How long a key goes on beside the one that takes its place. */
const ROTATION_OVERLAP: Millis = 7 * DAY;

/** The key in the one way to write it, or `undefined` if it is no key of this algorithm. */
export function publicKeyOf({ alg, publicKey }: PublicKey): PublicKey | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const fits =
      alg === 'ed25519'
        ? key.asymmetricKeyType === 'ed25519'
        : key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return fits ? { alg, publicKey: key.export({ format: 'der', type: 'spki' }).toString('base64') } : undefined;
  } catch {
    return undefined;
  }
}

/** A code as it was made, from what a person typed. */
export function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[ -]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}

/**
 * The terminal that `code` makes, with `key` as its first; `undefined` if the code is not to be believed, for any
 * reason. A try is counted before the secret is compared, so that a kill may count too much and never too little. The caller has
 * proved that the key is its own. `network`: where it calls from.
 */
export function enrol(
  directory: Table,
  code: string,
  key: PublicKey,
  now: EpochMs,
  network = '',
): Promise<Credential | undefined> {
  const id = `act_${code.slice(0, 4)}`;
  return retryRaces(id, RACES_MAX, async () => {
    const stored = await directory.get(id);
    const activation = stored?.kind === 'activation' ? readActivation(stored) : undefined;
    if (!activation || now >= activation.expiresAt) return undefined;
    const { usedBy, tries, version, secretHash, triesFrom = {} } = activation;
    const isRight = () => isSecret(code, activation);
    if (usedBy) {
      const isMine = usedBy.alg === key.alg && usedBy.publicKey === key.publicKey;
      return isMine && isRight() ? makeTerminal(directory, activation, key, now) : undefined;
    }
    const from = hash('sha256', `${secretHash}\n${network}`, 'base64url').slice(0, 8);
    const itsTries = triesFrom[from] ?? 0;
    if (itsTries >= TRIES_MAX || tries >= ALL_TRIES_MAX) return undefined;
    const counting = { tries: tries + 1, triesFrom: { ...triesFrom, [from]: itsTries + 1 } };
    const counted = { ...activation, ...counting, version: version + 1 };
    if (!(await directory.replace({ ...counted }, version))) return LOST;
    if (!isRight()) return undefined;
    const { triesFrom: _, ...rest } = counted;
    const used = { ...rest, usedBy: key, version: counted.version + 1 };
    if (!(await directory.replace({ ...used }, counted.version))) return LOST;
    return makeTerminal(directory, used, key, now);
  });
}

function isSecret(code: string, { secretHash }: Activation): boolean {
  const told = Buffer.from(secretHashOf(code));
  const kept = Buffer.from(secretHash);
  return told.length === kept.length && timingSafeEqual(told, kept);
}

async function makeTerminal(
  directory: Table,
  { terminalId, merchantId, storeId, name, scopes = TERMINAL_SCOPES, stores }: Activation,
  key: PublicKey,
  now: EpochMs,
): Promise<Credential | undefined> {
  const terminal: Credential = {
    id: terminalId,
    merchantId,
    kind: 'credential',
    version: 1,
    role: 'terminal',
    name,
    scopes,
    storeId,
    ...(stores && { stores }),
    createdAt: now,
    newestKey: 1,
  };
  if (!(await directory.create({ ...terminal }))) {
    const known = await directory.get(terminalId);
    if (known?.revokedAt !== undefined) return undefined;
  }
  await directory.create({ ...keyOf(terminal, 1, key, now) });
  return terminal;
}

/** The `k`-th key of a terminal. */
function keyOf(
  { id, merchantId, scopes, storeId, stores }: Credential,
  k: number,
  key: PublicKey,
  createdAt: EpochMs,
): KeyItem {
  return {
    id: `${id}.${k}`,
    merchantId,
    kind: 'key',
    version: 1,
    ...key,
    scopes,
    ...(storeId !== undefined && { storeId }),
    ...(stores && { stores }),
    terminalId: id,
    createdAt,
  };
}

export type Rotation =
  | { readonly kind: 'rotated'; readonly key: KeyItem; readonly oldKeyExpiresAt: EpochMs }
  | { readonly kind: 'revoked' }
  /** Another key has taken that place. */
  | { readonly kind: 'rotated_already' };

/**
 * Makes `next` the key after `old`; the one before `old` is over at once, so that two are valid at a time. `old` itself is
 * over after {@link ROTATION_OVERLAP}, or now. A repeat may be signed by an old key that is over: it starts nothing.
 */
export function rotate(
  directory: Table,
  terminalId: string,
  old: number,
  next: PublicKey,
  now: EpochMs,
  { endOldKeyNow = false }: { readonly endOldKeyNow?: boolean } = {},
): Promise<Rotation> {
  return retryRaces<Rotation>(terminalId, RACES_MAX, async () => {
    const stored = await directory.get(terminalId);
    const terminal = stored?.kind === 'credential' ? readCredential(stored) : undefined;
    if (!terminal || terminal.revokedAt !== undefined) return { kind: 'revoked' };
    const k = old + 1;
    if (terminal.newestKey === old && (await isOver(directory, `${terminalId}.${old}`, now)))
      return { kind: 'revoked' };
    if (terminal.newestKey !== old && terminal.newestKey !== k) return { kind: 'rotated_already' };
    const asked = keyOf(terminal, k, next, now);
    // Only the revocation of this terminal may take this place before us, and that takes it for good.
    const isNew = await directory.create({ ...asked });
    const key = isNew ? asked : readKeyItem(found(asked.id, await directory.get(asked.id)));
    if (key.revokedAt !== undefined) return { kind: 'revoked' };
    if (key.alg !== next.alg || key.publicKey !== next.publicKey) return { kind: 'rotated_already' };
    if (terminal.newestKey === old) {
      const moved = { ...terminal, newestKey: k, version: terminal.version + 1 };
      if (!(await directory.replace({ ...moved }, terminal.version))) return LOST;
    }
    await endKey(directory, `${terminalId}.${old - 1}`, now);
    const end = endOldKeyNow ? now : key.createdAt + ROTATION_OVERLAP;
    const ended = await endKey(directory, `${terminalId}.${old}`, end);
    return { kind: 'rotated', key, oldKeyExpiresAt: ended ?? now };
  });
}

function found(id: string, item: Item | undefined): Item {
  if (!item) throw new Error(`${id} is there and is not there`);
  return item;
}

async function isOver(directory: Table, keyid: string, now: EpochMs): Promise<boolean> {
  const key = readKeyItem(found(keyid, await directory.get(keyid)));
  return key.revokedAt !== undefined || (key.expiresAt !== undefined && key.expiresAt <= now);
}

/** Lets a key end at `at`, unless it ends sooner. Answers when it ends. */
function endKey(directory: Table, keyid: string, at: EpochMs): Promise<EpochMs | undefined> {
  return updateItem(directory, keyid, { racesMax: RACES_MAX, read: readKeyItem }, (key) => {
    if (!key || (key.expiresAt !== undefined && key.expiresAt <= at)) return { result: key?.expiresAt };
    return { result: at, item: { ...key, expiresAt: at } };
  });
}
