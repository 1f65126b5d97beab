import type { ChannelView } from '../http/answers.ts';
import { contract } from '../http/contract.ts';
import { endpoint, type Run } from '../http/endpoint.ts';
import { channelState, currenciesOf } from '../merchant/merchant.ts';
import { toInstant } from '../time.ts';

/** The merchant's channels: whether they take new orders and, if not, why and until when. */
export const listChannels: Run<typeof contract.listChannels> = async (s, { caller }) => {
  const now = s.now();
  const merchant = await s.directory.merchant(caller.merchantId);
  const data = (merchant?.accounts ?? []).map(({ channel }): ChannelView => {
    const { state, until, reason } = merchant ? channelState(merchant, channel, now) : { state: 'closed' as const };
    return {
      channel,
      state,
      until: until === undefined ? null : toInstant(until),
      reason: reason ?? null,
      currencies: merchant ? currenciesOf(merchant, now) : [],
    };
  });
  return { status: 200, body: { data } };
};

export const handler = endpoint(contract.listChannels, listChannels);
