/** The till's own key: made in this browser, kept in it, and known to the server by its public half only. */
import { enrolTerminal } from '../../functions/client/client.ts';
import { newKeyPair, type SigningKey } from '../../functions/client/sign.ts';
import type { Algorithm } from '../../functions/merchant/key.ts';
import { apiUrl } from '../page.ts';
import { openStore } from '../shared/browser-store.ts';

/** What the till keeps over reloads: its key, the sale that is open, who stands at it. */
export const store = openStore('tillgate-till');

export interface TillKey extends SigningKey {
  readonly terminalId: string;
  readonly storeId: string;
}

interface Pending extends Omit<SigningKey, 'keyid'> {
  readonly code: string;
  readonly publicKey: string;
}

const KEY = 'key';
const PENDING = 'pending key';
/** P-256 is the curve that every browser has. */
const ALG: Algorithm = 'ecdsa-p256-sha256';

export const keptKey = () => store.get<TillKey>(KEY);

export async function forgetKey(): Promise<void> {
  await store.delete(KEY);
}

/**
 * Uses up an activation code. The key is kept before the server hears of it: after a lost answer the same code makes the
 * same terminal, not a second one.
 * @throws ApiProblem, OutcomeUnknown
 */
export async function enrol(typed: string): Promise<TillKey> {
  const code = typed.trim().toUpperCase();
  const known = await store.get<Pending>(PENDING);
  const pending = known?.code === code ? known : { code, alg: ALG, ...(await newKeyPair(ALG)) };
  await store.put(PENDING, pending);
  const { privateKey, alg } = pending;
  const { keyid, terminalId, storeId } = await enrolTerminal({ baseUrl: apiUrl(), retries: 1 }, code, pending);
  const key: TillKey = { keyid, alg, privateKey, terminalId, storeId };
  await store.put(KEY, key);
  await store.delete(PENDING);
  return key;
}
