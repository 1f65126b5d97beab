/** Alipay, put together: its gateway, and its keys as the secret has them. */
import { type EpochMs, MINUTE } from '../../time.ts';
import type { Channel } from '../channel.ts';
import type { Account } from '../registry.ts';
import { createAlipayChannel } from './alipay.ts';
import { endingSoon } from './certificates.ts';
import { createAlipayGateway } from './gateway.ts';
import type { AlipayKeys } from './keys.ts';
import { parseAlipaySecret } from './secret.ts';

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
  /** An account of a stand-in merchant. `readsSecret`: by an app of the secret, so that its keys are read and can sign. */
  rehearsalAccount(readsSecret: boolean): Promise<Account>;
}

export function connectAlipay({ url, readSecret, onCertificateEnding, now }: Wiring): Connected {
  const keys = keptKeys(readSecret, now, (read) => warnOfEnds(read, now(), onCertificateEnding));
  const at = (address: string) =>
    createAlipayChannel({ gateway: createAlipayGateway({ url: address, keys, now }), keys, now });
  return {
    channel: at(url),
    at,
    async rehearsalAccount(readsSecret) {
      const [appId = 'none'] = readsSecret ? (await keys()).keys() : [];
      return { channel: 'alipay', appId, sellerId: '2088000000000000' };
    },
  };
}

/** Tells each certificate that ends soon. */
export function warnOfEnds(keys: AlipayKeys, now: EpochMs, tell: Wiring['onCertificateEnding']): void {
  for (const { member, endsAt } of endingSoon(
    [...keys.values()].flatMap(({ ends }) => ends),
    now,
  ))
    tell(member, endsAt);
}

/** Keys are kept for five minutes; without the secret nothing is signed. */
function keptKeys(
  readSecret: Wiring['readSecret'],
  now: () => EpochMs,
  noteRead: (keys: AlipayKeys) => void,
): () => Promise<AlipayKeys> {
  let kept: { keys: Promise<AlipayKeys>; until: EpochMs } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.keys;
    const keys = readSecret().then((text) => {
      const read = parseAlipaySecret(text);
      noteRead(read);
      return read;
    });
    kept = { keys, until: now() + 5 * MINUTE };
    keys.catch(() => {
      kept = undefined;
    });
    return keys;
  };
}
