/** Alipay, put together: its gateway, and its keys as the secret has them. */
import type { EpochMs } from '../../time.ts';
import { type Connected, keptKeys, type Wiring } from '../wiring.ts';
import { createAlipayChannel } from './alipay.ts';
import { endingSoon } from './certificates.ts';
import { createAlipayGateway } from './gateway.ts';
import type { AlipayKeys } from './keys.ts';
import { parseAlipaySecret } from './secret.ts';

export function connectAlipay({ url, readSecret, onCertificateEnding, now }: Wiring): Connected {
  const keys = keptKeys(now, async () => {
    const read = parseAlipaySecret(await readSecret());
    warnOfEnds(read, now(), onCertificateEnding);
    return read;
  });
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
