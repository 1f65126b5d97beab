/** What the code of a channel gets from the composition root, and gives it. */
import { type EpochMs, MINUTE } from '../time.ts';
import type { Channel } from './channel.ts';
import type { Account } from './registry.ts';

export interface Wiring {
  /** The gateway's address. */
  readonly url: string;
  /** The text of the secret as it is now. */
  readSecret(): Promise<string>;
  /** Told each time the secret is read: a certificate in it, named by its member, ends within sixty days. */
  onCertificateEnding(member: string, endsAt: EpochMs): void;
  now(): EpochMs;
}

export interface Connected {
  readonly channel: Channel;
  /** The same channel at another address: a warm-up's, where nothing listens. */
  at(url: string): Channel;
  /** An account of a stand-in merchant. `readsSecret`: by keys of the secret, so that they are read and can sign. */
  rehearsalAccount(readsSecret: boolean): Promise<Account>;
}

/** Keys are kept for five minutes; without the secret nothing is signed. */
export function keptKeys<T>(now: () => EpochMs, read: () => Promise<T>): () => Promise<T> {
  let kept: { keys: Promise<T>; until: EpochMs } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.keys;
    const keys = read();
    kept = { keys, until: now() + 5 * MINUTE };
    keys.catch(() => {
      kept = undefined;
    });
    return keys;
  };
}
