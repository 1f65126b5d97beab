/** Alipay, put together: its gateway, and its keys as the secret has them. */
import { type EpochMs, MINUTE } from '../../time.ts';
import type { Channel } from '../channel.ts';
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

export function connectAlipay({ url, readSecret, onCertificateEnding, now }: Wiring): Channel {
  const keys = keptKeys(readSecret, now, (read) => warnOfEnds(read, now(), onCertificateEnding));
  return createAlipayChannel({ gateway: createAlipayGateway({ url, keys, now }), keys, now });
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
