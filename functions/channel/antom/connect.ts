/** Antom, put together: its gateway, and our keys as the secret has them. */
import { type Connected, keptKeys, type Wiring } from '../wiring.ts';
import { createAntomChannel } from './antom.ts';
import { createAntomGateway } from './gateway.ts';
import { parseAntomSecret } from './secret.ts';

export function connectAntom({ url, readSecret, now }: Wiring): Connected {
  const keys = keptKeys(now, async () => parseAntomSecret(await readSecret()));
  const at = (address: string) =>
    createAntomChannel({ gateway: createAntomGateway({ url: address, keys, now }), keys, now });
  return {
    channel: at(url),
    at,
    async rehearsalAccount(readsSecret) {
      const [clientId = 'none'] = readsSecret ? (await keys()).keys() : [];
      const names = { referenceMerchantId: 'none', merchantName: 'rehearsal', merchantMCC: '5411' };
      return { channel: 'antom', clientId, ...names, currencies: {} };
    },
  };
}
