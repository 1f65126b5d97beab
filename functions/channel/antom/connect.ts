/** Antom, put together. Its wire is not there yet: every call is silence. */
import type { Channel, Unknown } from '../channel.ts';
import type { Connected } from '../wiring.ts';

export function connectAntom(): Connected {
  const silence = async (): Promise<Unknown> => ({ kind: 'unknown', why: 'Antom is not connected yet' });
  const channel: Channel = {
    createQrCode: silence,
    payWithTillCode: silence,
    query: silence,
    findTrade: silence,
    close: silence,
    cancel: silence,
    refund: silence,
    queryRefund: silence,
    report: async () => ({ kind: 'not_ready' }),
    readNotification: async () => ({ kind: 'forged', why: 'Antom is not connected yet' }),
  };
  return {
    channel,
    at: () => channel,
    rehearsalAccount: async () => ({
      ...{ channel: 'antom', clientId: 'none', referenceMerchantId: 'none', merchantName: 'rehearsal' },
      ...{ merchantMCC: '5411', currencies: {} },
    }),
  };
}
